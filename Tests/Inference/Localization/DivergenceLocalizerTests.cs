using System.Runtime.InteropServices;
using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Inference.Localization;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export;
using OnnxInit.Tests.Export.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Inference.Localization;

/// <summary>One thing is broken in an exported model, and exactly that is found.</summary>
public sealed class DivergenceLocalizerTests(DivergenceLocalizerTests.DeepModels deep) : IClassFixture<DivergenceLocalizerTests.DeepModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private string ModelPath => _folder["model.onnx"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(19)]
    public void One_wrong_weight_in_a_network_of_20_layers_is_found_with_its_module_and_line(int layer)
    {
        LocalizationReport report = Broken(deep.Linear, model => Change(model, $"linear.{layer}.weight", 29, weight => weight + 0.05f));

        AssertDeparts(report, new LocalizedNode($"linear_{layer}", "Gemm", new($"linear.{layer}", "Linear", $"DeepNetworks.cs:{DeepMlp.LinearLine}")));
        report.IsExportedFile.Should().BeFalse();
        Departure found = report.Departures.Single();
        found.Before?.Name.Should().Be(layer == 0 ? null : $"relu_{layer}");
        found.Before?.Accumulated.Should().BeLessThan(found.Value.Accumulated / 100, "nothing is wrong before");
        found.Value.Accumulated.Should().BeApproximately(found.Value.Alone, found.Value.Alone / 10);
        report.Output.Name.Should().Be("output");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(19)]
    public void A_wrong_statistic_of_BatchNorm_is_found(int layer)
    {
        LocalizationReport report = Broken(deep.Linear, model => Change(model, $"norm.{layer}.running_var", 5, variance => variance * 1.01f));

        AssertDeparts(report, new LocalizedNode($"norm_{layer}", "BatchNormalization", new($"norm.{layer}", "BatchNorm1d", $"DeepNetworks.cs:{DeepMlp.NormLine}")));
    }

    [Theory]
    [InlineData(0, "weight", 200)]
    [InlineData(5, "weight", 0)]
    [InlineData(12, "bias", 3)]
    [InlineData(19, "weight", 575)]
    public void A_wrong_weight_of_a_convolution_is_found(int layer, string parameter, int element)
    {
        LocalizationReport report = Broken(deep.Convolutional, model => Change(model, $"conv.{layer}.{parameter}", element, weight => -weight));

        AssertDeparts(report, new LocalizedNode($"conv_{layer}", "Conv", new($"conv.{layer}", "Conv2d", $"DeepNetworks.cs:{DeepCnn.ConvLine}")));
    }

    [Fact]
    public void A_wrong_attribute_is_found()
    {
        AssertDeparts(
            Broken(deep.Linear, model => Node(model, "norm_3").Attribute.Single(attribute => attribute.Name == "epsilon").F = 1e-3f),
            new LocalizedNode("norm_3", "BatchNormalization", new("norm.3", "BatchNorm1d", $"DeepNetworks.cs:{DeepMlp.NormLine}")));
        AssertDeparts(
            Broken(deep.Linear, model => Node(model, "linear_8").Attribute.Single(attribute => attribute.Name == "transB").I = 0),
            new LocalizedNode("linear_8", "Gemm", new("linear.8", "Linear", $"DeepNetworks.cs:{DeepMlp.LinearLine}")));
    }

    [Fact]
    public void A_node_that_was_taken_out_is_named_beside_the_one_that_reads_around_it()
    {
        LocalizationReport report = Broken(deep.Linear, model =>
        {
            NodeProto linear = Node(model, "linear_10");
            NodeProto relu = Node(model, linear.Input[0]);
            model.Graph.Node.Remove(relu);
            linear.Input[0] = relu.Input[0];
        });

        LocalizedNode missing = new("relu_10", "Relu", new("", "relu", $"DeepNetworks.cs:{DeepMlp.ReluLine}"));
        AssertDeparts(report, new LocalizedNode("linear_10", "Gemm", new("linear.10", "Linear", $"DeepNetworks.cs:{DeepMlp.LinearLine}")));
        report.Missing.Should().Equal(missing);
        report.Departures.Single().MissingBefore.Should().Equal(missing);
    }

    [Fact]
    public void Another_operator_is_found_and_said_to_be_another()
    {
        LocalizationReport report = Broken(deep.Linear, model => Node(model, "relu_4").OpType = "Tanh");

        LocalizedNode node = new("relu_4", "Tanh", new("", "relu", $"DeepNetworks.cs:{DeepMlp.ReluLine}"));
        AssertDeparts(report, node);
        report.Changed.Should().Equal(new ChangedOperator(node, "Relu"));
    }

    [Fact]
    public void Two_errors_are_two_departures()
    {
        LocalizationReport report = Broken(deep.Linear, model =>
        {
            Change(model, "linear.15.bias", 0, bias => bias + 1);
            Change(model, "linear.4.bias", 0, bias => bias + 1);
        });

        report.Departures.Select(departure => departure.Nodes.Single().Name).Should().Equal("linear_4", "linear_15");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_no_number_is_found_where_it_is(float weight)
    {
        LocalizationReport report = Broken(deep.Linear, model => Change(model, "linear.2.weight", 0, _ => weight));

        report.Departures.Should().ContainSingle().Which.Nodes.Single().Name.Should().Be("linear_2");
        report.Departures[0].Value.Alone.Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void A_value_of_another_shape_is_a_departure_and_ends_the_comparison()
    {
        Export(nn.Sequential(("flat", nn.Flatten()), ("relu", nn.ReLU()), ("double", nn.Flatten(1, -1))), rand(4, 2, 3));

        LocalizationReport report = Broken(ModelPath, model => Node(model, "flat").Attribute.Single(attribute => attribute.Name == "axis").I = 2);

        Departure departure = report.Departures.Should().ContainSingle().Which;
        departure.Nodes.Single().Name.Should().Be("flat");
        departure.Form.Should().Be("Float [8, 3] instead of Float [4, 6]");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_that_takes_pixels_and_has_its_BatchNorm_folded_is_compared_too(bool external)
    {
        ImageSet images = DatasetSource.Open("synthetic:40").Test;
        Tensor pixels = tensor(images.Pixels[..(8 * images.Shape.Size)], [8, 3, 32, 32]);
        Export(PresetTests.Trained(ModelPresets.Cnn), pixels, zeros(1, 3, 32, 32), options => options with { FoldBatchNorm = true, EmbedNormalization = Normalization.Cifar10, ExternalData = external });

        LocalizationReport right = Localize(ModelPath);
        right.Departures.Should().BeEmpty();
        right.IsExportedFile.Should().BeTrue();
        right.Values.Should().HaveCount(13, "every node is compared").And.OnlyContain(value => value.Alone <= value.Rounding / 4);

        AssertDeparts(
            Broken(ModelPath, model => Change(model, "normalization_scale", 1, scale => scale * 1.001f)),
            new LocalizedNode("normalization_mul", "Mul", new("", "normalization of pixels", null)));
        LocalizedNode wrong = Broken(ModelPath, model => Change(model, "conv1_bias", 9, bias => bias + 0.01f)).Departures.Should().ContainSingle().Which.Nodes.Should().ContainSingle().Which;
        wrong.Operator.Should().Be("Conv");
        wrong.Origin.Should().Be(new NodeOrigin("conv1", "Conv2d + BatchNorm2d", null));
    }

    [Fact]
    public void Of_an_operation_that_became_several_nodes_all_are_suspects_and_no_others()
    {
        Export(nn.Sequential(("first", nn.Linear(6, 6)), ("gelu", nn.GELU()), ("last", nn.Linear(6, 6))), DeepNetworks.Noise(7, 8, 6));
        string[] gelu = [.. OnnxFile.Load(ModelPath).Graph.Node.Where(node => node.DocString.StartsWith("gelu", StringComparison.Ordinal)).Select(node => node.Name)];
        gelu.Should().HaveCountGreaterThan(3);

        LocalizationReport report = Broken(ModelPath, model =>
        {
            TensorProto half = model.Graph.Initializer.First(constant => constant.Dims.Count == 0);
            Change(model, half.Name, 0, value => value * 1.01f);
        });

        report.Departures.Should().ContainSingle().Which.Nodes.Select(node => node.Name).Should().Equal(gelu);
    }

    [Fact]
    public void The_right_model_has_no_departure_and_what_differs_at_its_output_is_rounding()
    {
        LocalizationReport report = Localize(deep.Linear);

        report.Verdict.Should().BeOneOf(LocalizationVerdict.RoundingBuildsUp, LocalizationVerdict.NoDifference);
        report.Verdict.Should().Be(report.Output.Accumulated > 0 ? LocalizationVerdict.RoundingBuildsUp : LocalizationVerdict.NoDifference);
        report.Values.Should().HaveCount(60).And.OnlyContain(value => value.Alone <= value.Rounding / 4);
        report.Sample.Should().Be("a sample");
    }

    [Theory]
    [InlineData("ResNet")]
    [InlineData("UNet")]
    [InlineData("VisionTransformer")]
    [InlineData("LSTM")]
    [InlineData("GPT")]
    public void Every_node_of_a_right_network_agrees_by_far(string name)
    {
        random.manual_seed(11);
        Dictionary<int, string> sequence = new() { [0] = "N", [1] = "T" };
        (nn.Module model, Tensor sample, Dictionary<int, string>? axes) = name switch
        {
            "ResNet" => (new ResNet(new()), randn(4, 3, 32, 32), null),
            "UNet" => (new UNet(learned: true), randn(4, 3, 20, 24), null),
            "VisionTransformer" => (new VisionTransformer(16, 4, 24, 4, 2, 10), randn(4, 3, 16, 16), null),
            "LSTM" => (new LstmTextClassifier(50, 12, 10, 4), randint(50, [4, 6], dtype: ScalarType.Int64), sequence),
            _ => ((nn.Module)new Gpt(new(50, 32, Layers: 2, Heads: 4, Width: 16)), randint(50, [4, 6], dtype: ScalarType.Int64), sequence),
        };
        Export(ModelPath, model, [sample], [new("input", sample, axes)]);

        LocalizationReport report = Localize(ModelPath);

        report.Missing.Should().BeEmpty();
        report.Changed.Should().BeEmpty();
        report.Values.Should().HaveCountGreaterThan(10).And.OnlyContain(value => value.Alone <= value.Rounding / 4);
    }

    [Fact]
    public void A_model_that_only_moves_numbers_has_no_difference()
    {
        Export(nn.Sequential(("flat", nn.Flatten()), ("relu", nn.ReLU())), rand(4, 2, 3));

        Localize(ModelPath).Verdict.Should().Be(LocalizationVerdict.NoDifference);
    }

    [Fact]
    public void The_intermediate_values_of_another_model_are_refused()
    {
        ReferenceIntermediates values = ReferenceIntermediates.Load(ReferenceIntermediates.PathFor(deep.Linear));
        Export(nn.Sequential(("other", nn.Linear(12, 3))), zeros(8, 12));

        FluentActions.Invoking(() => DivergenceLocalizer.Localize(ModelPath, values with { Values = values.Values.Take(2).ToArray() })).Should().Throw<InvalidInputException>().WithMessage(
            $"The intermediate values are of another model than '{ModelPath}': it computes none of 'linear_0', 'norm_0'. Export the model again with `onnxinit export --keep-intermediates`.");
        FluentActions.Invoking(() => DivergenceLocalizer.Localize(ModelPath, values with { Inputs = [values.Inputs[0] with { Name = "pixels" }] })).Should().Throw<InvalidInputException>().WithMessage(
            $"The intermediate values are of another model than '{ModelPath}': they were computed from pixels: Float, and the model takes input: Float. Export the model again with `onnxinit export --keep-intermediates`.");
    }

    [Fact]
    public void The_report_is_JSON_also_where_a_difference_is_infinite()
    {
        LocalizationReport report = Broken(deep.Linear, model => Change(model, "linear.2.weight", 0, _ => float.NaN));

        report.Save(_folder["localization.json"]);

        string json = File.ReadAllText(_folder["localization.json"]);
        json.Should().Contain("\"verdict\": \"NodeDeparts\"").And.Contain("\"alone\": \"Infinity\"").And.Contain("\"modulePath\": \"linear.2\"");
    }

    private static void AssertDeparts(LocalizationReport report, LocalizedNode node)
    {
        report.Verdict.Should().Be(LocalizationVerdict.NodeDeparts);
        report.Departures.Should().ContainSingle().Which.Nodes.Should().Equal(node);
    }

    private static NodeProto Node(ModelProto model, string name) => model.Graph.Node.Single(node => node.Name == name);

    private static void Change(ModelProto model, string constant, int element, Func<float, float> change)
    {
        TensorProto tensor = model.Graph.Initializer.Single(tensor => tensor.Name == constant.Replace('.', '_') || tensor.Name == constant);
        byte[] data = tensor.RawData.ToByteArray();
        ref float value = ref MemoryMarshal.Cast<byte, float>(data.AsSpan())[element];
        value = change(value);
        tensor.RawData = ByteString.CopyFrom(data);
    }

    private static void Export(string path, nn.Module model, IReadOnlyList<Tensor> sample, IReadOnlyList<ExampleInput> examples, Func<ExportOptions, ExportOptions>? configure = null) =>
        OnnxExporter.Export(model, examples, options => (configure?.Invoke(options) ?? options) with { KeepIntermediates = sample, SampleDescription = "a sample" }).Save(path);

    private void Export(nn.Module model, Tensor sample, Tensor? example = null, Func<ExportOptions, ExportOptions>? configure = null) =>
        Export(ModelPath, model, [sample], [new("input", example ?? sample)], configure);

    private LocalizationReport Broken(string path, Action<ModelProto> change)
    {
        ModelProto model = OnnxFile.Load(path);
        change(model);
        string broken = _folder["broken.onnx"];
        File.WriteAllBytes(broken, model.ToByteArray());
        return DivergenceLocalizer.Localize(broken, ReferenceIntermediates.Load(ReferenceIntermediates.PathFor(path)));
    }

    private static LocalizationReport Localize(string path) => DivergenceLocalizer.Localize(path, ReferenceIntermediates.Load(ReferenceIntermediates.PathFor(path)));

    /// <summary>The two networks of 20 layers, exported once for all tests.</summary>
    public sealed class DeepModels : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public DeepModels()
        {
            using DisposeScope scope = NewDisposeScope();
            Export(Linear, DeepNetworks.Linear(), [DeepNetworks.Noise(7, 8, 12)], [new("input", zeros(2, 12))]);
            Export(Convolutional, DeepNetworks.Convolutional(), [DeepNetworks.Noise(7, 8, 3, 8, 8)], [new("input", zeros(2, 3, 8, 8))]);
        }

        public string Linear => _folder["linear.onnx"];

        public string Convolutional => _folder["convolutional.onnx"];

        public void Dispose() => _folder.Dispose();
    }
}
