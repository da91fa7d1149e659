namespace OnnxInit.Tests.Export.Graph;

/// <summary>Uses of operators with their results, by family.</summary>
internal static class InferenceRows
{
    public static IEnumerable<InferenceRow> All => [.. Elementwise, .. Matrices, .. Layout];

    private static IEnumerable<InferenceRow> Elementwise =>
    [
        Of("Relu", "float[N, 3]", "float[N, 3]"),
        Of("Add", "float[N, 3, 1]", "float[3, 4]", "float[N, 3, 4]"),
        Of("Add", "float[N]", "float[M]", "float[?]"),
        Of("Add", "float[N]", "float[5]", "float[5]"),
        Of("Add", "float[N + 1]", "float[N + 1]", "float[N + 1]"),
        Of("Add", "float[?]", "float[5]", "float[5]"),
        Of("Mul", "int64[1] = N", "int64[2] = 2, T", "int64[2] = 2*N, N*T"),
        Of("Where", "bool[N, 1]", "float[3]", "float[]", "float[N, 3]"),
        Of("Equal", "int64[N]", "int64[]", "bool[N]"),
        Of("Cast", "float[N]", "int64[N]") with { Attributes = new() { ["to"] = 7L } },
    ];

    private static IEnumerable<InferenceRow> Matrices =>
    [
        Of("MatMul", "float[N, 3, 4]", "float[4, 5]", "float[N, 3, 5]"),
        Of("MatMul", "float[4]", "float[N, 4, 5]", "float[N, 5]"),
        Of("MatMul", "float[N, 4, 5]", "float[5]", "float[N, 4]"),
        Of("MatMul", "float[5]", "float[5]", "float[]"),
        Of("Gemm", "float[N, 3]", "float[5, 3]", "float[5]", "float[N, 5]") with { Attributes = new() { ["transB"] = 1L } },
    ];

    private static IEnumerable<InferenceRow> Layout =>
    [
        Of("Reshape", "float[N, 3, 4]", "int64[2] = 0, -1", "float[N, 12]"),
        Of("Reshape", "float[N, T, 12]", "int64[4] = 0, 0, 3, -1", "float[N, T, 3, 4]"),
        Of("Reshape", "float[N, T, 12]", "int64[2] = N*T, 12", "float[N*T, 12]"),
        Of("Reshape", "float[N, T, 12]", "int64[2] = -1, 12", "float[N*T, 12]"),
        Of("Slice", "float[N, T]", "int64[1] = 1", "int64[1] = 9223372036854775807", "int64[1] = 1", "float[N, T - 1]"),
        Of("Conv", "float[N, 3, H, 32]", "float[8, 3, 3, 3]", "float[8]", "float[N, 8, H, 32]") with { Attributes = new() { ["pads"] = new long[] { 1, 1, 1, 1 } } },
        Of("Shape", "float[N, 3, 4]", "int64[3] = N, 3, 4"),
        Of("Gather", "int64[3] = N, 3, 4", "int64[] = 0", "int64[] = N"),
        Of("Concat", "int64[1] = N", "int64[2] = 3, -1", "int64[3] = N, 3, -1") with { Attributes = new() { ["axis"] = 0L } },
    ];

    private static InferenceRow Of(string opType, params string[] inputsAndResult) => new(opType, inputsAndResult[..^1], inputsAndResult[^1]);
}
