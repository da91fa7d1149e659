using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that pick elements: slices, gathers, scatters.</summary>
internal static class IndexingOperators
{
    private const ElementTypeSet AnyAndBFloat16 = Any | BFloat16;

    public static IEnumerable<OperatorSchema> All =>
    [
        new("Gather", 13, "(T data, Tind indices; int? axis) -> T output", Gather, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)) { Contents = Gathered },
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
