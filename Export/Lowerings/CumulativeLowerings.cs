using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Running sums, products, extremes, and differences of neighbours.</summary>
internal static class CumulativeLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("cumsum", CumulativeSum)
        .Add("cumprod", CumulativeProduct)
        .Add("logcumsumexp", CumulativeLogSumExp)
        .AddMany("cummax", CumulativeMax)
        .AddMany("cummin", CumulativeMin)
        .Add("diff", Difference);

    /// <summary>y_i = x_0 + ... + x_i along an axis, integers as int64; CumSum, https://onnx.ai/onnx/operators/onnx__CumSum.html.</summary>
    private static GraphValue CumulativeSum(Operation operation, GraphBuilder graph)
    {
        GraphValue x = graph.Cast(operation.Input, operation.Result.Type);
        if (x.Rank == 0)
        {
            return x;
        }

        // float16 since opset 14; ONNX Runtime has no kernel for bfloat16.
        GraphValue wide = graph.Cast(x, x.Type == DataType.Bfloat16 || (x.Type == DataType.Float16 && graph.Opset < 14) ? DataType.Float : x.Type.IsFloating() || x.Type == DataType.Int64 ? x.Type : DataType.Int32);
        return graph.Cast(graph.Add("CumSum", [wide, graph.Scalar((long)operation.Axis("dim", x.Rank), DataType.Int64)], wide.Type, x.Shape), x.Type);
    }

    /// <summary>y_i = x_0 * ... * x_i along an axis of size n, integers as int64; Where of a triangle [n, n], ReduceProd, https://onnx.ai/onnx/operators/onnx__ReduceProd.html.</summary>
    private static GraphValue CumulativeProduct(Operation operation, GraphBuilder graph)
    {
        GraphValue x = graph.Cast(operation.Input, operation.Result.Type);
        return x.Rank == 0 ? x : Accumulate(graph, x, operation.Axis("dim", x.Rank), "ReduceProd", 1.0);
    }

    /// <summary>y_i = log(exp(x_0) + ... + exp(x_i)) along an axis of size n; Where of a triangle [n, n], ReduceLogSumExp, https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html.</summary>
    private static GraphValue CumulativeLogSumExp(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        return x.Rank == 0 ? x : Accumulate(graph, x, operation.Axis("dim", x.Rank), "ReduceLogSumExp", double.NegativeInfinity);
    }

    /// <summary>y_i = max(x_0, ..., x_i) along an axis of size n, and the last index where it is; Where of a triangle [n, n], ReduceMax, https://onnx.ai/onnx/operators/onnx__ReduceMax.html.</summary>
    private static IReadOnlyList<GraphValue> CumulativeMax(Operation operation, GraphBuilder graph) => Extreme(operation, graph, "ReduceMax");

    /// <summary>y_i = min(x_0, ..., x_i) along an axis of size n, and the last index where it is; Where of a triangle [n, n], ReduceMin, https://onnx.ai/onnx/operators/onnx__ReduceMin.html.</summary>
    private static IReadOnlyList<GraphValue> CumulativeMin(Operation operation, GraphBuilder graph) => Extreme(operation, graph, "ReduceMin");

    /// <summary>y_i = x_{i+1} - x_i along an axis, other values put in front and behind; truth values: whether they differ; Concat, Slice, Sub or Xor, https://onnx.ai/onnx/operators/onnx__Slice.html.</summary>
    private static GraphValue Difference(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        int axis = operation.Axis("dim", x.Rank, -1);
        GraphValue[] parts = [.. new[] { operation.OptionalTensor("prepend"), x, operation.OptionalTensor("append") }.OfType<GraphValue>()];
        if (parts.Length > 1)
        {
            Dimension size = parts.Aggregate((Dimension)0, (sum, part) => sum + part.Shape[axis]);
            x = graph.Add("Concat", parts.Select(part => graph.Cast(part, operation.Result.Type)), operation.Result.Type, x.Shape.Select((own, i) => i == axis ? size : own), [("axis", (long)axis)]);
        }

        GraphValue later = Part(1, long.MaxValue);
        GraphValue earlier = Part(0, -1);
        return Reduction.Map(graph, x.Type == DataType.Bool ? "Xor" : "Sub", later, earlier);

        GraphValue Part(long start, long end) => graph.Add(
            "Slice", [x, graph.Integers(start), graph.Integers(end), graph.Integers(axis)], x.Type, x.Shape.Select((size, i) => i == axis ? size - 1 : size));
    }

    private static IReadOnlyList<GraphValue> Extreme(Operation operation, GraphBuilder graph, string reduce)
    {
        GraphValue x = operation.Input;
        if (x.Rank == 0)
        {
            return [x, graph.Scalar(0L, DataType.Int64)];
        }

        int axis = operation.Axis("dim", x.Rank);
        GraphValue wide = graph.Cast(x, x.Type switch
        {
            DataType.Bfloat16 => DataType.Float,
            DataType.Bool or DataType.Int8 or DataType.Uint8 or DataType.Int16 => DataType.Int32,
            _ => x.Type,
        });
        bool max = reduce == "ReduceMax";
        object neutral = wide.Type switch
        {
            DataType.Int32 => (object)(max ? (long)int.MinValue : int.MaxValue),
            DataType.Int64 => max ? long.MinValue : long.MaxValue,
            _ => max ? double.NegativeInfinity : double.PositiveInfinity,
        };
        GraphValue values = Accumulate(graph, wide, axis, reduce, neutral);

        // The last index up to here at which the value is: the greatest j with j <= i and x_j = y_i.
        GraphValue same = Reduction.Compare(graph, "Equal", graph.Unsqueeze(wide, axis), graph.Unsqueeze(values, axis + 1));
        GraphValue found = graph.Add("And", [same, Triangle(graph, x, axis)], DataType.Bool, same.Shape);
        GraphValue columns = graph.Unsqueeze(Positions.Of(graph, x.Shape[axis]), [.. Enumerable.Range(1, x.Rank - 1 - axis)]);
        GraphValue indices = Reduction.Over(graph, "ReduceMax", Reduction.Where(graph, found, columns, graph.Scalar(-1L, DataType.Int64)), [axis + 1]);
        return [graph.Cast(values, x.Type), indices];
    }

    // Row i of the axis becomes the first i + 1 elements, and what does not change the result.
    private static GraphValue Accumulate(GraphBuilder graph, GraphValue x, int axis, string reduce, object neutral)
    {
        GraphValue wide = x.Type == DataType.Bfloat16 ? graph.Cast(x, DataType.Float) : x;
        GraphValue rows = Reduction.Where(graph, Triangle(graph, wide, axis), graph.Unsqueeze(wide, axis), graph.Scalar(neutral, wide.Type));
        return graph.Cast(Reduction.Over(graph, reduce, rows, [axis + 1]), x.Type);
    }

    // [n, n, 1, ...]: whether the column is not above the row.
    private static GraphValue Triangle(GraphBuilder graph, GraphValue x, int axis) =>
        graph.Unsqueeze(Positions.Compare(graph, "GreaterOrEqual", x.Shape[axis]), [.. Enumerable.Range(2, x.Rank - 1 - axis)]);
}
