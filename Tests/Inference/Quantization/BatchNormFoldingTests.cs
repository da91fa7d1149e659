using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference;
using OnnxInit.Inference.Quantization;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>A model with its BatchNorm folded computes what it did.</summary>
public sealed class BatchNormFoldingTests
{
    private const string Statistics =
        """
          const scale: float[4] = [1.5, -0.5, 2, 1]
          const offset: float[4] = [0.1, 0.2, -0.3, 0]
          const mean: float[4] = [3, -2, 1, 0.5]
          const variance: float[4] = [4, 0.25, 1, 2]
        """;

    [Theory]
    [InlineData("Conv", "x: float[N, 2, 3, 3]", "const w: float[4, 2, 2, 2]", "a: float[N, 4, 2, 2] = Conv(x, w)", "float[N, 4, 2, 2]")]
    [InlineData("Conv with bias and groups", "x: float[N, 2, 3, 3]", "const w: float[4, 1, 2, 2]\n  const b: float[4]", "a: float[N, 4, 2, 2] = Conv(x, w, b, group=2)", "float[N, 4, 2, 2]")]
    [InlineData("ConvTranspose", "x: float[N, 2, 3, 3]", "const w: float[2, 4, 2, 2]", "a: float[N, 4, 4, 4] = ConvTranspose(x, w)", "float[N, 4, 4, 4]")]
    [InlineData("ConvTranspose with groups", "x: float[N, 2, 3, 3]", "const w: float[2, 2, 2, 2]", "a: float[N, 4, 4, 4] = ConvTranspose(x, w, group=2)", "float[N, 4, 4, 4]")]
    [InlineData("Gemm", "x: float[N, 3]", "const w: float[3, 4]", "a: float[N, 4] = Gemm(x, w)", "float[N, 4]")]
    [InlineData("Gemm transposed, with bias", "x: float[N, 3]", "const w: float[4, 3]\n  const b: float[4]", "a: float[N, 4] = Gemm(x, w, b, transB=1)", "float[N, 4]")]
    [InlineData("MatMul", "x: float[N, 3]", "const w: float[3, 4]", "a: float[N, 4] = MatMul(x, w)", "float[N, 4]")]
    public void Folds(string layer, string input, string constants, string node, string type)
    {
        ModelProto model = Model(input, constants, node, type);
        long[] shape = input.Contains("3, 3]", StringComparison.Ordinal) ? [2, 2, 3, 3] : [2, 3];

        ModelGraph graph = ModelGraph.Of(model, "m.onnx");
        int folded = BatchNormFolding.Apply(graph, _ => 2);

        folded.Should().Be(1, layer);
        ModelProto result = graph.Finish();
        result.Graph.Node.Should().ContainSingle().Which.Output.Should().Equal("y");
        float[] expected = Run(model, shape);
        Run(result, shape).Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= 1e-5 * Math.Max(1, Math.Abs(pair.Second)), layer);
    }

    [Theory]
    [InlineData("the value is an output too", "x: float[N, 3]", "const w: float[3, 4]", "a: float[N, 4] = Gemm(x, w)", ", a: float[N, 4]")]
    [InlineData("the weight is used again", "x: float[N, 3]", "const w: float[3, 4]", "a: float[N, 4] = Gemm(x, w)\n  z: float[N, 4] = MatMul(x, w)", ", z: float[N, 4]")]
    [InlineData("the Gemm scales", "x: float[N, 3]", "const w: float[3, 4]", "a: float[N, 4] = Gemm(x, w, alpha=2.5)", "")]
    [InlineData("there is no layer before it", "x: float[N, 4]", "const w: float[4] = [1, 2, 3, 4]", "a: float[N, 4] = Mul(x, w)", "")]
    public void Does_not_fold_where(string reason, string input, string constants, string node, string moreOutputs)
    {
        ModelGraph graph = ModelGraph.Of(Model(input, constants, node, "float[N, 4]", moreOutputs), "m.onnx");

        BatchNormFolding.Apply(graph, _ => 2).Should().Be(0, reason);

        graph.Nodes.Should().Contain(kept => kept.OpType == "BatchNormalization");
    }

    [Fact]
    public void A_matrix_product_of_more_axes_keeps_its_BatchNorm() =>
        BatchNormFolding.Apply(ModelGraph.Of(Model("x: float[N, 3]", "const w: float[3, 4]", "a: float[N, 4] = MatMul(x, w)", "float[N, 4]"), "m.onnx"), _ => 3).Should().Be(0);

    private static ModelProto Model(string input, string constants, string node, string type, string moreOutputs = "") => ModelText.Parse(
        $"""
        graph g({input}) -> y: {type}{moreOutputs}
          {constants}
        {Statistics}
          {node}
          y: {type} = BatchNormalization(a, scale, offset, mean, variance, epsilon=0.5)
        """);

    private static float[] Run(ModelProto model, long[] shape)
    {
        using IntermediateValues values = IntermediateValues.Open(model, "m.onnx");
        float[] input = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(i => ((i * 5) % 7) - 3f)];
        return MemoryMarshal.Cast<byte, float>(values.Run(SmallModels.Tensor("x", shape, input)).Single(value => value.Name == "y").Data.Span).ToArray();
    }
}
