using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Axes in another order, and elements in another order along axes.</summary>
internal static class AxesLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("transpose", Transpose)
        .Add("swapaxes", Transpose)
        .Add("swapdims", Transpose)
        .Add("t", TransposeLast)
        .Add("T", Reverse)
        .Add("mT", TransposeLast)
        .Add("mH", TransposeLast)
        .Add("H", (operation, graph) => Swap(operation.Input, 0, 1, graph)) // of TorchSharp the first two axes, not the last two
        .Add("adjoint", TransposeLast)
        .Add("permute", Permute)
        .Add("movedim", MoveAxes)
        .Add("moveaxis", MoveAxes)
        .Add("flip", Flip)
        .Add("flipud", (operation, graph) => graph.Slice(operation.Input, [AxisRange.Reversed(0)]))
        .Add("fliplr", (operation, graph) => graph.Slice(operation.Input, [AxisRange.Reversed(1)]))
        .Add("rot90", Rotate)
        .Add("roll", Roll);

    /// <summary>Two axes change places; Transpose, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue Transpose(Operation operation, GraphBuilder graph)
    {
        int rank = operation.Input.Rank;
        return rank == 0 ? operation.Input
            : Swap(operation.Input, Axis(operation.Integers("dim0", "axis0")![0], rank), Axis(operation.Integers("dim1", "axis1")![0], rank), graph);
    }

    /// <summary>x [.., m, n] -> y [.., n, m], of real numbers; x of fewer axes as it is; Transpose, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue TransposeLast(Operation operation, GraphBuilder graph) =>
        operation.Input.Rank < 2 ? operation.Input : Swap(operation.Input, operation.Input.Rank - 2, operation.Input.Rank - 1, graph);

    /// <summary>All axes in reverse order; Transpose, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue Reverse(Operation operation, GraphBuilder graph) =>
        graph.Transpose(operation.Input, [.. Enumerable.Range(0, operation.Input.Rank).Reverse()]);

    /// <summary>Axis i of the result is axis permutation[i] of x; Transpose, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue Permute(Operation operation, GraphBuilder graph) =>
        graph.Transpose(operation.Input, Axes(operation, operation.Input.Rank, "permutation", "dims"));

    /// <summary>Axes source[i] become axes destination[i], the others keep their order; Transpose, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue MoveAxes(Operation operation, GraphBuilder graph)
    {
        int rank = operation.Input.Rank;
        int[] source = Axes(operation, rank, "source");
        int[] destination = Axes(operation, rank, "destination");
        Queue<int> others = new(Enumerable.Range(0, rank).Except(source));
        return graph.Transpose(operation.Input, [.. Enumerable.Range(0, rank).Select(axis => Array.IndexOf(destination, axis) is >= 0 and var i ? source[i] : others.Dequeue())]);
    }

    /// <summary>Axes backwards; Slice with steps of -1, https://onnx.ai/onnx/operators/onnx__Slice.html.</summary>
    private static GraphValue Flip(Operation operation, GraphBuilder graph) =>
        graph.Slice(operation.Input, Axes(operation, operation.Input.Rank, "dims").Select(AxisRange.Reversed));

    /// <summary>A plane turned by k quarters from its first axis towards its second; Slice and Transpose, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue Rotate(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        int[] plane = operation.Has("dims") ? Axes(operation, x.Rank, "dims") : [0, 1];
        return (((operation.Integer("k", 1) % 4) + 4) % 4) switch
        {
            1 => Swap(graph.Slice(x, [AxisRange.Reversed(plane[1])]), plane[0], plane[1], graph),
            2 => graph.Slice(x, [AxisRange.Reversed(plane[0]), AxisRange.Reversed(plane[1])]),
            3 => Swap(graph.Slice(x, [AxisRange.Reversed(plane[0])]), plane[0], plane[1], graph),
            _ => x,
        };
    }

    /// <summary>
    /// y[(i + shift) mod n] = x[i] along each axis, or through all elements where no axis is named;
    /// Concat(Slice(x, k..), Slice(x, ..k)), k = -shift mod n, https://onnx.ai/onnx/operators/onnx__Concat.html.
    /// </summary>
    private static GraphValue Roll(Operation operation, GraphBuilder graph)
    {
        IReadOnlyList<Dimension> shifts = operation.Sizes("shifts")!;
        int[] axes = operation.Has("dims") ? Axes(operation, operation.Input.Rank, "dims") : [];
        if (operation.Input.Rank == 0)
        {
            return operation.Input;
        }

        return axes.Length == 0
            ? graph.Reshape(Roll(graph.Flatten(operation.Input), 0, shifts[0], graph), operation.Result.Shape)
            : axes.Zip(shifts).Aggregate(operation.Input, (value, pair) => Roll(value, pair.First, pair.Second, graph));
    }

    private static GraphValue Roll(GraphValue x, int axis, Dimension shift, GraphBuilder graph)
    {
        Dimension size = x.Shape[axis];
        if (shift.IsStatic && (shift == 0 || (size.IsStatic && (size.Size <= 1 || shift.Size % size.Size == 0))))
        {
            return x;
        }

        if (shift.IsStatic && (size.IsStatic || Math.Abs(shift.Size) == 1))
        {
            Dimension start = size.IsStatic ? -(shift.Size % size.Size) : -shift.Size;
            return graph.Concat([graph.Slice(x, [new(axis, start)]), graph.Slice(x, [new(axis, Stop: start)])], axis, x.Shape);
        }

        // The remainder of a division with the sign of the divisor.
        GraphValue k = graph.Add("Mod", [graph.Sizes(shift * -1), graph.SizeOf(x, axis)], Contracts.Onnx.TensorProto.Types.DataType.Int64, [1]);
        Dimension[] shape = [.. x.Shape];
        shape[axis] = Dimension.Unknown;
        GraphValue last = graph.Add("Slice", [x, k, graph.Integers(long.MaxValue), graph.Integers(axis)], x.Type, shape);
        GraphValue first = graph.Add("Slice", [x, graph.Integers(0), k, graph.Integers(axis)], x.Type, shape);
        return graph.Concat([last, first], axis, x.Shape);
    }

    private static GraphValue Swap(GraphValue x, int first, int second, GraphBuilder graph)
    {
        int[] order = [.. Enumerable.Range(0, x.Rank)];
        (order[first], order[second]) = (second, first);
        return graph.Transpose(x, order);
    }

    private static int[] Axes(Operation operation, int rank, params ReadOnlySpan<string> names) => [.. (operation.Integers(names) ?? []).Select(axis => Axis(axis, rank))];

    private static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);
}
