using static OnnxInit.Tests.Export.Passes.GraphText;

namespace OnnxInit.Tests.Export.Passes;

public sealed class MergeTests
{
    [Fact]
    public void What_several_nodes_compute_is_computed_once() => AssertPass(
        "merge-duplicate-nodes",
        """
        graph g(x: float[N, 3]) -> y: float[N, 3]
          a: float[N, 3] = Elu(x, alpha=0.5)
          b: float[N, 3] = Elu(x, alpha=0.5)
          c: float[N, 3] = Elu(x, alpha=0.25)
          d: float[N, 3] = Relu(a)
          e: float[N, 3] = Relu(b)
          y: float[N, 3] = Sum(c, d, e)
        """,
        """
        graph g(x: float[N, 3]) -> y: float[N, 3]
          a: float[N, 3] = Elu(x, alpha=0.5)
          c: float[N, 3] = Elu(x, alpha=0.25)
          d: float[N, 3] = Relu(a)
          y: float[N, 3] = Sum(c, d, d)
        """);

    [Fact]
    public void An_output_keeps_its_name_and_a_second_one_its_node() => AssertPass(
        "merge-duplicate-nodes",
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[N, 3]
          a: float[N, 3] = Relu(x)
          b: float[N, 3] = Neg(a)
          y: float[N, 3] = Relu(x)
          z: float[N, 3] = Relu(x)
        """,
        """
        graph g(x: float[N, 3]) -> y: float[N, 3], z: float[N, 3]
          y: float[N, 3] = Relu(x)
          b: float[N, 3] = Neg(y)
          z: float[N, 3] = Relu(x)
        """);

    [Fact]
    public void Nodes_of_several_results_are_merged_as_a_whole() => AssertPass(
        "merge-duplicate-nodes",
        """
        graph g(x: float[N, 4]) -> y: float[N, 2], z: float[N, 2]
          a: float[N, 2], b: float[N, 2] = Split(x, axis=1)
          c: float[N, 2], d: float[N, 2] = Split(x, axis=1)
          e: float[N, 2], z: float[N, 2] = Split(x, axis=1)
          y: float[N, 2] = Sum(a, b, c, d, e)
        """,
        """
        graph g(x: float[N, 4]) -> y: float[N, 2], z: float[N, 2]
          a: float[N, 2], b: float[N, 2] = Split(x, axis=1)
          e: float[N, 2], z: float[N, 2] = Split(x, axis=1)
          y: float[N, 2] = Sum(a, b, a, b, e)
        """);

    [Fact]
    public void Random_numbers_are_not_merged()
    {
        const string graph =
            """
            graph g(x: float[N, 3]) -> y: float[N, 3]
              a: float[N, 3] = RandomNormalLike(x)
              b: float[N, 3] = RandomNormalLike(x)
              y: float[N, 3] = Add(a, b)
            """;
        AssertPass("merge-duplicate-nodes", graph, graph);
    }

    [Fact]
    public void Constants_of_one_type_shape_and_bytes_become_the_first() => AssertPass(
        "merge-duplicate-constants",
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const a: float[2] = [1, 2]
          const b: float[1, 2] = [1, 2]
          const c: float[2] = [1, 3]
          const d: float[2] = [1, 2]
          const e: float[2] = [0, 1]
          const f: float[2] = [-0, 1]
          const g: int64[2] = [1, 2]
          y: float[N, 2] = Sum(x, a, b, c, d, e, f, g)
        """,
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const a: float[2] = [1, 2]
          const b: float[1, 2] = [1, 2]
          const c: float[2] = [1, 3]
          const e: float[2] = [0, 1]
          const f: float[2] = [-0, 1]
          const g: int64[2] = [1, 2]
          y: float[N, 2] = Sum(x, a, b, c, a, e, f, g)
        """);

    [Fact]
    public void What_no_output_depends_on_is_removed() => AssertPass(
        "remove-dead",
        """
        graph g(x: float[N, 4], unread: float[N]) -> y: float[N, 2]
          const c: float[2] = [1, 2]
          const d: float[2] = [1, 2]
          a: float[N, 2], b: float[N, 2] = Split(x, axis=1)
          e: float[N, 2] = Add(a, d)
          f: float[N, 2] = Relu(e)
          y: float[N, 2] = Add(b, c)
        """,
        """
        graph g(x: float[N, 4], unread: float[N]) -> y: float[N, 2]
          const c: float[2] = [1, 2]
          a: float[N, 2], b: float[N, 2] = Split(x, axis=1)
          y: float[N, 2] = Add(b, c)
        """);

    [Fact]
    public void Constants_stand_in_the_order_of_their_first_use() => AssertPass(
        "order-constants",
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const unread: float[2] = [1, 2]
          const second: float[2] = [1, 2]
          const first: float[2] = [3, 4]
          a: float[N, 2] = Add(x, first)
          y: float[N, 2] = Sum(first, second, a)
        """,
        """
        graph g(x: float[N, 2]) -> y: float[N, 2]
          const first: float[2] = [3, 4]
          const second: float[2] = [1, 2]
          const unread: float[2] = [1, 2]
          a: float[N, 2] = Add(x, first)
          y: float[N, 2] = Sum(first, second, a)
        """);
}
