using System.Runtime.InteropServices;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Inference;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export.Passes;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Inference;

public sealed class OnnxRuntimeEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DataType.Float)]
    [InlineData(DataType.Double)]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.Bfloat16)]
    [InlineData(DataType.Int8)]
    [InlineData(DataType.Uint8)]
    [InlineData(DataType.Int16)]
    [InlineData(DataType.Int32)]
    [InlineData(DataType.Int64)]
    [InlineData(DataType.Bool)]
    public void Elements_of_any_type_go_in_and_come_out(DataType type)
    {
        string name = type.ToString().ToLowerInvariant();
        string path = Save(
            $"""
            graph g(x: {name}[N, 2], s: {name}[]) -> y: {name}[N, 2], z: {name}[]
              y: {name}[N, 2] = Identity(x)
              z: {name}[] = Identity(s)
            """);
        OnnxTensor[] inputs = [Tensor("s", type, 1), Tensor("x", type, 6, 3, 2), Tensor("x", type, 0, 0, 2)];

        IReadOnlyList<IReadOnlyList<OnnxTensor>> runs = new OnnxRuntimeEvaluator().Evaluate(path, [[inputs[0], inputs[1]], [inputs[2], inputs[0]]]);

        runs.Should().HaveCount(2);
        AssertEqual(runs[0][0], inputs[1] with { Name = "y" });
        AssertEqual(runs[0][1], inputs[0] with { Name = "z" });
        AssertEqual(runs[1][0], inputs[2] with { Name = "y" });
    }

    [Fact]
    public void Weights_in_a_file_beside_the_model_are_found()
    {
        OnnxGraph graph = GraphText.Parse(
            """
            graph g(x: float[N, 1000]) -> y: float[N, 1000]
              const c: float[1000]
              y: float[N, 1000] = Add(x, c)
            """);
        ExportedModel.Create(graph, new() { ExternalData = true }, Report).Save(_folder["model.onnx"]);
        File.Exists(_folder["model.onnx.data"]).Should().BeTrue();

        OnnxTensor output = new OnnxRuntimeEvaluator().Evaluate(_folder["model.onnx"], [[new("x", DataType.Float, [1, 1000], new byte[4000])]])[0][0];

        MemoryMarshal.Cast<byte, float>(output.Data.Span).ToArray().Should().Equal(Enumerable.Range(1, 1000).Select(i => (float)i));
    }

    [Fact]
    public void Other_inputs_than_the_model_takes_are_named() =>
        FluentActions.Invoking(() => new OnnxRuntimeEvaluator().Evaluate(Double(), [[Tensor("z", DataType.Float, 1, 1)]])).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder["model.onnx"]}' takes 'x', and is given 'z'.");

    [Fact]
    public void Elements_that_do_not_fill_the_shape_are_refused() =>
        FluentActions.Invoking(() => new OnnxRuntimeEvaluator().Evaluate(Double(), [[Tensor("x", DataType.Float, 1, 2, 2)]])).Should().Throw<InvalidInputException>()
            .WithMessage("The input 'x', Float [2, 2], has 16 bytes, and 4 are given.");

    [Fact]
    public void A_run_that_fails_names_what_it_was_given() =>
        FluentActions.Invoking(() => new OnnxRuntimeEvaluator().Evaluate(Double(), [[Tensor("x", DataType.Float, 3, 1, 3)]])).Should().Throw<InvalidInputException>()
            .WithMessage($"The model '{_folder["model.onnx"]}' fails on x [1, 3] on 'cpu': *");

    [Fact]
    public void A_file_that_is_no_model_is_refused() =>
        FluentActions.Invoking(() => new OnnxRuntimeEvaluator().Evaluate(_folder["no.onnx"], [])).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot open the model '{_folder["no.onnx"]}': there is no such file.*");

    private static ExportReport Report => new([]);

    private string Double() => Save(
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          y: float[N, 2] = Add(x, x)
        """);

    private string Save(string graph)
    {
        ExportedModel.Create(GraphText.Parse(graph), new(), Report).Save(_folder["model.onnx"]);
        return _folder["model.onnx"];
    }

    private static OnnxTensor Tensor(string name, DataType type, int elements, params long[] shape) =>
        new(name, type, shape, Enumerable.Range(0, elements * type.Size()).Select(i => (byte)(i % 2)).ToArray());

    private static void AssertEqual(OnnxTensor found, OnnxTensor expected)
    {
        found.Name.Should().Be(expected.Name);
        found.Type.Should().Be(expected.Type);
        found.Shape.Should().Equal(expected.Shape);
        found.Data.ToArray().Should().Equal(expected.Data.ToArray());
    }
}
