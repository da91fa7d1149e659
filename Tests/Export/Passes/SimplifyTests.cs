using static OnnxInit.Tests.Export.Passes.GraphText;

namespace OnnxInit.Tests.Export.Passes;

public sealed class SimplifyTests
{
    [Fact]
    public void Identity_is_left_out() => Simplifies(
        """
        graph g(x: float[N, 3]) -> y: float[N, 3]
          a: float[N, 3] = Identity(x)
          b: float[N, 3] = Identity(a)
          y: float[N, 3] = Add(a, b)
        """,
        """
        graph g(x: float[N, 3]) -> y: float[N, 3]
          y: float[N, 3] = Add(x, x)
        """);

    [Fact]
    public void An_output_keeps_its_name_when_what_computed_it_is_left_out() => Simplifies(
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[N, 3]
          a: float[N, 3] = Relu(x)
          y: float[N, 3] = Identity(a)
          z: float[N, 3] = Neg(a)
        """,
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[N, 3]
          y: float[N, 3] = Relu(x)
          z: float[N, 3] = Neg(y)
        """);

    [Fact]
    public void An_output_that_is_an_input_a_constant_or_another_output_stays_an_Identity() => Simplifies(
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[2], a: float[N, 3], b: float[N, 3], c: float[N, 3]
          const w: float[2] = [1, 2]
          y: float[N, 3] = Identity(x)
          z: float[2] = Identity(w)
          a: float[N, 3] = Relu(x)
          b: float[N, 3] = Identity(a)
          c: float[N, 3] = Cast(x, to=1)
        """,
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[2], a: float[N, 3], b: float[N, 3], c: float[N, 3]
          const w: float[2] = [1, 2]
          y: float[N, 3] = Identity(x)
          z: float[2] = Identity(w)
          a: float[N, 3] = Relu(x)
          b: float[N, 3] = Identity(a)
          c: float[N, 3] = Identity(x)
        """);

    [Fact]
    public void Casts_to_the_own_type_and_after_one_that_loses_nothing_are_left_out() => Simplifies(
        """
        graph g(x: int32[N]) -> y: float[N], z: int32[N]
          a: int32[N] = Cast(x, to=6)
          b: int64[N] = Cast(a, to=7)
          y: float[N] = Cast(b, to=1)
          c: int32[N] = Cast(b, to=6)
          z: int32[N] = Neg(c)
        """,
        """
        graph g(x: int32[N]) -> y: float[N], z: int32[N]
          b: int64[N] = Cast(x, to=7)
          y: float[N] = Cast(x, to=1)
          z: int32[N] = Neg(x)
        """);

    [Theory]
    [InlineData("float", "int64", 7)]
    [InlineData("float", "float16", 10)]
    [InlineData("int64", "double", 11)]
    [InlineData("int32", "float", 1)]
    [InlineData("int32", "bool", 9)]
    public void A_cast_after_one_that_loses_something_stays(string from, string through, int to)
    {
        string graph =
            $"""
            graph g(x: {from}[N]) -> y: {from}[N]
              a: {through}[N] = Cast(x, to={to})
              y: {from}[N] = Cast(a, to={from switch { "float" => 1, "int64" => 7, _ => 6 }})
            """;
        Simplifies(graph, graph);
    }

    [Fact]
    public void A_Reshape_after_a_rearrangement_takes_what_that_took() => Simplifies(
        """
        graph g(x: float[N, 3, 4]) -> y: float[2*N, 6]
          const s: int64[2] = [-1, 12]
          const t: int64[2] = [-1, 6]
          a: float[N, 12] = Reshape(x, s)
          y: float[2*N, 6] = Reshape(a, t)
        """,
        """
        graph g(x: float[N, 3, 4]) -> y: float[2*N, 6]
          const s: int64[2] = [-1, 12]
          const t: int64[2] = [-1, 6]
          a: float[N, 12] = Reshape(x, s)
          y: float[2*N, 6] = Reshape(x, t)
        """);

    [Fact]
    public void A_zero_of_a_Reshape_means_an_axis_of_its_own_input() => Simplifies(
        """
        graph g(x: float[N, 3, 4], z: float[3, N, 4]) -> y: float[N, 2, 6], w: float[3*N, 2, 2]
          const s: int64[2] = [-1, 12]
          const t: int64[3] = [0, 2, 6]
          const u: int64[2] = [-1, 4]
          const v: int64[3] = [0, 2, 2]
          a: float[N, 12] = Reshape(x, s)
          y: float[N, 2, 6] = Reshape(a, t)
          b: float[3*N, 4] = Reshape(z, u)
          w: float[3*N, 2, 2] = Reshape(b, v)
        """,
        """
        graph g(x: float[N, 3, 4], z: float[3, N, 4]) -> y: float[N, 2, 6], w: float[3*N, 2, 2]
          const s: int64[2] = [-1, 12]
          const t: int64[3] = [0, 2, 6]
          const u: int64[2] = [-1, 4]
          const v: int64[3] = [0, 2, 2]
          a: float[N, 12] = Reshape(x, s)
          y: float[N, 2, 6] = Reshape(x, t)
          b: float[3*N, 4] = Reshape(z, u)
          w: float[3*N, 2, 2] = Reshape(b, v)
        """);

    [Fact]
    public void Rearrangements_that_end_where_they_began_are_left_out() => Simplifies(
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[1, N, 3]
          const one: int64[1] = [1]
          const nought: int64[1] = [0]
          const s: int64[3] = [-1, 3, 1]
          const t: int64[2] = [0, 3]
          a: float[N, 1, 3] = Unsqueeze(x, one)
          b: float[N, 3] = Squeeze(a, one)
          c: float[N, 3, 1] = Reshape(b, s)
          d: float[N, 3] = Flatten(c, axis=1)
          e: float[N, 3] = Reshape(d, t)
          y: float[N, 3] = Relu(e)
          z: float[1, N, 3] = Unsqueeze(e, nought)
        """,
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[1, N, 3]
          const one: int64[1] = [1]
          const nought: int64[1] = [0]
          const s: int64[3] = [-1, 3, 1]
          const t: int64[2] = [0, 3]
          a: float[N, 1, 3] = Unsqueeze(x, one)
          c: float[N, 3, 1] = Reshape(x, s)
          y: float[N, 3] = Relu(x)
          z: float[1, N, 3] = Unsqueeze(x, nought)
        """);

    [Fact]
    public void A_shape_of_which_nothing_is_known_equals_none() => Unchanged(
        """
        graph g(x: float[?, 3], s: int64[2]) -> y: float[?, 3]
          y: float[?, 3] = Reshape(x, s)
        """);

    [Fact]
    public void Transposes_become_one_or_none() => Simplifies(
        """
        graph g(x: float[N, 3, 4]) -> y: float[4, N, 3], z: float[N, 3, 4]
          a: float[N, 4, 3] = Transpose(x, perm=[0, 2, 1])
          y: float[4, N, 3] = Transpose(a, perm=[1, 0, 2])
          b: float[4, 3, N] = Transpose(x)
          c: float[N, 3, 4] = Transpose(b)
          z: float[N, 3, 4] = Relu(c)
        """,
        """
        graph g(x: float[N, 3, 4]) -> y: float[4, N, 3], z: float[N, 3, 4]
          a: float[N, 4, 3] = Transpose(x, perm=[0, 2, 1])
          y: float[4, N, 3] = Transpose(x, perm=[2, 0, 1])
          b: float[4, 3, N] = Transpose(x)
          z: float[N, 3, 4] = Relu(x)
        """);

    [Fact]
    public void Expand_to_the_own_shape_and_Concat_of_one_value_are_left_out() => Simplifies(
        """
        graph g(x: float[N, 3], s: int64[2]) -> y: float[N, 3], z: float[2*N, 3]
          a: float[N, 3] = Expand(x, s)
          b: float[N, 3] = Concat(a, axis=0)
          y: float[N, 3] = Relu(b)
          z: float[2*N, 3] = Concat(b, b, axis=0)
        """,
        """
        graph g(x: float[N, 3], s: int64[2]) -> y: float[N, 3], z: float[2*N, 3]
          y: float[N, 3] = Relu(x)
          z: float[2*N, 3] = Concat(x, x, axis=0)
        """);

    private static void Simplifies(string before, string after) => AssertPass("simplify", before, after);

    private static void Unchanged(string graph) => Simplifies(graph, graph);
}
