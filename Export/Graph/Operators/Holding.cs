namespace OnnxInit.Export.Graph.Operators;

/// <summary>What operators on sizes give: the rules by which shape arithmetic is followed.</summary>
internal static class Holding
{
    /// <summary>What the first input holds.</summary>
    public static IReadOnlyList<Dimension>? First(OperatorCall call) => call.Contents(0);

    /// <summary>The sum of each pair.</summary>
    public static IReadOnlyList<Dimension>? Sum(OperatorCall call) => Pairs(call, static (left, right) => left + right);

    /// <summary>The difference of each pair.</summary>
    public static IReadOnlyList<Dimension>? Difference(OperatorCall call) => Pairs(call, static (left, right) => left - right);

    /// <summary>The product of each pair.</summary>
    public static IReadOnlyList<Dimension>? Product(OperatorCall call) => Pairs(call, static (left, right) => left * right);

    /// <summary>The quotient of each pair, rounded to zero as ONNX does with integers.</summary>
    public static IReadOnlyList<Dimension>? Quotient(OperatorCall call) => Pairs(call, static (left, right) =>
        left.IsStatic && right.IsStatic ? (right.Size == 0 ? Dimension.Unknown : left.Size / right.Size)
        : right.IsStatic && right.Size > 0 && Sizes.IsAtLeast(left, 0) ? Sizes.FloorDivide(left, right.Size)
        : left.TryDivide(right, out Dimension quotient) ? quotient : Dimension.Unknown);

    private static Dimension[]? Pairs(OperatorCall call, Func<Dimension, Dimension, Dimension> operation)
    {
        if (call.Contents(0) is not { } left || call.Contents(1) is not { } right || (left.Count != right.Count && left.Count != 1 && right.Count != 1))
        {
            return null;
        }

        // An empty vector and a single number give an empty vector.
        Dimension[] result = new Dimension[left.Count == 1 ? right.Count : left.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = operation(left[left.Count == 1 ? 0 : i], right[right.Count == 1 ? 0 : i]);
        }

        return result;
    }
}
