using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Inference.Quantization;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export.Passes;

namespace OnnxInit.Tests.Inference.Quantization;

public sealed class ModelQuantizerErrorTests : IDisposable
{
    private const string Linear =
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const w: float[2, 2]
          y: float[N, 2] = Gemm(x, w)
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_opset_without_a_scale_per_channel_is_refused()
    {
        ModelProto model = ModelText.Parse(Linear);
        model.OpsetImport[0].Version = 12;

        Quantizing(model).WithMessage("The model 'm.onnx' has opset 12; expected 13 or later, since which DequantizeLinear has a scale for every channel. Export the float32 model with opset 13 or later, and quantize that one.");
    }

    [Theory]
    [InlineData("double", "float64", "somebody wanted float64's precision there, and either target would silently give it up")]
    [InlineData("float16", "float16", "it is float16 already")]
    public void Another_float_type_is_refused_with_a_reason(string type, string spelling, string reason) =>
        Quantizing(ModelText.Parse(Linear.Replace("float[", $"{type}[", StringComparison.Ordinal))).WithMessage(
            $"The model 'm.onnx' holds the {spelling} value 'y'; expected float32: {reason}. Export the float32 model with opset 13 or later, and quantize that one.");

    [Fact]
    public void A_quantized_model_is_refused_whatever_it_is_to_become()
    {
        ModelProto quantized = ModelQuantizer.ToInt8(ModelText.Parse(Linear), "m.onnx", [[SmallModels.Tensor("x", [1, 2], 1, 2)]]).Model;

        Quantizing(quantized).WithMessage("The model 'm.onnx' is quantized already: it has the node 'x_QuantizeLinear' (QuantizeLinear). *");
        FluentActions.Invoking(() => ModelQuantizer.ToFloat16(quantized, "m.onnx", samples: null)).Should().Throw<InvalidInputException>().WithMessage("The model 'm.onnx' is quantized already: *");
    }

    [Fact]
    public void A_model_without_a_layer_to_quantize_is_refused() =>
        Quantizing(ModelText.Parse(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2]
              y: float[N, 2] = Relu(x)
            """)).WithMessage("The model 'm.onnx' has nothing to quantize: none of its nodes is a Conv, Gemm or MatMul with constant float32 weights. Choose fp16.");

    [Fact]
    public void Options_that_keep_every_layer_in_float_are_refused() =>
        Quantizing(ModelText.Parse(Linear), new() { KeepFirstFloat = true }).WithMessage("The model 'm.onnx' has nothing to quantize: the options keep all of its 1 layers with weights in float32. Keep fewer there, or choose fp16.");

    [Fact]
    public void No_calibration_data_is_refused() =>
        FluentActions.Invoking(() => ModelQuantizer.ToInt8(ModelText.Parse(Linear), "m.onnx", [])).Should().Throw<InvalidInputException>().WithMessage(
            "There are no images to calibrate on; expected at least one. Integers need the range of every activation, which only images of the training set show.");

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Calibration_data_that_are_not_finite_are_refused(float value) =>
        FluentActions.Invoking(() => ModelQuantizer.ToInt8(ModelText.Parse(Linear), "m.onnx", [[SmallModels.Tensor("x", [1, 2], value, 2)]])).Should().Throw<InvalidInputException>().WithMessage(
            "The input 'x' holds NaN or infinities on the calibration images, and integers have no range for it. *");

    [Fact]
    public void An_activation_that_is_not_finite_names_its_node() =>
        Quantizing(ModelText.Parse(
            """
            graph g(x: float[N, 2]) -> y: float[N, 2]
              const w: float[2, 2]
              l: float[N, 2] = Log(x)
              y: float[N, 2] = Gemm(l, w)
            """), input: -1).WithMessage("Node 'l' (Log of l (Log)) gives NaN or infinities on the calibration images, and integers have no range for it. *");

    [Theory]
    [InlineData(50, 2048, "The percentile is 50; expected above 50 to 100 (default 99.999).")]
    [InlineData(double.NaN, 2048, "The percentile is NaN; expected above 50 to 100 (default 99.999).")]
    [InlineData(99, 2047, "The number of bins is 2047; expected 2048 to 1048576 (default 2048).")]
    public void Options_that_make_no_sense_are_refused(double percentile, int bins, string expected) =>
        Quantizing(ModelText.Parse(Linear), new() { Percentile = percentile, Bins = bins }).WithMessage(expected);

    [Fact]
    public void External_weights_are_taken_in_and_absent_ones_named()
    {
        ExportedModel.Create(GraphText.Parse(
            """
            graph g(x: float[N, 2]) -> y: float[N, 300]
              const w: float[2, 300]
              y: float[N, 300] = Gemm(x, w)
            """), new() { ExternalData = true }, new([])).Save(_folder["m.onnx"]);
        ModelProto model = OnnxFile.Load(_folder["m.onnx"]);

        ModelProto quantized = ModelQuantizer.ToInt8(model, _folder["m.onnx"], [[SmallModels.Tensor("x", [1, 2], 1, 2)]]).Model;
        File.Delete(_folder["m.onnx.data"]);

        quantized.Graph.Initializer.Should().OnlyContain(constant => constant.DataLocation == TensorProto.Types.DataLocation.Default);
        FluentActions.Invoking(() => ModelQuantizer.ToFloat16(model, _folder["m.onnx"], samples: null)).Should().Throw<InvalidInputException>().WithMessage(
            $"The weights of 'w', which '{_folder["m.onnx"]}' keeps in a file beside it, cannot be read: '{_folder["m.onnx.data"]}': * Copy the model again, with the files that belong to it.");
    }

    [Fact]
    public void A_value_that_is_assigned_twice_is_named()
    {
        ModelProto model = ModelText.Parse(Linear);
        model.Graph.Node.Add(model.Graph.Node[0].Clone());

        Quantizing(model).WithMessage("The model 'm.onnx' is invalid: it assigns 'y' 2 times, and ONNX permits one. Export or copy the model again.");
    }

    // What protobuf still reads, ONNX Runtime or the checks before it refuse, or it is a model: whatever the byte, nothing else is thrown.
    [Fact]
    public void A_damaged_model_is_refused_or_quantized()
    {
        byte[] bytes = Google.Protobuf.MessageExtensions.ToByteArray(ModelText.Parse(SmallModels.Residual));
        Random random = new(5);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_folder["m.onnx"], damaged);
            try
            {
                ModelProto model = OnnxFile.Load(_folder["m.onnx"]);
                _ = i % 2 == 0
                    ? ModelQuantizer.ToInt8(model, _folder["m.onnx"], SmallModels.Floats(1, 2, 4, 4))
                    : ModelQuantizer.ToFloat16(model, _folder["m.onnx"], SmallModels.Floats(1, 2, 4, 4));
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        refused.Should().BeInRange(100, 399);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void External_weights_outside_the_model_s_folder_are_not_read(string location)
    {
        ModelProto model = ModelText.Parse(Linear);
        TensorProto weight = model.Graph.Initializer[0];
        weight.RawData = Google.Protobuf.ByteString.Empty;
        weight.DataLocation = TensorProto.Types.DataLocation.External;
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });

        Quantizing(model).WithMessage($"The weights of 'w', which 'm.onnx' keeps in a file beside it, cannot be read: its location is '{location}'; expected a file in the model's folder. *");
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<InvalidInputException> Quantizing(ModelProto model, Int8Options? options = null, float input = 1) =>
        FluentActions.Invoking(() => ModelQuantizer.ToInt8(model, "m.onnx", [[SmallModels.Tensor("x", [1, 2], input, 2)]], options)).Should().Throw<InvalidInputException>();
}
