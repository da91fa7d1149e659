using Microsoft.ML.OnnxRuntime;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using static OnnxInit.Tests.Export.Passes.GraphText;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Passes;

public sealed class FoldBatchNormTests
{
    public static TheoryData<string, string, string, string> Layers => new()
    {
        { "Gemm(x, w, b, transB=1)", "[N, 5]", "[4, 5]", "[4]" },
        { "Gemm(x, w, transB=1)", "[N, 5]", "[4, 5]", "[4]" },
        { "Gemm(x, w, b)", "[N, 5]", "[5, 4]", "[1, 4]" },
        { "MatMul(x, w)", "[N, 5]", "[5, 4]", "[4]" },
        { "Conv(x, w, b)", "[N, 3, 6]", "[4, 3, 3]", "[4]" },
        { "Conv(x, w)", "[N, 3, 6, 6]", "[4, 3, 3, 3]", "[4]" },
        { "Conv(x, w, b, group=2)", "[N, 2, 6, 6]", "[4, 1, 3, 3]", "[4]" },
        { "ConvTranspose(x, w, b)", "[N, 3, 6, 6]", "[3, 4, 2, 2]", "[4]" },
        { "ConvTranspose(x, w, group=2)", "[N, 6, 5]", "[6, 2, 3]", "[4]" },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void The_folded_graph_computes_the_same(string node, string input, string weight, string bias)
    {
        string output = node.StartsWith("Conv", StringComparison.Ordinal) ? input.Count(character => character == ',') == 2 ? "[N, 4, ?]" : "[N, 4, ?, ?]" : "[N, 4]";
        OnnxGraph graph = Parse(
            $"""
            graph g(x: float{input}) -> y: float{output}
              const w: float{weight}
              const b: float{bias}
              const s: float[4] = [3, 1, -2, 0.5]
              const t: float[4] = [1, 2, 3, 4]
              const m: float[4] = [2, -1, 0, 1]
              const v: float[4] = [4, 0.5, 1, 2]
              a: float{output} = {node}
              y: float{output} = BatchNormalization(a, s, t, m, v, epsilon=0.3)
            """);
        graph = RemoveDead.Apply(graph);

        OnnxGraph folded = FoldBatchNorm.Apply(graph);

        folded.Nodes.Should().ContainSingle().Which.OpType.Should().Be(node[..node.IndexOf('(', StringComparison.Ordinal)].Replace("MatMul", "Gemm", StringComparison.Ordinal));
        random.manual_seed(3);
        Tensor x = randn([3, .. graph.Inputs[0].Shape.Skip(1).Select(axis => axis.Size)]);
        using InferenceSession session = ExportAssertions.Open(ExportedModel.Create(graph, new(), new([])));
        using InferenceSession foldedSession = ExportAssertions.Open(ExportedModel.Create(folded, new(), new([])));
        OrtRun.Compare(foldedSession, [x], OrtRun.Run(session, [x]), 1e-5, 1e-4, "folded");
    }

    [Theory]
    [InlineData("float")]
    [InlineData("double")]
    [InlineData("float16")]
    public void The_formula_is_W_s_and_b_minus_mean_times_s_plus_shift(string type)
    {
        // s = 3 / sqrt(4 + 0) = 1.5; W' = [1, 2, 3, 4] s; b' = (10 - 2) s + 5.
        AssertFolds(
            $"""
            graph g(x: {type}[N, 2]) -> y: {type}[N, 2]
              const w: {type}[2, 2] = [1, 2, 3, 4]
              const b: {type}[2] = [10, 10]
              const s: {type}[2] = [3, 3]
              const t: {type}[2] = [5, 5]
              const m: {type}[2] = [2, 2]
              const v: {type}[2] = [4, 4]
              a: {type}[N, 2] = Gemm(x, w, b, transB=1)
              y: {type}[N, 2] = BatchNormalization(a, s, t, m, v, epsilon=0.0)
            """,
            $"""
            graph g(x: {type}[N, 2]) -> y: {type}[N, 2]
              const w: {type}[2, 2] = [1.5, 3, 4.5, 6]
              const b: {type}[2] = [17, 17]
              y: {type}[N, 2] = Gemm(x, w, b, transB=1)
            """);
    }

    [Fact]
    public void Rows_of_them_and_shared_biases_are_folded() => AssertFolds(
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const w: float[2, 2] = [1, 2, 3, 4]
          const b: float[2] = [10, 10]
          const s: float[2] = [3, 3]
          const t: float[2] = [5, 5]
          const m: float[2] = [2, 2]
          const v: float[2] = [4, 4]
          const w2: float[2, 2] = [1, 0, 0, 1]
          a: float[N, 2] = Gemm(x, w, b, transB=1)
          c: float[N, 2] = BatchNormalization(a, s, t, m, v, epsilon=0.0)
          d: float[N, 2] = BatchNormalization(c, s, t, m, v, epsilon=0.0)
          e: float[N, 2] = Relu(d)
          y: float[N, 2] = Gemm(e, w2, b)
        """,
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const w: float[2, 2] = [2.25, 4.5, 6.75, 9]
          const a_bias: float[2] = [27.5, 27.5]
          const w2: float[2, 2] = [1, 0, 0, 1]
          const b: float[2] = [10, 10]
          d: float[N, 2] = Gemm(x, w, a_bias, transB=1)
          e: float[N, 2] = Relu(d)
          y: float[N, 2] = Gemm(e, w2, b)
        """);

    [Fact]
    public void The_folded_node_says_where_it_came_from() =>
        FoldBatchNorm.Apply(Parse(Foldable)).Nodes.Should().ContainSingle().Which.Origin.Should().Be(new Origin("a", "Gemm + BatchNormalization"));

    public static TheoryData<string, string, string> Stays => new()
    {
        { "the value has another reader", "y: float[N, 2] = BatchNormalization", "r: float[N, 2] = Relu(a)\n  y: float[N, 2] = BatchNormalization" },
        { "the value is an output", "-> y: float[N, 2]", "-> y: float[N, 2], a: float[N, 2]" },
        { "the weight has another reader", "  y: float[N, 2] = B", "  r: float[2, 2] = Relu(w)\n  y: float[N, 2] = B" },
        { "transA", "transB=1", "transA=1, transB=1" },
        { "alpha", "transB=1", "alpha=0.5, transB=1" },
        { "beta", "transB=1", "beta=0.5, transB=1" },
        { "one bias for all", "const b: float[2] = [10, 10]", "const b: float[1] = [10]" },
        { "computed statistics", "(a, s, t, m, v", "(a, s, t, c, v" },
        { "statistics of the batch", "epsilon=0.0", "epsilon=0.0, training_mode=1" },
        { "an operator of others", "Gemm(", "Elu(" },
    };

    [Theory]
    [MemberData(nameof(Stays))]
    public void Another_BatchNormalization_stays(string what, string from, string to)
    {
        OnnxGraph graph = Parse(Foldable.Replace(from, to, StringComparison.Ordinal));

        FoldBatchNorm.Apply(graph).Should().BeSameAs(graph, what);
    }

    private const string Foldable =
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const w: float[2, 2] = [1, 2, 3, 4]
          const b: float[2] = [10, 10]
          const s: float[2] = [3, 3]
          const t: float[2] = [5, 5]
          const m: float[2] = [2, 2]
          const v: float[2] = [4, 4]
          a: float[N, 2] = Gemm(x, w, b, transB=1)
          y: float[N, 2] = BatchNormalization(a, s, t, m, v, epsilon=0.0)
        """;

    private static void AssertFolds(string before, string after)
    {
        OnnxGraph graph = Parse(before);
        string text = Text(graph);
        Text(FoldBatchNorm.Apply(graph)).Should().Be(after.ReplaceLineEndings("\n").Trim() + "\n");
        Text(graph).Should().Be(text, "the graph that goes in stays as it is");
    }
}
