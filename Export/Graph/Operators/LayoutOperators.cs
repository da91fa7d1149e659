using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that keep the elements and arrange them anew: reshape, transpose, expand, concat.</summary>
internal static class LayoutOperators
{
    private const ElementTypeSet AnyAndBFloat16 = Any | BFloat16;

    public static IEnumerable<OperatorSchema> All =>
    [
        .. Since([13, 14, 16, 19, 21], since => new("Identity", since, "(T input) -> T output", Shapes.First, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        new("Reshape", 13, "(T data, int64 shape) -> T reshaped", Reshape, ("T", AnyAndBFloat16)) { Contents = Holding.First },
        .. Since([14, 19, 21], since => new("Reshape", since, "(T data, int64 shape; int? allowzero) -> T reshaped", Reshape, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        .. Since([13, 21], since => new("Flatten", since, "(T input; int? axis) -> T output", Flatten, ("T", AnyAndBFloat16))),
        .. Since([13, 21], since => new("Transpose", since, "(T data; ints? perm) -> T transposed", Transpose, ("T", AnyAndBFloat16))),
        .. Since([13, 21], since => new("Squeeze", since, "(T data, int64? axes) -> T squeezed", Squeeze, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        .. Since([13, 21], since => new("Unsqueeze", since, "(T data, int64 axes) -> T expanded", Unsqueeze, ("T", AnyAndBFloat16)) { Contents = Holding.First }),
        new("Expand", 13, "(T input, int64 shape) -> T output", Expand, ("T", AnyAndBFloat16)),
        new("Concat", 13, "(T... inputs; int axis) -> T concat_result", Concat, ("T", AnyAndBFloat16)) { Contents = Joined },
        new("Shape", 13, "(T data) -> int64 shape", Shape, ("T", AnyAndBFloat16)) { Contents = SizesOf },
        .. Since([15, 19, 21], since => new("Shape", since, "(T data; int? end, int? start) -> int64 shape", Shape, ("T", AnyAndBFloat16)) { Contents = SizesOf }),
        .. Since([13, 19, 21], since => new("Size", since, "(T data) -> int64 size", Shapes.Scalar, ("T", AnyAndBFloat16)) { Contents = call => [Sizes.Product(call.Shape(0), 0, call.Rank(0))] }),
    ];

    private static IEnumerable<OperatorSchema> Since(int[] opsets, Func<int, OperatorSchema> schema) => opsets.Select(schema);

    // 0 keeps the size of the axis, one -1 takes what is left.
    private static Dimension[]? Reshape(OperatorCall call, int output)
    {
        if (call.Contents(1) is not { } target)
        {
            return call.Length(1) is { } length ? Sizes.Unknown(length) : null;
        }

        IReadOnlyList<Dimension> shape = call.Shape(0);
        bool zeroKeeps = call.Int("allowzero") == 0;
        Dimension[] result = new Dimension[target.Count];
        List<Dimension> left = [.. shape];
        Dimension others = 1;
        int inferred = -1;
        for (int axis = 0; axis < result.Length; axis++)
        {
            Dimension size = target[axis];
            if (size.IsStatic && size.Size == -1)
            {
                inferred = inferred < 0 ? axis : throw call.Error("takes one -1 in its shape, and there are more");
            }
            else if (size.IsStatic && size.Size == 0 && zeroKeeps)
            {
                result[axis] = axis < shape.Count ? shape[axis] : throw call.Error($"cannot keep the size of axis {axis} of {call[0]}");
                left[axis] = 1;
            }
            else
            {
                result[axis] = size.IsStatic && size.Size < 0 ? throw call.Error($"takes sizes, 0 and -1 as its shape, and there is {size}") : size;
                others *= size;
            }
        }

        Dimension all = Sizes.Product(left, 0, left.Count);
        bool same = inferred >= 0 ? !all.IsStatic || !others.IsStatic || (others.Size != 0 && all.Size % others.Size == 0) : !Sizes.Differ(all, others);
        if (!same)
        {
            throw call.Error($"cannot make {call[0]} into [{string.Join(", ", target)}]");
        }

        if (inferred >= 0)
        {
            result[inferred] = all.TryDivide(others, out Dimension rest) ? rest : Dimension.Unknown;
        }

        return result;
    }

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
