using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Products of matrices, and what else belongs to linear algebra.</summary>
internal static class MatrixOperators
{
    public static IEnumerable<OperatorSchema> All =>
    [
        new("MatMul", 13, "(T A, T B) -> T Y", (call, _) => MatMul(call, 0, 1), ("T", Floats | BFloat16 | WideIntegers)),
        new("Gemm", 13, "(T A, T B, T? C; float? alpha, float? beta, int? transA, int? transB) -> T Y", Gemm, ("T", Floats | BFloat16 | WideIntegers)),
        new("Einsum", 12, "(T... Inputs; string equation) -> T Output", EinsumRule.Shape, ("T", Numbers)),
        new("Det", 11, "(T X) -> T Y", Det, ("T", Floats)),
        new("DFT", 17, "(T1 input, T2? dft_length; int? axis, int? inverse, int? onesided) -> T1 output", Fourier, ("T1", Floats | BFloat16), ("T2", ElementTypeSet.Indices)),
        new("DFT", 20, "(T1 input, T2? dft_length, int64? axis; int? inverse, int? onesided) -> T1 output", Fourier, ("T1", Floats | BFloat16), ("T2", ElementTypeSet.Indices)),
    ];

    /// <summary>[..., M, K] [..., K, N] -> [..., M, N]; a vector on the left is a row, on the right a column.</summary>
    /// <param name="call">The operator.</param>
    /// <param name="first">The index of the left input.</param>
    /// <param name="second">The index of the right input.</param>
    internal static Dimension[] MatMul(OperatorCall call, int first, int second)
    {
        call.DemandRank(first, 1);
        call.DemandRank(second, 1);
        (IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right) = (call.Shape(first), call.Shape(second));
        Dimension inner = right.Count == 1 ? right[0] : right[^2];
        if (Sizes.Differ(left[^1], inner))
        {
            throw call.Error($"cannot multiply {call[first]} by {call[second]}: {left[^1]} columns, {inner} rows");
        }

        List<Dimension> shape = [.. Shapes.Broadcasted(call, [.. left.Take(left.Count - 2)], [.. right.Take(right.Count - 2)])];
        if (left.Count > 1)
        {
            shape.Add(left[^2]);
        }

        if (right.Count > 1)
        {
            shape.Add(right[^1]);
        }

        return [.. shape];
    }

    // alpha A' B' + beta C; [M, K] [K, N] -> [M, N].
    private static Dimension[] Gemm(OperatorCall call, int output)
    {
        call.DemandRank(0, 2, 2);
        call.DemandRank(1, 2, 2);
        (IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right) = (call.Shape(0), call.Shape(1));
        bool transA = call.Int("transA") != 0;
        bool transB = call.Int("transB") != 0;
        Dimension columns = left[transA ? 0 : 1];
        Dimension rows = right[transB ? 1 : 0];
        if (Sizes.Differ(columns, rows))
        {
            throw call.Error($"cannot multiply {call[0]} by {call[1]}: {columns} columns, {rows} rows");
        }

        Dimension[] shape = [left[transA ? 1 : 0], right[transB ? 0 : 1]];
        if (call.Optional(2) is { } addend)
        {
            IReadOnlyList<Dimension> sum = Shapes.Broadcasted(call, shape, addend.Shape);
            if (sum.Count > 2 || Sizes.Differ(sum[0], shape[0]) || Sizes.Differ(sum[1], shape[1]))
            {
                throw call.Error($"repeats C to [{shape[0]}, {shape[1]}], and C is {addend}");
            }
        }

        return shape;
    }

    // [..., M, M] -> [...]
    private static Dimension[] Det(OperatorCall call, int output)
    {
        call.DemandRank(0, 2);
        IReadOnlyList<Dimension> shape = call.Shape(0);
        return Sizes.Differ(shape[^1], shape[^2]) ? throw call.Error($"wants square matrices, and is given {call[0]}") : [.. shape.Take(shape.Count - 2)];
    }

    // [..., n, ..., 1 or 2] -> [..., n, ..., 2], real and imaginary parts last; one side has n / 2 + 1.
    private static Dimension[] Fourier(OperatorCall call, int output)
    {
        call.DemandRank(0, 2);
        Dimension[] shape = [.. call.Shape(0)];
        shape[^1] = 2;
        if (call.Optional(2) is not null && call.Integers(2) is null)
        {
            return [.. Sizes.Unknown(shape.Length - 1), 2];
        }

        int axis = call.Integers(2) is [var given] ? call.Axis(given, shape.Length) : call.Axis("axis", call.Opset < 20 ? 1 : -2, shape.Length);
        Dimension length = call.Optional(1) is null ? shape[axis] : call.Contents(1) is [var wanted] ? wanted : Dimension.Unknown;
        shape[axis] = call.Int("onesided") == 0 ? length : call.Int("inverse") == 0 ? Sizes.FloorDivide(length, 2) + 1 : Dimension.Unknown;
        return shape;
    }
}
