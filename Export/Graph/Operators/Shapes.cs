namespace OnnxInit.Export.Graph.Operators;

/// <summary>The shape rules that many operators share.</summary>
internal static class Shapes
{
    /// <summary>No axes.</summary>
    public static ShapeRule Scalar { get; } = static (_, _) => [];

    /// <summary>The shape of the first input.</summary>
    public static ShapeRule First { get; } = static (call, _) => call.Shape(0);

    /// <summary>The shape that all inputs are repeated to: axes are matched from the last one, and a size of 1 takes the other's.</summary>
    public static ShapeRule Broadcast { get; } = static (call, _) =>
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        for (int i = 1; i < call.Inputs.Count; i++)
        {
            shape = Broadcasted(call, shape, call.Shape(i));
        }

        return shape;
    };

    /// <summary>The shape that two shapes are repeated to.</summary>
    public static IReadOnlyList<Dimension> Broadcasted(OperatorCall call, IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right)
    {
        if (right.Count == 0)
        {
            return left;
        }

        Dimension[] shape = new Dimension[Math.Max(left.Count, right.Count)];
        for (int fromEnd = 1; fromEnd <= shape.Length; fromEnd++)
        {
            shape[^fromEnd] = fromEnd > left.Count ? right[^fromEnd]
                : fromEnd > right.Count ? left[^fromEnd]
                : Sizes.Broadcast(left[^fromEnd], right[^fromEnd]) ?? throw call.Error($"cannot bring [{string.Join(", ", left)}] and [{string.Join(", ", right)}] to one shape");
        }

        return shape;
    }

    /// <summary>The shape of the first input with one axis of another size.</summary>
    public static Dimension[] With(IReadOnlyList<Dimension> shape, int axis, Dimension size)
    {
        Dimension[] result = [.. shape];
        result[axis] = size;
        return result;
    }
}
