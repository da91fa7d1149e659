using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that pick elements: slices, gathers, scatters.</summary>
internal static class IndexingOperators
{
    private const ElementTypeSet AnyAndBFloat16 = Any | BFloat16;

    public static IEnumerable<OperatorSchema> All =>
    [
        new("Gather", 13, "(T data, Tind indices; int? axis) -> T output", Gather, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)) { Contents = Gathered },
        new("GatherElements", 13, "(T data, Tind indices; int? axis) -> T output", GatherElements, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)),
        new("GatherND", 13, "(T data, int64 indices; int? batch_dims) -> T output", GatherND, ("T", AnyAndBFloat16)),
        new("ScatterElements", 13, "(T data, Tind indices, T updates; int? axis) -> T output", ScatterElements, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)),
        .. from since in (int[])[16, 18]
           select new OperatorSchema("ScatterElements", since, "(T data, Tind indices, T updates; int? axis, string? reduction) -> T output", ScatterElements, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)),
        new("ScatterND", 13, "(T data, int64 indices, T updates) -> T output", ScatterND, ("T", AnyAndBFloat16)),
        .. from since in (int[])[16, 18]
           select new OperatorSchema("ScatterND", since, "(T data, int64 indices, T updates; string? reduction) -> T output", ScatterND, ("T", AnyAndBFloat16)),
        new("Scatter", 11, "(T data, Tind indices, T updates; int? axis) -> T output", Shapes.First, ("T", Any), ("Tind", ElementTypeSet.Indices)) { Withdrawn = "ScatterElements" },
        new("NonZero", 13, "(T X) -> int64 Y", (call, _) => [call.Rank(0) == 0 ? Dimension.Unknown : call.Rank(0), Dimension.Unknown], ("T", AnyAndBFloat16)),
        new("Compress", 11, "(T input, bool condition; int? axis) -> T output", Compress, ("T", Any)),
        new("OneHot", 11, "(T1 indices, T2 depth, T3 values; int? axis) -> T3 output", OneHot, ("T1", Numbers), ("T2", Numbers), ("T3", Any)),
        new("Slice", 13, "(T data, Tind starts, Tind ends, Tind? axes, Tind? steps) -> T output", Slice, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)) { Contents = Sliced },
    ];

    private static Dimension[] Gather(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        IReadOnlyList<Dimension> data = call.Shape(0);
        int axis = call.Axis("axis", 0, data.Count);
        return [.. data.Take(axis), .. call.Shape(1), .. data.Skip(axis + 1)];
    }

    private static Dimension[]? Gathered(OperatorCall call)
    {
        if (call.Contents(0) is not { } data || call.Integers(1) is not { } indices)
        {
            return null;
        }

        Dimension[] result = new Dimension[indices.Length];
        for (int i = 0; i < result.Length; i++)
        {
            long index = indices[i] < 0 ? indices[i] + data.Count : indices[i];
            result[i] = index >= 0 && index < data.Count ? data[(int)index] : throw call.Error($"has no element {indices[i]} among {data.Count}");
        }

        return result;
    }

    private static IReadOnlyList<Dimension> GatherElements(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        call.DemandRank(1, call.Rank(0), call.Rank(0));
        _ = call.Axis("axis", 0, call.Rank(0));
        return call.Shape(1);
    }

    // The last axis of the indices counts axes of the data, after those of the batch.
    private static Dimension[]? GatherND(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        call.DemandRank(1, 1);
        (IReadOnlyList<Dimension> data, IReadOnlyList<Dimension> indices) = (call.Shape(0), call.Shape(1));
        if (!indices[^1].IsStatic)
        {
            return null;
        }

        long indexed = call.Int("batch_dims") + indices[^1].Size;
        return indexed <= data.Count ? [.. indices.Take(indices.Count - 1), .. data.Skip((int)indexed)]
            : throw call.Error($"cannot index {indexed} axes of {call[0]} by {call[1]}");
    }

    private static IReadOnlyList<Dimension> ScatterElements(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        call.DemandRank(1, call.Rank(0), call.Rank(0));
        call.DemandRank(2, call.Rank(0), call.Rank(0));
        _ = call.Axis("axis", 0, call.Rank(0));
        for (int axis = 0; axis < call.Rank(0); axis++)
        {
            if (Sizes.Differ(call.Shape(1)[axis], call.Shape(2)[axis]))
            {
                throw call.Error($"wants an update for each index, and is given {call[1]} and {call[2]}");
            }
        }

        return call.Shape(0);
    }

    private static IReadOnlyList<Dimension> ScatterND(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        call.DemandRank(1, 1);
        if (call.Shape(1)[^1].IsStatic)
        {
            int axes = (int)call.Shape(1)[^1].Size;
            int rank = call.Rank(1) - 1 + call.Rank(0) - axes;
            call.DemandRank(0, axes);
            call.DemandRank(2, rank, rank);
        }

        return call.Shape(0);
    }

    private static Dimension[] Compress(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        call.DemandRank(1, 1, 1);
        return call.Attributes.ContainsKey("axis") ? Shapes.With(call.Shape(0), call.Axis("axis", 0, call.Rank(0)), Dimension.Unknown) : [Dimension.Unknown];
    }

    private static Dimension[] OneHot(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> indices = call.Shape(0);
        int axis = call.Axis("axis", -1, indices.Count + 1);
        return [.. indices.Take(axis), call.Contents(1) is [var depth] ? depth : Dimension.Unknown, .. indices.Skip(axis)];
    }

    private static Dimension[] Slice(OperatorCall call, int output)
    {
        Dimension[] shape = [.. call.Shape(0)];
        if (Slices(call) is not { } slices)
        {
            // Without axes given, the first ones as many as there are starts.
            return Sizes.Unknown(shape.Length);
        }

        foreach ((int axis, Dimension start, Dimension end, long step) in slices)
        {
            shape[axis] = step == 0 ? throw call.Error("wants steps other than 0") : SliceRule.Size(shape[axis], start, end, step);
        }

        return shape;
    }

    private static List<Dimension>? Sliced(OperatorCall call)
    {
        if (call.Contents(0) is not { } data || Slices(call) is not [(_, { IsStatic: true } start, { IsStatic: true } end, var step)])
        {
            return null;
        }

        if (!SliceRule.Size(data.Count, start, end, step).IsStatic)
        {
            return null;
        }

        (long first, long count) = SliceRule.Positions(data.Count, start.Size, end.Size, step);
        List<Dimension> result = [];
        for (long i = 0; i < count; i++)
        {
            result.Add(data[(int)(first + (i * step))]);
        }

        return result;
    }

    // Null where the axes or steps are known at run time only.
    private static List<(int Axis, Dimension Start, Dimension End, long Step)>? Slices(OperatorCall call)
    {
        int? count = call.Length(1) ?? call.Length(2);
        bool known = (call.Optional(3) is null || call.Integers(3) is not null) && (call.Optional(4) is null || call.Integers(4) is not null);
        if (count is null || !known)
        {
            return null;
        }

        IReadOnlyList<Dimension> starts = call.Contents(1) ?? Sizes.Unknown(count.Value);
        IReadOnlyList<Dimension> ends = call.Contents(2) ?? Sizes.Unknown(count.Value);
        int[] axes = call.Axes(call.Integers(3) ?? [.. Enumerable.Range(0, starts.Count).Select(i => (long)i)], call.Rank(0));
        long[]? steps = call.Integers(4);
        if (ends.Count != starts.Count || axes.Length != starts.Count || (steps is not null && steps.Length != starts.Count))
        {
            throw call.Error($"wants as many starts as ends, axes and steps, and is given {starts.Count}, {ends.Count}, {axes.Length} and {steps?.Length ?? starts.Count}");
        }

        List<(int, Dimension, Dimension, long)> slices = new(axes.Length);
        for (int i = 0; i < axes.Length; i++)
        {
            slices.Add((axes[i], starts[i], ends[i], steps?[i] ?? 1));
        }

        return slices;
    }
}
