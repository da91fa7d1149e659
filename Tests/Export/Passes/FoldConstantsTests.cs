using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static OnnxInit.Tests.Export.Passes.GraphText;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Passes;

public sealed class FoldConstantsTests
{
    public static TheoryData<string, string, string> Nodes => new()
    {
        { "Identity(c)", "float[2, 3]", "1, 2, 3, 4, 5, 6" },
        { "Reshape(c, i)", "float[3, 2]", "1, 2, 3, 4, 5, 6" },
        { "Flatten(c, axis=0)", "float[1, 6]", "1, 2, 3, 4, 5, 6" },
        { "Unsqueeze(c, i)", "float[2, 1, 3]", "1, 2, 3, 4, 5, 6" },
        { "Squeeze(one)", "float[]", "1" },
        { "Transpose(c)", "float[3, 2]", "1, 4, 2, 5, 3, 6" },
        { "Transpose(c, perm=[1, 0])", "float[3, 2]", "1, 4, 2, 5, 3, 6" },
        { "Expand(one, i)", "float[3]", "1, 1, 1" },
        { "Concat(one, one, axis=0)", "float[2]", "1, 1" },
        { "Concat(c, c, axis=-1)", "float[2, 6]", "1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6" },
        { "Slice(c, nought, i2, i1)", "float[2, 2]", "1, 2, 4, 5" },
        { "Slice(c, m1, far, i1)", "float[2, 1]", "3, 6" },
        { "Slice(c, m1, low, i1, m2)", "float[2, 2]", "3, 1, 6, 4" },
        { "Slice(c, i2, nought, i1)", "float[2, 0]", "" },
        { "Gather(c, m1)", "float[1, 3]", "4, 5, 6" },
        { "Gather(c, pick, axis=1)", "float[2, 2, 1]", "3, 1, 6, 4" },
        { "Gather(i, scalar)", "int64[]", "4" },
        { "Tile(one, i2)", "float[2]", "1, 1" },
        { "Trilu(c, upper=0)", "float[2, 3]", "1, 0, 0, 4, 5, 0" },
        { "Trilu(c, scalar)", "float[2, 3]", "0, 2, 3, 0, 0, 6" },
        { "ConstantOfShape(i2)", "float[2]", "0, 0" },
        { "Range(scalar, m7, m2)", "int64[4]", "1, -1, -3, -5" },
        { "Shape(c)", "int64[2]", "2, 3" },
        { "Shape(x)", "int64[2]", "5, 3" },
        { "Shape(x, start=1)", "int64[1]", "3" },
        { "Shape(n, start=-2, end=-1)", "int64[1]", "7" },
        { "Size(x)", "int64[]", "15" },
        { "Cast(c, to=7)", "int64[2, 3]", "1, 2, 3, 4, 5, 6" },
        { "Cast(half, to=9)", "bool[2]", "0, 1" },
        { "Add(c, one)", "float[2, 3]", "2, 3, 4, 5, 6, 7" },
        { "Sub(one, one)", "float[1]", "0" },
        { "Mul(i, i)", "int64[2]", "9, 16" },
        { "Div(m7, i2)", "int64[1]", "-3" },
        { "Div(c, c)", "float[2, 3]", "1, 1, 1, 1, 1, 1" },
        { "Mod(m7, i2)", "int64[1]", "1" },
        { "Mod(m7, i2, fmod=1)", "int64[1]", "-1" },
        { "Pow(c, one)", "float[2, 3]", "1, 2, 3, 4, 5, 6" },
        { "Neg(half)", "float16[2]", "-0, -2" },
        { "Sqrt(one)", "float[1]", "1" },
        { "Reciprocal(one)", "float[1]", "1" },
        { "Round(half)", "float16[2]", "0, 2" },
        { "Max(i, i2)", "int64[2]", "3, 4" },
        { "Min(i, i2)", "int64[2]", "2, 2" },
        { "MatMul(i, i)", "int64[]", "25" },
        { "Less(i, i2)", "bool[2]", "0, 0" },
        { "Where(yes, i, i2)", "int64[2]", "3, 2" },
        { "Not(yes)", "bool[2]", "0, 1" },
        { "ReduceSum(c, i1)", "float[2, 1]", "6, 15" },
        { "ReduceSum(i, keepdims=0)", "int64[]", "7" },
        { "ReduceMean(c, axes=[0], keepdims=0)", "float[3]", "2.5, 3.5, 4.5" },
        { "ReduceMax(c)", "float[1, 1]", "6" },
        { "CumSum(c, i1)", "float[2, 3]", "1, 3, 6, 4, 9, 15" },
    };

    [Theory]
    [MemberData(nameof(Nodes))]
    public void What_does_not_depend_on_an_input_is_computed(string node, string type, string elements)
    {
        string shape = node.StartsWith("Reshape", StringComparison.Ordinal) ? "3, 2" : node.StartsWith("Unsq", StringComparison.Ordinal) ? "1" : node.StartsWith("Expand", StringComparison.Ordinal) ? "3" : "3, 4";
        OnnxGraph graph = FoldConstants.Apply(Parse(
            $"""
            graph g(x: float[5, 3], n: float[N, 7, T]) -> y: {type}
              const c: float[2, 3]
              const one: float[1] = [1]
              const half: float16[2] = [0, 2]
              const i: int64[{shape.Split(',').Length}] = [{shape}]
              const nought: int64[1] = [0]
              const i1: int64[1] = [1]
              const i2: int64[1] = [2]
              const m1: int64[1] = [-1]
              const m2: int64[1] = [-2]
              const m7: int64[1] = [-7]
              const far: int64[1] = [9000000000000000000]
              const low: int64[1] = [-9000000000000000000]
              const pick: int64[2, 1] = [2, -3]
              const scalar: int64[] = [1]
              const yes: bool[2] = [1, 0]
              a: {type} = {node}
              y: {type} = Identity(a)
            """));

        string name = graph.Nodes.Should().ContainSingle().Which.Inputs.Should().ContainSingle().Which;
        GraphConstant constant = graph.Constants.Single(constant => constant.Name == name);
        constant.Value.ToString().Should().Be($"{name}: {type}");
        string.Join(", ", Elements(constant)).Should().Be(elements);
    }

    [Fact]
    public void Rows_of_constants_are_computed_to_their_end_and_Split_too() => Folds(
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const c: float[4] = [1, 2, 3, 4]
          a: float[4] = Add(c, c)
          b: float[2], d: float[2] = Split(a)
          e: float[2] = Mul(b, d)
          y: float[N, 2] = Add(x, e)
        """,
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const c: float[4] = [1, 2, 3, 4]
          const a: float[4] = [2, 4, 6, 8]
          const b: float[2] = [2, 4]
          const d: float[2] = [6, 8]
          const e: float[2] = [12, 32]
          y: float[N, 2] = Add(x, e)
        """);

    [Fact]
    public void An_output_that_is_constant_is_an_Identity_of_the_constant() => Folds(
        """
        graph g(x: float[N, 2]) -> y: float[2], z: float[2]
          const c: float[2] = [1, 2]
          y: float[2] = Neg(c)
          z: float[2] = Neg(y)
        """,
        """
        graph g(x: float[N, 2]) -> y: float[2], z: float[2]
          const c: float[2] = [1, 2]
          const y_value: float[2] = [-1, -2]
          const z_value: float[2] = [1, 2]
          y: float[2] = Identity(y_value)
          z: float[2] = Identity(z_value)
        """);

    [Fact]
    public void What_depends_on_an_input_is_of_an_unknown_shape_or_cannot_be_computed_stays()
    {
        const string graph =
            """
            graph g(x: float[N, 2]) -> y: float[N, 2], z: int64[1], u: float[?], v: float[2]
              const c: float[2] = [1, 2]
              const i: int64[1] = [2]
              const nought: int64[1] = [0]
              a: int64[2] = Shape(x)
              y: float[N, 2] = Expand(c, a)
              z: int64[1] = Div(i, nought)
              u: float[?] = Compress(c, c)
              v: float[2] = RandomNormalLike(c)
            """;
        Folds(graph, graph);
    }

    [Theory]
    [InlineData(262146, true)] // 1 MB more than the two that it is made of
    [InlineData(262148, false)]
    public void What_would_make_the_file_more_than_1_MB_larger_stays(int elements, bool folded) =>
        FoldConstants.Apply(Parse(
            $"""
            graph g(x: float[N]) -> y: float[{elements}]
              const c: float[1] = [0]
              const i: int64[1] = [{elements}]
              a: float[{elements}] = Expand(c, i)
              y: float[{elements}] = Relu(a)
            """)).Nodes.Should().HaveCount(folded ? 1 : 2);

    [Fact]
    public void A_weight_that_others_read_is_not_written_twice_for_a_transposition()
    {
        OnnxGraph graph = Parse(
            """
            graph g(x: float[1000, 1000]) -> y: float[1000, 1000], z: float[1000, 1000]
              const w: float[1] = [1]
              a: float[1000, 1000] = Transpose(w)
              y: float[1000, 1000] = Add(x, a)
              z: float[1000, 1000] = Gather(w, x)
            """) with
        { Constants = [new("w", DataType.Float, [1000, 1000], ConstantData.Of(new ReadOnlyMemory<byte>(new byte[4_000_000])))] };

        FoldConstants.Apply(graph).Nodes[0].OpType.Should().Be("Transpose");
        FoldConstants.Apply(graph with { Nodes = [graph.Nodes[0], graph.Nodes[1]], Outputs = [graph.Outputs[0]] }).Nodes.Should().ContainSingle();
    }

    [Fact]
    public void A_weight_that_is_laid_out_anew_keeps_its_name() => Folds(
        """
        graph g(x: float[N, 2]) -> y: float[N, 3], z: float[N, 3]
          const w: float[3, 2] = [1, 2, 3, 4, 5, 6]
          const s: int64[2] = [3, 2]
          a: float[3, 2] = Reshape(w, s)
          b: float[2, 3] = Transpose(a)
          y: float[N, 3] = MatMul(x, b)
          c: float[2, 3] = Transpose(a)
          z: float[N, 3] = MatMul(x, c)
        """,
        """
        graph g(x: float[N, 2]) -> y: float[N, 3], z: float[N, 3]
          const s: int64[2] = [3, 2]
          const a: float[3, 2] = [1, 2, 3, 4, 5, 6]
          const w: float[2, 3] = [1, 3, 5, 2, 4, 6]
          const c: float[2, 3] = [1, 3, 5, 2, 4, 6]
          y: float[N, 3] = MatMul(x, w)
          z: float[N, 3] = MatMul(x, c)
        """);

    [Fact]
    public void A_weight_that_is_laid_out_anew_is_not_copied()
    {
        using Tensor weight = arange(2000, ScalarType.Float32).reshape(2, 1000);
        OnnxGraph graph = Parse(
            """
            graph g(x: float[N, 1000]) -> y: float[N, 2]
              const w: float[1] = [1]
              a: float[1000, 2] = Transpose(w, perm=[1, 0])
              y: float[N, 2] = MatMul(x, a)
            """) with
        { Constants = [new("w", DataType.Float, [2, 1000], ConstantData.Of(weight))] };

        GraphConstant folded = FoldConstants.Apply(graph).Constants.Single();

        folded.Value.ToString().Should().Be("w: float[1000, 2]");

        folded.Floats[..4].ToArray().Should().Equal(0, 1000, 1, 1001);
        weight[0, 0] = 7;
        folded.Floats[..4].ToArray().Should().Equal(7, 1000, 1, 1001);
    }

    private static void Folds(string before, string after) => AssertPass("fold-constants", before, after);
}
