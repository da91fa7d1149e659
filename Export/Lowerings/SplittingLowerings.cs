using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Parts of a value.</summary>
internal static class SplittingLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .AddMany("split", Split)
        .AddMany("chunk", Chunk)
        .AddMany("tensor_split", (operation, graph) => SplitAt(operation, Axis(operation, "dim"), graph))
        .AddMany("vsplit", (operation, graph) => SplitAt(operation, 0, graph))
        .AddMany("hsplit", (operation, graph) => SplitAt(operation, operation.Input.Rank == 1 ? 0 : 1, graph))
        .AddMany("dsplit", (operation, graph) => SplitAt(operation, 2, graph))
        .AddMany("unbind", Unbind)
        .Add("narrow", Narrow)
        .Add("slice", Slice)
        .Add("select", Select);

    /// <summary>x [.., n, ..] -> y_i [.., n_i, ..], of given sizes or of one size but for a smaller last; Split, https://onnx.ai/onnx/operators/onnx__Split.html.</summary>
    private static IReadOnlyList<GraphValue> Split(Operation operation, GraphBuilder graph)
    {
        int axis = Axis(operation, "dim");
        IReadOnlyList<Dimension> sizes = operation.Sizes("size", "sizes", "split_size_or_sections")!;
        return operation.Find("size") is not Dimension size ? graph.Split(operation.Input, axis, sizes) : SplitEvery(operation, axis, size, graph);
    }

    /// <summary>x [.., n, ..] -> at most k parts of ceil(n / k), the last smaller; Split, https://onnx.ai/onnx/operators/onnx__Split.html.</summary>
    private static IReadOnlyList<GraphValue> Chunk(Operation operation, GraphBuilder graph)
    {
        int axis = Axis(operation, "dim");
        long count = operation.Integer("chunks");
        Dimension length = operation.Input.Shape[axis];
        Dimension size = length.IsStatic ? Math.Max(1, (length.Size + count - 1) / count) : Divide(length, count, operation);
        return SplitEvery(operation, axis, size, graph);
    }

    /// <summary>x [.., n, ..] -> k parts that differ by 1 at most, or parts that end at given places; Split, https://onnx.ai/onnx/operators/onnx__Split.html; Slice where the places depend on a dynamic size.</summary>
    private static IReadOnlyList<GraphValue> SplitAt(Operation operation, int axis, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        Dimension length = x.Shape[axis];
        object argument = operation.Find("size", "sizes", "indices", "indices_or_sections")!;
        if (argument is GraphValue { Rank: <= 1 } tensor && Constants.Integers(tensor) is { } known)
        {
            argument = tensor.Rank == 0 ? (Dimension)known[0] : known.Select(place => (object?)(Dimension)place).ToArray();
        }

        if (argument is Dimension { IsStatic: true, Size: var count })
        {
            IEnumerable<Dimension> sizes = length.IsStatic
                ? Enumerable.Range(0, (int)count).Select(i => (Dimension)((length.Size / count) + (i < length.Size % count ? 1 : 0)))
                : Enumerable.Repeat(Divide(length, count, operation), (int)count);
            return graph.Split(x, axis, [.. sizes]);
        }

        if (argument is not object?[] list || !list.All(place => place is Dimension))
        {
            throw operation.Unsupported("the places where it splits are computed", "Split at constant places");
        }

        Dimension[] parts = [.. operation.Results.Select(result => result.Shape[axis])];
        if (length.IsStatic && parts.All(part => part.IsStatic) && parts.Sum(part => part.Size) == length.Size)
        {
            return graph.Split(x, axis, parts);
        }

        Dimension?[] places = [null, .. list.Select(place => (Dimension?)(Dimension)place!), null];
        AxisRange[] ranges = [.. places.Zip(places.Skip(1)).Select(pair => new AxisRange(axis, pair.First, pair.Second))];
        return [.. ranges.Select((range, i) => graph.Slice(x, [range], operation.Results[i].Shape))];
    }

    /// <summary>x [.., n, ..] -> n values without the axis; Gather with one place each, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static IReadOnlyList<GraphValue> Unbind(Operation operation, GraphBuilder graph)
    {
        int axis = Axis(operation, "dim", "dimension");
        return [.. operation.Results.Select((result, i) => graph.Gather(operation.Input, graph.SizeScalar(i), axis, result.Shape))];
    }

    /// <summary>y = x[start .. start + length] along an axis; Slice, https://onnx.ai/onnx/operators/onnx__Slice.html.</summary>
    private static GraphValue Narrow(Operation operation, GraphBuilder graph)
    {
        Dimension start = operation.Sizes("start")![0];
        Dimension stop = start + operation.Sizes("length")![0];
        bool isToEnd = (start.IsStatic && start.Size < 0 && stop == 0) || stop == operation.Input.Shape[Axis(operation, "dim")];
        return graph.Slice(operation.Input, [new(Axis(operation, "dim"), start, isToEnd ? null : stop)], operation.Result.Shape);
    }

    /// <summary>y = x[start .. finish] in steps along an axis; Slice, https://onnx.ai/onnx/operators/onnx__Slice.html.</summary>
    private static GraphValue Slice(Operation operation, GraphBuilder graph) => graph.Slice(
        operation.Input, [new(Axis(operation, "dim"), operation.Sizes("start")?[0], operation.Sizes("finish", "end")?[0], operation.Integer("step", 1))], operation.Result.Shape);

    /// <summary>y = x[index] along an axis, which goes; Gather, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Select(Operation operation, GraphBuilder graph) =>
        graph.Gather(operation.Input, graph.SizeScalar(operation.Sizes("index")![0]), Axis(operation, "dim"), operation.Result.Shape);

    private static IReadOnlyList<GraphValue> SplitEvery(Operation operation, int axis, Dimension size, GraphBuilder graph)
    {
        Dimension length = operation.Input.Shape[axis];
        int count = operation.Results.Count;
        Dimension last = length - (size * (count - 1));
        if (length.IsStatic && size.IsStatic ? last.Size < 0 || last.Size > size.Size : last != size)
        {
            throw operation.Unsupported($"how many parts of {size} there are in {length} depends on the size of a dynamic axis", "Give the size of every part, as in x.split([2, t - 2], 1)");
        }

        return graph.Split(operation.Input, axis, [.. Enumerable.Repeat(size, count - 1), last]);
    }

    private static Dimension Divide(Dimension length, long count, Operation operation) => length.TryDivide(count, out Dimension size) ? size
        : throw operation.Unsupported($"the sizes of {count} parts of {length} depend on the size of a dynamic axis", "Give the size of every part, as in x.split([2, t - 2], 1)");

    private static int Axis(Operation operation, params ReadOnlySpan<string> names)
    {
        long axis = operation.Integers(names)?[0] ?? 0;
        return (int)(axis < 0 ? axis + operation.Input.Rank : axis);
    }
}
