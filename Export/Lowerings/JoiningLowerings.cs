using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Several values become one.</summary>
internal static class JoiningLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("cat", Concatenate)
        .Add("concat", Concatenate)
        .Add("concatenate", Concatenate)
        .Add("stack", Stack)
        .Add("hstack", StackHorizontally)
        .Add("vstack", StackVertically)
        .Add("row_stack", StackVertically)
        .Add("dstack", StackInDepth)
        .Add("column_stack", StackColumns)
        .Add("block_diag", BlockDiagonal);

    /// <summary>x_i [.., n_i, ..] -> y [.., sum n_i, ..]; Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue Concatenate(Operation operation, GraphBuilder graph)
    {
        int rank = operation.Result.Shape.Count;
        // PyTorch skips vectors of no elements, whatever the rank of the others.
        GraphValue[] values = [.. Values(operation, graph).Where(value => value.Rank == rank)];
        return graph.Concat(values, Axis(operation, rank), operation.Result.Shape);
    }

    /// <summary>x_i [..] -> y [.., k, ..]; Unsqueeze and Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue Stack(Operation operation, GraphBuilder graph)
    {
        int axis = Axis(operation, operation.Result.Shape.Count);
        return graph.Concat([.. Values(operation, graph).Select(value => graph.Unsqueeze(value, axis))], axis, operation.Result.Shape);
    }

    /// <summary>As cat along axis 1, of vectors along axis 0; Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue StackHorizontally(Operation operation, GraphBuilder graph) =>
        graph.Concat([.. Values(operation, graph).Select(value => ReshapingLowerings.AtLeast(value, 1, graph))], operation.Result.Shape.Count == 1 ? 0 : 1, operation.Result.Shape);

    /// <summary>As cat along axis 0, vectors being rows; Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue StackVertically(Operation operation, GraphBuilder graph) =>
        graph.Concat([.. Values(operation, graph).Select(value => ReshapingLowerings.AtLeast(value, 2, graph))], 0, operation.Result.Shape);

    /// <summary>As cat along axis 2, [m, n] being [m, n, 1] and [n] being [1, n, 1]; Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue StackInDepth(Operation operation, GraphBuilder graph) =>
        graph.Concat([.. Values(operation, graph).Select(value => ReshapingLowerings.AtLeast(value, 3, graph))], 2, operation.Result.Shape);

    /// <summary>As cat along axis 1, vectors being columns; Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue StackColumns(Operation operation, GraphBuilder graph) =>
        graph.Concat([.. Values(operation, graph).Select(value => value.Rank < 2 ? graph.Unsqueeze(value, [.. Enumerable.Range(value.Rank, 2 - value.Rank)]) : value)], 1, operation.Result.Shape);

    /// <summary>x_i [m_i, n_i] -> y [sum m_i, sum n_i], each after the last, down and to the right, zeros elsewhere; Pad and Concat, https://onnx.ai/onnx/operators/onnx__Pad.html.</summary>
    private static GraphValue BlockDiagonal(Operation operation, GraphBuilder graph)
    {
        GraphValue[] blocks = [.. Values(operation, graph).Select(value => ReshapingLowerings.AtLeast(value, 2, graph))];
        List<GraphValue> rows = [];
        Dimension before = 0;
        foreach (GraphValue block in blocks)
        {
            Dimension after = operation.Result.Shape[1] - before - block.Shape[1];
            rows.Add(PaddingLowerings.Constant(block, [(1, before, after)], 0.0, graph));
            before += block.Shape[1];
        }

        return graph.Concat(rows, 0, operation.Result.Shape);
    }

    // The list, in the type that came out.
    private static IEnumerable<GraphValue> Values(Operation operation, GraphBuilder graph) =>
        operation.Tensors("tensors", "input").Select(value => graph.Cast(value, operation.Result.Type));

    private static int Axis(Operation operation, int rank)
    {
        long axis = operation.Integers("dim", "axis")?[0] ?? 0;
        return (int)(axis < 0 ? axis + rank : axis);
    }
}
