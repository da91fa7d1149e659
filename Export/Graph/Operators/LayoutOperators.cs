using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that keep the elements and their values, and give them other axes: reshape, transpose, expand; and what reads shapes.</summary>
internal static class LayoutOperators
{
    private const ElementTypeSet AnyAndBFloat16 = Any | BFloat16;

    public static IEnumerable<OperatorSchema> All =>
    [
        .. Since([13, 14, 16, 19, 21], since => new("Identity", since, "(T input) -> T output", Shapes.First, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        new("Reshape", 13, "(T data, int64 shape) -> T reshaped", ReshapeRule.Shape, ("T", AnyAndBFloat16)) { Contents = Holding.First },
        .. Since([14, 19, 21], since => new("Reshape", since, "(T data, int64 shape; int? allowzero) -> T reshaped", ReshapeRule.Shape, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        .. Since([13, 21], since => new("Flatten", since, "(T input; int? axis) -> T output", Flatten, ("T", AnyAndBFloat16))),
        .. Since([13, 21], since => new("Transpose", since, "(T data; ints? perm) -> T transposed", Transpose, ("T", AnyAndBFloat16))),
        .. Since([13, 21], since => new("Squeeze", since, "(T data, int64? axes) -> T squeezed", Squeeze, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        .. Since([13, 21], since => new("Unsqueeze", since, "(T data, int64 axes) -> T expanded", Unsqueeze, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        new("Expand", 13, "(T input, int64 shape) -> T output", Expand, ("T", AnyAndBFloat16)),
        new("Shape", 13, "(T data) -> int64 shape", Shape, ("T", AnyAndBFloat16)) { Contents = SizesOf },
        .. Since([15, 19, 21], since => new("Shape", since, "(T data; int? end, int? start) -> int64 shape", Shape, ("T", AnyAndBFloat16)) { Contents = SizesOf }),
        .. Since([13, 19, 21], since => new("Size", since, "(T data) -> int64 size", Shapes.Scalar, ("T", AnyAndBFloat16)) { Contents = call => [Sizes.Product(call.Shape(0), 0, call.Rank(0))] }),
    ];

    private static IEnumerable<OperatorSchema> Since(int[] opsets, Func<int, OperatorSchema> schema) => opsets.Select(schema);

    private static Dimension[] Flatten(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        long axis = call.Int("axis", 1);
        if (axis < -shape.Count || axis > shape.Count)
        {
            throw call.Error($"cannot split {call[0]} before axis {axis}");
        }

        int split = (int)(axis < 0 ? axis + shape.Count : axis);
        return [Sizes.Product(shape, 0, split), Sizes.Product(shape, split, shape.Count)];
    }

    private static Dimension[] Transpose(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        if (call.Ints("perm") is not { } order)
        {
            return [.. shape.Reverse()];
        }

        if (order.Length != shape.Count)
        {
            throw call.Error($"cannot order the axes of {call[0]} as [{string.Join(", ", order)}]");
        }

        Dimension[] result = new Dimension[order.Length];
        int[] axes = call.Axes(order, shape.Count);
        for (int i = 0; i < axes.Length; i++)
        {
            result[i] = shape[axes[i]];
        }

        return result;
    }

    private static Dimension[]? Squeeze(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        if (call.Optional(1) is null)
        {
            return shape.All(size => size.IsStatic) ? [.. shape.Where(size => size.Size != 1)] : null;
        }

        if (call.Integers(1) is not { } axes)
        {
            return call.Length(1) is { } length ? Sizes.Unknown(shape.Count - length) : null;
        }

        int[] gone = call.Axes(axes, shape.Count);
        foreach (int axis in gone)
        {
            if (Sizes.Differ(shape[axis], 1))
            {
                throw call.Error($"takes axes of size 1 out, and axis {axis} of {call[0]} is none");
            }
        }

        Dimension[] result = new Dimension[shape.Count - gone.Length];
        int next = 0;
        for (int axis = 0; axis < shape.Count; axis++)
        {
            if (Array.IndexOf(gone, axis) < 0)
            {
                result[next++] = shape[axis];
            }
        }

        return result;
    }

    private static Dimension[]? Unsqueeze(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        if (call.Integers(1) is not { } axes)
        {
            return call.Length(1) is { } length ? Sizes.Unknown(shape.Count + length) : null;
        }

        Dimension[] result = new Dimension[shape.Count + axes.Length];
        int[] added = call.Axes(axes, result.Length);
        int next = 0;
        for (int axis = 0; axis < result.Length; axis++)
        {
            result[axis] = Array.IndexOf(added, axis) >= 0 ? 1 : shape[next++];
        }

        return result;
    }

    private static IReadOnlyList<Dimension>? Expand(OperatorCall call, int output)
    {
        if (call.Contents(1) is { } target)
        {
            return Shapes.Broadcasted(call, call.Shape(0), target);
        }

        return call.Length(1) is { } length ? Sizes.Unknown(Math.Max(length, call.Rank(0))) : null;
    }

    private static Dimension[] Shape(OperatorCall call, int output)
    {
        (int start, int end) = Interval(call);
        return [end - start];
    }

    private static Dimension[] SizesOf(OperatorCall call)
    {
        (int start, int end) = Interval(call);
        Dimension[] sizes = new Dimension[end - start];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = call.Shape(0)[start + i];
        }

        return sizes;
    }

    private static (int Start, int End) Interval(OperatorCall call)
    {
        int rank = call.Rank(0);
        int start = Clamp(call.Int("start"));
        return (start, Math.Max(start, Clamp(call.Int("end", rank))));

        int Clamp(long position) => (int)Math.Clamp(position < 0 ? position + rank : position, 0, rank);
    }
}
