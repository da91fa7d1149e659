using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that join, cut, repeat and pad along axes, and move blocks between them.</summary>
internal static class TilingOperators
{
    private const ElementTypeSet AnyAndBFloat16 = Any | BFloat16;

    public static IEnumerable<OperatorSchema> All =>
    [
        new("Concat", 13, "(T... inputs; int axis) -> T concat_result", Concat, ("T", AnyAndBFloat16)) { Contents = Joined },
        new("Split", 13, "(T input, int64? split; int? axis) -> T... outputs", Split, ("T", AnyAndBFloat16)),
        new("Split", 18, "(T input, int64? split; int? axis, int? num_outputs) -> T... outputs", Split, ("T", AnyAndBFloat16)),
        new("Tile", 13, "(T input, int64 repeats) -> T output", Tile, ("T", AnyAndBFloat16)),
        new("Pad", 13, "(T data, int64 pads, T? constant_value; string? mode) -> T output", Pad, ("T", AnyAndBFloat16)),
        .. from since in (int[])[18, 19, 21]
           select new OperatorSchema("Pad", since, "(T data, int64 pads, T? constant_value, Tind? axes; string? mode) -> T output", Pad, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)),
        new("CenterCropPad", 18, "(T input_data, Tind shape; ints? axes) -> T output_data", CenterCropPad, ("T", AnyAndBFloat16), ("Tind", ElementTypeSet.Indices)),
        new("DepthToSpace", 13, "(T input; int blocksize, string? mode) -> T output", DepthToSpace, ("T", AnyAndBFloat16)),
        new("SpaceToDepth", 13, "(T input; int blocksize) -> T output", SpaceToDepth, ("T", AnyAndBFloat16)),
        new("ReverseSequence", 10, "(T input, int64 sequence_lens; int? batch_axis, int? time_axis) -> T Y", Shapes.First, ("T", Any)),
        new("Trilu", 14, "(T input, int64? k; int? upper) -> T output", Triangle, ("T", AnyAndBFloat16)),
    ];

    private static Dimension[] Concat(OperatorCall call, int output)
    {
        Dimension[] shape = [.. call.Shape(0)];
        call.DemandRank(0, 1);
        int axis = call.Axis("axis", 0, shape.Length);
        for (int input = 1; input < call.Inputs.Count; input++)
        {
            IReadOnlyList<Dimension> other = call.Shape(input);
            if (other.Count != shape.Length)
            {
                throw call.Error($"joins values of as many axes, and is given {call[0]} and {call[input]}");
            }

            for (int i = 0; i < shape.Length; i++)
            {
                shape[i] = i == axis ? shape[i] + other[i]
                    : Sizes.Merge(shape[i], other[i]) ?? throw call.Error($"joins along axis {axis} values that agree in the others, and is given {call[0]} and {call[input]}");
            }
        }

        return shape;
    }

    private static List<Dimension>? Joined(OperatorCall call)
    {
        List<Dimension> all = [];
        for (int input = 0; input < call.Inputs.Count; input++)
        {
            if (call.Contents(input) is not { } contents || all.Count > 64)
            {
                return null;
            }

            all.AddRange(contents);
        }

        return all;
    }

    // The sizes given, or equal ones; of num_outputs the last is smaller where they do not come out even.
    private static Dimension[] Split(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        int axis = call.Axis("axis", 0, call.Rank(0));
        Dimension whole = call.Shape(0)[axis];
        if (call.Optional(1) is not null)
        {
            IReadOnlyList<Dimension> sizes = call.Contents(1) ?? Sizes.Unknown(call.Outputs);
            return sizes.Count != call.Outputs ? throw call.Error($"gives {sizes.Count} parts, and {call.Outputs} are wanted")
                : Sizes.Differ(sizes.Aggregate((sum, size) => sum + size), whole) ? throw call.Error($"cannot split axis {axis} of {call[0]} into {string.Join(" + ", sizes)}")
                : Shapes.With(call.Shape(0), axis, sizes[output]);
        }

        if (call.Opset >= 18 && call.Int("num_outputs", -1) != call.Outputs)
        {
            throw call.Error($"wants split, or num_outputs = {call.Outputs}");
        }

        Dimension part = whole.TryDivide(call.Outputs, out Dimension even) ? even
            : call.Opset >= 18 ? Sizes.FloorDivide(whole + (call.Outputs - 1), call.Outputs)
            : whole.IsStatic ? throw call.Error($"cannot split axis {axis} of {call[0]} into {call.Outputs} equal parts") : Dimension.Unknown;
        return Shapes.With(call.Shape(0), axis, output < call.Outputs - 1 ? part : whole - (part * (call.Outputs - 1)));
    }

    private static Dimension[] Tile(OperatorCall call, int output)
    {
        int rank = call.Rank(0);
        IReadOnlyList<Dimension> repeats = call.Contents(1) ?? Sizes.Unknown(call.Length(1) ?? rank);
        if (repeats.Count != rank)
        {
            throw call.Error($"wants {rank} repeats for {call[0]}, and is given {repeats.Count}");
        }

        Dimension[] shape = new Dimension[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = call.Shape(0)[axis] * repeats[axis];
        }

        return shape;
    }

    // Begins of all axes, then ends; negative ones cut.
    private static Dimension[] Pad(OperatorCall call, int output)
    {
        Dimension[] shape = [.. call.Shape(0)];
        if (call.Optional(3) is not null && call.Integers(3) is null)
        {
            return Sizes.Unknown(shape.Length);
        }

        int[] axes = call.Integers(3) is { } given ? call.Axes(given, shape.Length) : [.. Enumerable.Range(0, shape.Length)];
        IReadOnlyList<Dimension> pads = call.Contents(1) ?? Sizes.Unknown(call.Length(1) ?? 2 * axes.Length);
        if (pads.Count != 2 * axes.Length)
        {
            throw call.Error($"wants {2 * axes.Length} pads for {call[0]}, and is given {pads.Count}");
        }

        for (int i = 0; i < axes.Length; i++)
        {
            Dimension size = shape[axes[i]] + pads[i] + pads[axes.Length + i];
            shape[axes[i]] = size.IsStatic && size.Size < 0 ? throw call.Error($"cannot cut axis {axes[i]} of {call[0]} by {pads[i]} and {pads[axes.Length + i]}") : size;
        }

        return shape;
    }

    private static Dimension[] CenterCropPad(OperatorCall call, int output)
    {
        Dimension[] shape = [.. call.Shape(0)];
        int[] axes = call.Ints("axes") is { } given ? call.Axes(given, shape.Length) : [.. Enumerable.Range(0, shape.Length)];
        IReadOnlyList<Dimension> sizes = call.Contents(1) ?? Sizes.Unknown(call.Length(1) ?? axes.Length);
        if (sizes.Count != axes.Length)
        {
            throw call.Error($"wants {axes.Length} sizes for {call[0]}, and is given {sizes.Count}");
        }

        for (int i = 0; i < axes.Length; i++)
        {
            shape[axes[i]] = sizes[i];
        }

        return shape;
    }

    // [N, C b b, H, W] -> [N, C, H b, W b]
    private static Dimension[] DepthToSpace(OperatorCall call, int output)
    {
        call.DemandRank(0, 4, 4);
        long block = call.Int("blocksize");
        IReadOnlyList<Dimension> shape = call.Shape(0);
        return [shape[0], Divided(call, 1, block * block), shape[2] * block, shape[3] * block];
    }

    // [N, C, H b, W b] -> [N, C b b, H, W]
    private static Dimension[] SpaceToDepth(OperatorCall call, int output)
    {
        call.DemandRank(0, 4, 4);
        long block = call.Int("blocksize");
        IReadOnlyList<Dimension> shape = call.Shape(0);
        return [shape[0], shape[1] * (block * block), Divided(call, 2, block), Divided(call, 3, block)];
    }

    private static Dimension Divided(OperatorCall call, int axis, long divisor)
    {
        Dimension size = call.Shape(0)[axis];
        return divisor > 0 && size.TryDivide(divisor, out Dimension quotient) ? quotient
            : size.IsStatic ? throw call.Error($"cannot divide axis {axis} of {call[0]} by {divisor}") : Dimension.Unknown;
    }

    private static IReadOnlyList<Dimension> Triangle(OperatorCall call, int output)
    {
        call.DemandRank(0, 2);
        return call.Shape(0);
    }
}
