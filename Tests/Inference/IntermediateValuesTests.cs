using System.Runtime.InteropServices;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Inference;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export.Passes;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Inference;

public sealed class IntermediateValuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_value_between_the_nodes_comes_out_in_the_graph_s_order()
    {
        ModelProto model = TinyModel.Create(pixels: true);
        byte[] before = Bytes(model);
        ImageSet images = TinyModel.Images(5);
        using IntermediateValues opened = IntermediateValues.Open(model, _folder["model.onnx"]);

        IReadOnlyList<OnnxTensor> values = opened.Run(new OnnxTensor("images", DataType.Uint8, [5, 2, 3, 4], images.Pixels));

        opened.Values.Select(value => $"{value.Name}: {value.Type} [{string.Join(", ", value.Shape)}]").Should().Equal(
            "values: Float [-1, 2, 3, 4]", "scaled: Float [-1, 2, 3, 4]", "normalized: Float [-1, 2, 3, 4]", "flat: Float [-1, 24]", "logits: Float [-1, 3]");
        values.Select(value => value.Name).Should().Equal(opened.Values.Select(value => value.Name));
        float[] normalized = new float[5 * TinyModel.Shape.Size];
        TinyModel.Normalization.Apply(images.Pixels, normalized, TinyModel.Shape.PlaneSize);
        Floats(values[2]).Should().Equal(normalized);
        Floats(values[3]).Should().Equal(normalized);
        values[3].Shape.Should().Equal(5, 24);
        Floats(values[4]).Zip(TinyModel.Logits(images)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        Bytes(model).Should().Equal(before, "the model is not changed");
    }

    [Fact]
    public void Weights_in_a_file_beside_the_model_are_found()
    {
        ExportedModel.Create(GraphText.Parse(
            """
            graph g(x: float[N, 1000]) -> y: float[N, 1000]
              const c: float[1000]
              z: float[N, 1000] = Add(x, c)
              y: float[N, 1000] = Neg(z)
            """), new() { ExternalData = true }, new([])).Save(_folder["model.onnx"]);
        File.Exists(_folder["model.onnx.data"]).Should().BeTrue();
        using IntermediateValues opened = IntermediateValues.Open(OnnxFile.Load(_folder["model.onnx"]), _folder["model.onnx"]);

        IReadOnlyList<OnnxTensor> values = opened.Run(new OnnxTensor("x", DataType.Float, [1, 1000], new byte[4000]));

        Floats(values[0]).Should().Equal(Enumerable.Range(1, 1000).Select(i => (float)i));
    }

    [Fact]
    public void A_model_that_is_none_is_refused()
    {
        ModelProto model = TinyModel.Create();
        model.Graph.Node[0].OpType = "Flatter";

        FluentActions.Invoking(() => IntermediateValues.Open(model, "tiny.onnx")).Should().Throw<InvalidInputException>()
            .WithMessage("ONNX Runtime * cannot load 'tiny.onnx': *Flatter*. Export or copy the model again, with the files that belong to it.");
    }

    private static float[] Floats(OnnxTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static byte[] Bytes(ModelProto model) => Google.Protobuf.MessageExtensions.ToByteArray(model);
}
