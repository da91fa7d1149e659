using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Sorting, and what is told by it: the greatest k, medians, quantiles.</summary>
internal static class SortLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .AddMany("sort", Sort)
        .Add("argsort", ArgSort)
        .Add("msort", SortRows)
        .AddMany("topk", TopK)
        .AddMany("kthvalue", KthValue)
        .Add("median", Median)
        .Add("quantile", Quantile);

    /// <summary>x in order along an axis, and where each came from; equals stay in their order; TopK of all, https://onnx.ai/onnx/operators/onnx__TopK.html.</summary>
    private static IReadOnlyList<GraphValue> Sort(Operation operation, GraphBuilder graph) =>
        Ordered(graph, operation.Input, operation.Axis("dim", operation.Input.Rank, -1), operation.Flag("descending"));

    /// <summary>y = where each element of x in order came from; equals stay in their order; TopK of all, https://onnx.ai/onnx/operators/onnx__TopK.html.</summary>
    private static GraphValue ArgSort(Operation operation, GraphBuilder graph) => Sort(operation, graph)[1];

    /// <summary>y = x in order along its first axis; TopK of all, https://onnx.ai/onnx/operators/onnx__TopK.html.</summary>
    private static GraphValue SortRows(Operation operation, GraphBuilder graph) => Ordered(graph, operation.Input, 0, descending: false)[0];

    /// <summary>The greatest or smallest k along an axis, in order, and where they are; k may depend on a dynamic axis; TopK, https://onnx.ai/onnx/operators/onnx__TopK.html.</summary>
    private static IReadOnlyList<GraphValue> TopK(Operation operation, GraphBuilder graph)
    {
        if (!operation.Flag("sorted", true))
        {
            throw operation.Unsupported("topk with sorted: false leaves the order to the implementation", "Write sorted: true");
        }

        GraphValue x = operation.Input;
        return Ordered(graph, x, operation.Axis("dim", x.Rank, -1), operation.Flag("largest", true), operation.Sizes("k")![0]);
    }

    /// <summary>The k-th smallest along an axis, from 1, and where it is; TopK, Gather, https://onnx.ai/onnx/operators/onnx__TopK.html.</summary>
    private static IReadOnlyList<GraphValue> KthValue(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        if (x.Rank == 0)
        {
            return Ordered(graph, x, 0, descending: false);
        }

        int axis = operation.Axis("dim", x.Rank, -1);
        long k = operation.Integer("k");
        bool keep = operation.Flag("keepdim");
        GraphValue last = keep ? graph.Integers(k - 1) : graph.Scalar(k - 1, DataType.Int64);
        return [.. Ordered(graph, x, axis, descending: false, k).Select(sorted =>
            graph.Add("Gather", [sorted, last], sorted.Type, Reduction.Shape(x.Shape, [axis], keep), [("axis", (long)axis)]))];
    }

    /// <summary>y = the element (n - 1) / 2 of all n of x in order; Reshape, TopK, Gather, https://onnx.ai/onnx/operators/onnx__TopK.html.</summary>
    private static GraphValue Median(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        if (x.Rank == 0)
        {
            return x;
        }

        Dimension count = Dimension.Product(x.Shape);
        GraphValue sorted = Ordered(graph, graph.Reshape(x, [count]), 0, descending: false)[0];
        GraphValue middle = count.IsStatic
            ? graph.Scalar((count.Size - 1) / 2, DataType.Int64)
            : graph.Add("Div", [graph.SizeScalar(count - 1), graph.Scalar(2L, DataType.Int64)], DataType.Int64, []);
        return graph.Add("Gather", [sorted, middle], x.Type, [], [("axis", 0L)]);
    }

    /// <summary>
    /// y = x in order, read at q (n - 1), between two elements in proportion; q [] or [Q] -> y [Q, ...] without the axis, and with -1 as the axis over all of x, as TorchSharp has it;
    /// TopK, Gather at Floor and Ceil, https://onnx.ai/onnx/operators/onnx__TopK.html.
    /// </summary>
    private static GraphValue Quantile(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        GraphValue q = operation.Tensor("q");
        long dim = operation.Integer("dim", -1);
        int axis = dim < 0 ? (int)dim + x.Rank : (int)dim;
        GraphValue rows = dim == -1 ? graph.Reshape(x, [Dimension.Product(x.Shape)]) : graph.Transpose(x, [axis, .. Enumerable.Range(0, x.Rank).Where(other => other != axis)]);
        GraphValue sorted = Ordered(graph, rows, 0, descending: false)[0];
        Dimension size = rows.Shape[0];
        GraphValue position = Reduction.Map(graph, "Mul", q, graph.Scalar(size - 1, q.Type));
        GraphValue floor = Reduction.Map(graph, "Floor", position);
        GraphValue share = Reduction.Map(graph, "Sub", position, floor);
        GraphValue below = At(floor);
        GraphValue difference = Reduction.Map(graph, "Sub", At(Reduction.Map(graph, "Ceil", position)), below);
        share = graph.Unsqueeze(share, [.. Enumerable.Range(q.Rank, rows.Rank - 1)]);
        return graph.Reshape(Reduction.Map(graph, "Add", below, Reduction.Map(graph, "Mul", difference, share)), operation.Result.Shape);

        GraphValue At(GraphValue whole) =>
            graph.Add("Gather", [sorted, graph.Cast(whole, DataType.Int64)], sorted.Type, [.. q.Shape, .. rows.Shape.Skip(1)], [("axis", 0L)]);
    }

    // TopK breaks ties by the lower index, ascending and descending: a stable sort. It does not know truth values, and ONNX Runtime not bfloat16.
    private static IReadOnlyList<GraphValue> Ordered(GraphBuilder graph, GraphValue x, int axis, bool descending, Dimension? count = null)
    {
        if (x.Rank == 0)
        {
            return [x, graph.Scalar(0L, DataType.Int64)];
        }

        GraphValue numbers = graph.Cast(x, x.Type switch { DataType.Bool => DataType.Int32, DataType.Bfloat16 => DataType.Float, _ => x.Type });
        IReadOnlyList<GraphValue> sorted = graph.AddMany("TopK", [numbers, graph.Sizes(count ?? x.Shape[axis])], 2, ("axis", (long)axis), ("largest", descending ? 1L : 0L));
        return [graph.Cast(sorted[0], x.Type), sorted[1]];
    }
}
