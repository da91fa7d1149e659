namespace OnnxInit.Tests.Export.Graph;

/// <summary>Uses of operators with their results, by family.</summary>
internal static class InferenceRows
{
    private const string ToEnd = "int64[1] = 9223372036854775807";

    public static IEnumerable<InferenceRow> All =>
    [
        .. Elementwise, .. Matrices, .. Reductions, .. Layout, .. Reshapes, .. Tiling, .. Slices, .. Indexing, .. Windows, .. Sampling, .. Normalization, .. Recurrent, .. Generators, .. Losses,
        .. Quantization,
    ];

    private static IEnumerable<InferenceRow> Elementwise =>
    [
        .. from name in (string[])["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Cos", "Cosh", "Elu", "Erf", "Exp", "Floor", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Log", "Neg", "Reciprocal",
            "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh", "ThresholdedRelu"]
           select Of(name, "float[N, 3]", "float[N, 3]"),
        .. from name in (string[])["And", "Or", "Xor"]
           select Of(name, "bool[N, 1]", "bool[3]", "bool[N, 3]"),
        .. from name in (string[])["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]
           select Of(name, "float[N, 1]", "float[3]", "bool[N, 3]"),
        .. from name in (string[])["Max", "Min", "Mean", "Sum"]
           select Of(name, "float[N, 1]", "float[3]", "float[]", "float[N, 3]"),
        .. from name in (string[])["BitwiseAnd", "BitwiseOr", "BitwiseXor"]
           select Of(name, "int32[N, 1]", "int32[3]", "int32[N, 3]").At(18),
        Of("BitwiseNot", "int64[N]", "int64[N]").At(18),
        Of("BitShift", "uint32[N]", "uint32[1]", "uint32[N]").With(("direction", "LEFT")),
        Of("Mish", "float[N, 3]", "float[N, 3]").At(18),
        Of("Gelu", "float[N, 3]", "float[N, 3]").At(20).With(("approximate", "tanh")),
        Of("Not", "bool[N]", "bool[N]"),
        Of("IsNaN", "float[N]", "bool[N]"),
        Of("IsInf", "float[N]", "bool[N]").With(("detect_negative", 0)),
        Of("Clip", "float[N]", "", "float[]", "float[N]"),
        Of("PRelu", "float[N, 3, 4]", "float[3, 1]", "float[N, 3, 4]"),
        Of("Mod", "int64[N]", "int64[] = 2", "int64[N]"),
        Of("Mod", "float[N]", "float[]", "float[N]").With(("fmod", 1)),
        Of("Pow", "float[N]", "int64[]", "float[N]"),
        Of("Where", "bool[N, 1]", "float[3]", "float[]", "float[N, 3]"),
        Of("Cast", "float[N]", "int64[N]").With(("to", 7)),
        Of("Cast", "int64[2] = N, 3", "int64[2] = N, 3").With(("to", 7)),
        Of("CastLike", "float[N]", "int32[]", "int32[N]"),

        Of("Add", "float[N, 3, 1]", "float[3, 4]", "float[N, 3, 4]"),
        Of("Add", "float[N]", "float[M]", "float[?]") with { NotRunnable = "The sizes are equal or 1, and are not here." },
        Of("Add", "float[N]", "float[1]", "float[N]"),
        Of("Add", "float[N, 5]", "float[N, 1]", "float[N, 5]"),
        Of("Add", "float[2*N + 1]", "float[2*N + 1]", "float[2*N + 1]"),
        Of("Add", "float[]", "float[]", "float[]"),
        Of("Add", "float[0]", "float[1]", "float[0]"),
        Of("Add", "int64[1] = N", "int64[1] = 1", "int64[1] = N + 1"),
        Of("Sub", "int64[] = N", "int64[] = 1", "int64[] = N - 1"),
        Of("Mul", "int64[1] = N", "int64[2] = 2, T", "int64[2] = 2*N, N*T"),
        Of("Div", "int64[1] = 2*N + 3", "int64[] = 2", "int64[1] = N + 1"),
        Of("Div", "int64[1] = N", "int64[] = 2", "int64[1] = ?"),
        Of("Div", "int64[1] = -7", "int64[] = 2", "int64[1] = -3"),
        Of("Div", "int64[1] = N*T", "int64[] = T", "int64[1] = N"),
    ];

    private static IEnumerable<InferenceRow> Matrices =>
    [
        Of("MatMul", "float[N, 3, 4]", "float[4, 5]", "float[N, 3, 5]"),
        Of("MatMul", "float[N, 1, 3, 4]", "float[7, 4, 5]", "float[N, 7, 3, 5]"),
        Of("MatMul", "float[4]", "float[N, 4, 5]", "float[N, 5]"),
        Of("MatMul", "float[N, 4, 5]", "float[5]", "float[N, 4]"),
        Of("MatMul", "float[5]", "float[5]", "float[]"),
        Of("Gemm", "float[N, 3]", "float[5, 3]", "float[5]", "float[N, 5]").With(("transB", 1)),
        Of("Gemm", "float[3, N]", "float[3, 5]", "float[N, 5]").With(("transA", 1), ("alpha", 0.5f)),
        Of("Einsum", "float[N, 3, 4]", "float[N, 4, 5]", "float[N, 3, 5]").With(("equation", "bij,bjk->bik")),
        Of("Einsum", "float[N, 3, 4]", "float[4, 5]", "float[N, 3, 5]").With(("equation", "...ij, jk -> ...ik")),
        Of("Einsum", "float[3, N]", "float[N, 4]", "float[3, 4]").With(("equation", "ij,jk")),
        Of("Einsum", "float[N, N]", "float[]").With(("equation", "ii->")),
        Of("Det", "float[N, 3, 3]", "float[N]"),
        Of("DFT", "float[N, 16, 1]", "float[N, 9, 2]").With(("axis", 1), ("onesided", 1)),
        Of("DFT", "float[N, T, 2]", "", "int64[] = 1", "float[N, T, 2]").At(20),
    ];

    private static IEnumerable<InferenceRow> Reductions =>
    [
        .. from name in (string[])["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"]
           from row in (IEnumerable<InferenceRow>)
           [
               Of(name, "float[N, 3, 4]", "float[N, 4]").With(("axes", new[] { 1 }), ("keepdims", 0)),
               Of(name, "float[N, 3, 4]", "int64[1] = -1", "float[N, 3, 1]").At(18),
           ]
           select row,
        Of("ReduceSum", "float[N, 3, 4]", "int64[2] = 0, 2", "float[1, 3, 1]"),
        Of("ReduceSum", "float[N, 3, 4]", "float[1, 1, 1]"),
        Of("ReduceSum", "float[N, 3, 4]", "float[]").With(("keepdims", 0)),
        Of("ReduceSum", "float[N, 3]", "float[N, 3]").With(("noop_with_empty_axes", 1)),
        Of("ReduceSum", "float[N, 3]", "int64[0]", "float[?, ?]") with { NotRunnable = "The axes are not known." },
        Of("ReduceMax", "bool[N, 3]", "int64[1] = 1", "bool[N, 1]").At(20),
        Of("ArgMax", "float[N, 3]", "int64[N, 1]").With(("axis", 1)),
        Of("ArgMin", "float[N, 3]", "int64[N]").With(("axis", -1), ("keepdims", 0), ("select_last_index", 1)),
        Of("Softmax", "float[N, 3]", "float[N, 3]").With(("axis", -1)),
        Of("LogSoftmax", "float[N, 3]", "float[N, 3]"),
        Of("Hardmax", "float[N, 3]", "float[N, 3]"),
        Of("TopK", "float[N, 9]", "int64[1] = 4", "float[N, 4] | int64[N, 4]").With(("largest", 0)),
        Of("TopK", "float[9, N]", "int64[1]", "float[9, ?] | int64[9, ?]") with { NotRunnable = "How many is not known." },
        Of("CumSum", "float[N, 3]", "int64[] = 1", "float[N, 3]").With(("reverse", 1)),
        Of("Unique", "float[N, 3]", "float[?] | int64[?] | int64[3*N] | int64[?]"),
        Of("Unique", "float[N, 3]", "float[N, ?] | int64[?] | int64[3] | int64[?]").With(("axis", 1)),
    ];

    private static IEnumerable<InferenceRow> Layout =>
    [
        Of("Flatten", "float[N, 3, 4]", "float[N, 12]"),
        Of("Flatten", "float[N, T, 4]", "float[N*T, 4]").With(("axis", -1)),
        Of("Flatten", "float[N, 3]", "float[1, 3*N]").With(("axis", 0)),
        Of("Transpose", "float[N, 3, T]", "float[T, 3, N]"),
        Of("Transpose", "float[N, 3, T]", "float[N, T, 3]").With(("perm", new[] { 0, 2, 1 })),
        Of("Squeeze", "float[N, 1, 3, 1]", "int64[2] = 1, -1", "float[N, 3]"),
        Of("Squeeze", "float[2, 1, 3]", "float[2, 3]"),
        Of("Squeeze", "int64[1] = N", "int64[1] = 0", "int64[] = N"),
        Of("Unsqueeze", "float[N, 3]", "int64[2] = 0, -1", "float[1, N, 3, 1]"),
        Of("Unsqueeze", "int64[] = N", "int64[1] = 0", "int64[1] = N"),
        Of("Expand", "float[3, 1]", "int64[3] = N, 1, 4", "float[N, 3, 4]"),
        Of("Expand", "float[3, 1]", "int64[4]", "float[?, ?, ?, ?]") with { NotRunnable = "The shape is not known." },
        Of("Shape", "float[N, 3, 4]", "int64[3] = N, 3, 4"),
        Of("Shape", "float[N, 3, 4]", "int64[2] = N, 3").With(("end", -1)),
        Of("Shape", "float[N, 3, 4]", "int64[1] = 4").With(("start", 2), ("end", 9)),
        Of("Shape", "float[N, 3, 4]", "int64[0] = ").With(("start", 2), ("end", 1)),
        Of("Size", "float[N, 3, 4]", "int64[] = 12*N"),
        Of("Identity", "int64[2] = N, 3", "int64[2] = N, 3"),
    ];

    private static IEnumerable<InferenceRow> Reshapes =>
    [
        Reshape("N, 3, 4", "0, -1", "N, 12"),
        Reshape("N, T, 12", "0, 0, 3, -1", "N, T, 3, 4"),
        Reshape("N, T, 12", "N*T, 12", "N*T, 12"),
        Reshape("N, T, 12", "-1, 12", "N*T, 12"),
        Reshape("N, T + 1, 12", "-1, T + 1, 3, 4", "N, T + 1, 3, 4"),
        Reshape("N, T + 1, 12", "N, T + 1, 3, -1", "N, T + 1, 3, 4"),
        Reshape("N, T + 1, 12", "-1, 12", "N + N*T, 12"),
        Reshape("N, 3", "-1", "3*N"),
        Reshape("N", "2, -1", "2, ?") with { NotRunnable = "N is not always even." },
        Reshape("1, 1", "", ""),
        Of("Reshape", "float[N, 6]", "int64[3]", "float[?, ?, ?]") with { NotRunnable = "The shape is not known." },
        Of("Reshape", "float[N, 6]", "int64[3] = ?, 2, 3", "float[?, 2, 3]") with { NotRunnable = "The shape is not known." },
        Of("Reshape", "float[0, 3]", "int64[2] = 3, 0", "float[3, 0]").With(("allowzero", 1)),
        Of("Reshape", "int64[2] = N, 3", "int64[1] = -1", "int64[2] = N, 3"),
    ];

    private static IEnumerable<InferenceRow> Tiling =>
    [
        Of("Concat", "float[N, 3]", "float[N, 4]", "float[N, 7]").With(("axis", 1)),
        Of("Concat", "float[N, 3]", "float[T, 3]", "float[N + T, 3]").With(("axis", 0)),
        Of("Concat", "float[?, 3]", "float[4, 3]", "float[4, 6]").With(("axis", -1)) with { NotRunnable = "A size is not known." },
        Of("Concat", "int64[1] = N", "int64[2] = 3, -1", "int64[3] = N, 3, -1").With(("axis", 0)),
        Of("Split", "float[N, 5]", "int64[2] = 2, 3", "float[N, 2] | float[N, 3]").With(("axis", 1)),
        Of("Split", "float[N, 6]", "float[N, 3] | float[N, 3]").With(("axis", 1)),
        Of("Split", "float[N, 7]", "float[N, 3] | float[N, 3] | float[N, 1]").With(("axis", 1), ("num_outputs", 3)).At(18),
        Of("Split", "float[2*N]", "float[N] | float[N]").With(("num_outputs", 2)).At(18),
        Of("Tile", "float[N, 3]", "int64[2] = 1, T", "float[N, 3*T]"),
        Of("Pad", "float[N, 3, T]", "int64[6] = 0, 1, 2, 0, 1, -1", "float[N, 5, T + 1]"),
        Of("Pad", "float[N, 3, T]", "int64[2] = 2, 3", "", "int64[1] = -1", "float[N, 3, T + 5]").At(18),
        Of("Pad", "float[N, 3]", "int64[4]", "float[?, ?]") with { NotRunnable = "The pads are not known." },
        Of("CenterCropPad", "float[N, 3, 9]", "int64[2] = T, 4", "float[N, T, 4]").With(("axes", new[] { 1, 2 })).At(18),
        Of("DepthToSpace", "float[N, 8, H, 4]", "float[N, 2, 2*H, 8]").With(("blocksize", 2)),
        Of("SpaceToDepth", "float[N, 2, 2*H, 4]", "float[N, 8, H, 2]").With(("blocksize", 2)),
        Of("ReverseSequence", "float[T, N, 3]", "int64[N]", "float[T, N, 3]"),
        Of("Trilu", "float[N, 3, T]", "float[N, 3, T]").With(("upper", 0)),
    ];

    private static IEnumerable<InferenceRow> Slices =>
    [
        Slice("N, T", "1", "9223372036854775807", "1", "1", "N, T - 1"),
        Slice("N, T", "0", "1", "1", "1", "N, 1"),
        Slice("N, T", "0", "2", "1", "1", "N, ?"),
        Slice("N, T + 3", "1", "3", "1", "1", "N, 2"),
        Slice("N, T", "0", "-1", "1", "1", "N, T - 1"),
        Slice("N, T + 2", "-2", "2147483647", "1", "1", "N, 2"),
        Slice("N, T", "-1", "9223372036854775807", "1", "1", "N, 1"),
        Slice("N, T", "-9223372036854775807", "9223372036854775807", "1", "1", "N, T"),
        Slice("N, T", "-1", "-9223372036854775807", "1", "-1", "N, T"),
        Slice("N, 2*T", "0", "9223372036854775807", "1", "2", "N, T"),
        Slice("N, 2*T", "1", "9223372036854775807", "1", "2", "N, T"),
        Slice("N, 2*T + 1", "0", "9223372036854775807", "1", "2", "N, T + 1"),
        Slice("N, T", "0", "9223372036854775807", "1", "2", "N, ?"),
        Slice("N, 3*T", "T", "2*T", "1", "1", "N, T"),
        Slice("N, 9", "1", "8", "1", "3", "N, 3"),
        Slice("N, 9", "8", "1", "1", "-3", "N, 3"),
        Slice("N, 9", "-3", "100", "-1", "1", "N, 3"),
        Slice("N, 9", "5", "2", "1", "1", "N, 0"),
        Slice("9, 8", "1, 2", "3, 6", "0, 1", "1, 2", "2, 2"),
        Of("Slice", "float[9, N]", "int64[1] = 1", "int64[1] = 3", "float[2, N]"),
        Of("Slice", "float[9, N]", "int64[1]", "int64[1]", "int64[1] = 0", "float[?, N]") with { NotRunnable = "The bounds are not known." },
        Of("Slice", "int64[4] = N, 3, 4, 5", "int64[1] = 1", ToEnd, "int64[1] = 0", "int64[1] = 2", "int64[2] = 3, 5"),
        Of("Slice", "int64[3] = N, 3, 4", "int64[1] = -1", "int64[1] = -9223372036854775807", "int64[1] = 0", "int64[1] = -1", "int64[3] = 4, 3, N"),
    ];

    private static IEnumerable<InferenceRow> Indexing =>
    [
        Of("Gather", "float[N, 5, 4]", "int64[2, 3]", "float[N, 2, 3, 4]").With(("axis", 1)),
        Of("Gather", "float[5, 4]", "int64[N, T]", "float[N, T, 4]"),
        Of("Gather", "int64[3] = N, 3, 4", "int64[] = -1", "int64[] = 4"),
        Of("Gather", "int64[3] = N, 3, 4", "int64[2] = 0, 2", "int64[2] = N, 4"),
        Of("GatherElements", "float[N, 5]", "int64[N, 2]", "float[N, 2]").With(("axis", 1)),
        Of("GatherND", "float[N, 5, 4]", "int64[7, 2]", "float[7, 4]"),
        Of("GatherND", "float[N, 5, 4]", "int64[N, 7, 1]", "float[N, 7, 4]").With(("batch_dims", 1)),
        Of("ScatterElements", "float[N, 5]", "int64[N, 2]", "float[N, 2]", "float[N, 5]").With(("axis", 1)),
        Of("ScatterElements", "float[N, 5]", "int64[N, 2]", "float[N, 2]", "float[N, 5]").With(("axis", 1), ("reduction", "max")).At(18),
        Of("ScatterND", "float[N, 5, 4]", "int64[7, 2]", "float[7, 4]", "float[N, 5, 4]").With(("reduction", "add")),
        Of("NonZero", "float[N, 3]", "int64[2, ?]"),
        Of("NonZero", "float[]", "int64[?, ?]"),
        Of("Compress", "float[N, 3]", "bool[N]", "float[?, 3]").With(("axis", 0)),
        Of("Compress", "float[N, 3]", "bool[5]", "float[?]"),
        Of("OneHot", "int64[N, 2]", "int64[] = 5", "float[2]", "float[N, 2, 5]"),
        Of("OneHot", "int64[N, 2]", "int64[1] = 5", "float[2]", "float[N, 5, 2]").With(("axis", 1)),
    ];

    private static IEnumerable<InferenceRow> Windows =>
    [
        Of("Conv", "float[N, 3, H, 32]", "float[8, 3, 3, 3]", "float[8]", "float[N, 8, H, 32]").With(("pads", new[] { 1, 1, 1, 1 })),
        Of("Conv", "float[N, 4, T + 9]", "float[8, 2, 3]", "float[N, 8, T + 5]").With(("dilations", new[] { 2 }), ("group", 2)),
        Of("Conv", "float[N, 3, 2*H, 33]", "float[8, 3, 3, 3]", "float[N, 8, H, 17]").With(("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 })),
        Of("Conv", "float[N, 3, T + 9]", "float[8, 3, 3]", "float[N, 8, ?]").With(("strides", new[] { 2 })),
        Of("Conv", "float[N, 3, 2*H, 33]", "float[8, 3, 3, 3]", "float[N, 8, H, 17]").With(("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 })),
        Of("Conv", "float[N, 3, 9]", "float[8, 3, 3]", "float[N, 8, 7]").With(("auto_pad", "VALID")),
        Of("ConvTranspose", "float[N, 4, H]", "float[4, 3, 3]", "float[6]", "float[N, 6, 2*H]").With(("strides", new[] { 2 }), ("pads", new[] { 1, 1 }), ("output_padding", new[] { 1 }), ("group", 2)),
        Of("ConvTranspose", "float[N, 4, 5]", "float[4, 3, 3]", "float[N, 3, 9]").With(("dilations", new[] { 2 })),
        Of("MaxPool", "float[N, 3, 2*H, 9]", "float[N, 3, H, 4] | int64[N, 3, H, 4]").With(("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })),
        Of("MaxPool", "float[N, 3, 2*H, 9]", "float[N, 3, H, 5]").With(("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }), ("ceil_mode", 1)),
        Of("MaxPool", "float[N, 3, 2*H + 1]", "float[N, 3, H + 1]").With(("kernel_shape", new[] { 2 }), ("strides", new[] { 2 }), ("ceil_mode", 1)),
        Of("MaxPool", "float[N, 3, 10]", "float[N, 3, 3]").With(("kernel_shape", new[] { 2 }), ("strides", new[] { 3 }), ("dilations", new[] { 2 })),
        Of("AveragePool", "float[N, 3, H, 9]", "float[N, 3, H, 9]").With(("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }), ("count_include_pad", 1)),
        Of("AveragePool", "float[N, 3, 9]", "float[N, 3, 5]").With(("kernel_shape", new[] { 3 }), ("dilations", new[] { 2 })).At(19),
        Of("LpPool", "float[N, 3, 9]", "float[N, 3, 4]").With(("kernel_shape", new[] { 2 }), ("strides", new[] { 2 }), ("p", 2)),
        .. from name in (string[])["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]
           select Of(name, "float[N, 3, H, 9]", "float[N, 3, 1, 1]"),
        Of("MaxUnpool", "float[N, 3, 4]", "int64[N, 3, 4]", "float[N, 3, 8]").With(("kernel_shape", new[] { 2 }), ("strides", new[] { 2 })),
        Of("MaxUnpool", "float[1, 3, 4]", "int64[1, 3, 4]", "int64[3] = 1, 3, 9", "float[1, 3, 9]").With(("kernel_shape", new[] { 2 }), ("strides", new[] { 2 })),
        Of("Col2Im", "float[N, 12, 9]", "int64[2] = 4, 4", "int64[2] = 2, 2", "float[N, 3, 4, 4]").At(18),
    ];

    private static IEnumerable<InferenceRow> Sampling =>
    [
        Of("Resize", "float[N, 3, H, 4]", "", "float[4] = 1, 1, 2, 1.5", "float[N, 3, 2*H, 6]"),
        Of("Resize", "float[N, 3, 2*H, 5]", "", "float[4] = 1, 1, 0.5, 0.5", "float[N, 3, H, 2]"),
        Of("Resize", "float[N, 3, H, 5]", "", "float[4] = 1, 1, 0.5, 0.5", "float[N, 3, ?, 2]"),
        Of("Resize", "float[N, 3, H, 5]", "", "", "int64[4] = N, 3, 2*H, 7", "float[N, 3, 2*H, 7]"),
        Of("Resize", "float[N, 3, H, 5]", "", "", "int64[2] = 6, 7", "float[N, 3, 6, 7]").With(("axes", new[] { 2, 3 })).At(18),
        Of("GridSample", "float[N, 3, 5, 6]", "float[N, H, 4, 2]", "float[N, 3, H, 4]"),
        Of("GridSample", "float[N, 3, 5, 6]", "float[N, H, 4, 2]", "float[N, 3, H, 4]").At(20),
        Of("AffineGrid", "float[N, 2, 3]", "int64[4] = N, 3, H, 5", "float[N, H, 5, 2]").At(20),
    ];

    private static IEnumerable<InferenceRow> Normalization =>
    [
        Of("BatchNormalization", "float[N, 3, H]", "float[3]", "float[3]", "float[3]", "float[3]", "float[N, 3, H]").With(("epsilon", 1e-5f)),
        Of("BatchNormalization", "float[N, 3, H]", "float[3]", "float[3]", "float[3]", "float[3]", "float[N, 3, H]").At(13),
        Of("BatchNormalization", "float[N, 3, 4]", "float[3]", "float[3]", "float[3]", "float[3]", "float[N, 3, 4] | float[3] | float[3]").With(("training_mode", 1)),
        Of("InstanceNormalization", "float[N, 3, H]", "float[3]", "float[3]", "float[N, 3, H]"),
        Of("LayerNormalization", "float[N, T, 4]", "float[4]", "float[4]", "float[N, T, 4]"),
        Of("LayerNormalization", "float[N, T, 4]", "float[4]", "", "float[N, T, 4] | float[N, T, 1] | float[N, T, 1]").With(("axis", -1)),
        Of("GroupNormalization", "float[N, 6, 4]", "float[6]", "float[6]", "float[N, 6, 4]").With(("num_groups", 3)).At(21),
        Of("LRN", "float[N, 6, 4, 4]", "float[N, 6, 4, 4]").With(("size", 3)),
        Of("MeanVarianceNormalization", "float[N, 6, 4, 4]", "float[N, 6, 4, 4]").With(("axes", new[] { 0, 2, 3 })),
        Of("LpNormalization", "float[N, 6]", "float[N, 6]").With(("p", 1)),
        Of("Dropout", "float[N, 6]", "float[N, 6] | bool[N, 6]"),
    ];

    private static IEnumerable<InferenceRow> Recurrent =>
    [
        Of("RNN", "float[T, N, 4]", "float[1, 5, 4]", "float[1, 5, 5]", "float[1, 10]", "float[T, 1, N, 5] | float[1, N, 5]").With(("hidden_size", 5)),
        Of("GRU", "float[T, N, 4]", "float[2, 15, 4]", "float[2, 15, 5]", "float[T, 2, N, 5] | float[2, N, 5]").With(("hidden_size", 5), ("direction", "bidirectional"), ("linear_before_reset", 1)),
        Of("LSTM", "float[T, N, 4]", "float[1, 20, 4]", "float[1, 20, 5]", "float[1, 40]", "", "float[1, N, 5]", "float[1, N, 5]", "float[T, 1, N, 5] | float[1, N, 5] | float[1, N, 5]").With(("hidden_size", 5)),
        Of("LSTM", "float[N, T, 4]", "float[1, 20, 4]", "float[1, 20, 5]", "float[N, T, 1, 5] | float[N, 1, 5] | float[N, 1, 5]").With(("hidden_size", 5), ("layout", 1)) with { NotRunnable = "ONNX Runtime knows layout 0 only." },
    ];

    private static IEnumerable<InferenceRow> Generators =>
    [
        Of("Constant", "int64[2] = 3, 4").With(("value_ints", new[] { 3, 4 })),
        Of("Constant", "int64[] = 3").With(("value_int", 3)),
        Of("Constant", "float[]").With(("value_float", 0.5f)),
        Of("ConstantOfShape", "int64[2] = N, 3", "float[N, 3]"),
        Of("EyeLike", "float[N, 3]", "float[N, 3]"),
        Of("EyeLike", "int64[N, 3]", "float[N, 3]").With(("dtype", 1), ("k", 1)),
        Of("Range", "int64[] = 0", "int64[] = N", "int64[] = 1", "int64[N]"),
        Of("Range", "int64[] = 1", "int64[] = N + 1", "int64[] = 1", "int64[N]"),
        Of("Range", "int64[] = 0", "int64[] = 2*N", "int64[] = 2", "int64[N]"),
        Of("Range", "int64[] = 0", "int64[] = N", "int64[] = 2", "int64[?]"),
        Of("Range", "int64[] = 0", "int64[] = 5", "int64[] = 2", "int64[3] = 0, 2, 4"),
        Of("Range", "int64[] = 5", "int64[] = 0", "int64[] = -2", "int64[3] = 5, 3, 1"),
        Of("Range", "int64[] = 5", "int64[] = 0", "int64[] = 1", "int64[0] = "),
        Of("Range", "float[] = 0", "float[] = 1", "float[] = 0.3", "float[4]"),
    ];

    private static IEnumerable<InferenceRow> Losses =>
    [
        Of("NegativeLogLikelihoodLoss", "float[N, 5]", "int64[N]", "float[]"),
        Of("NegativeLogLikelihoodLoss", "float[N, 5, T]", "int64[N, T]", "float[N, T]").With(("reduction", "none")),
        Of("SoftmaxCrossEntropyLoss", "float[N, 5]", "int64[N]", "float[5]", "float[] | float[N, 5]").With(("reduction", "sum")),
    ];

    private static IEnumerable<InferenceRow> Quantization =>
    [
        Of("QuantizeLinear", "float[N, 3]", "float[]", "uint8[N, 3]"),
        Of("QuantizeLinear", "float[N, 3]", "float[3]", "int8[3]", "int8[N, 3]").With(("axis", 1)),
        Of("QuantizeLinear", "float[N, 3]", "float[]", "int16[N, 3]").With(("output_dtype", 5)).At(21),
        Of("DequantizeLinear", "int8[N, 3]", "float[]", "int8[]", "float[N, 3]"),
        Of("DequantizeLinear", "uint8[N, 3]", "float[]", "float[N, 3]").At(21),
        Of("DynamicQuantizeLinear", "float[N, 3]", "uint8[N, 3] | float[] | uint8[]"),
        Of("MatMulInteger", "uint8[N, 3]", "int8[3, 4]", "int32[N, 4]"),
        Of("ConvInteger", "uint8[N, 3, 9]", "uint8[4, 3, 3]", "int32[N, 4, 7]"),
        Of("QLinearMatMul", "uint8[N, 3]", "float[]", "uint8[]", "uint8[3, 4]", "float[]", "uint8[]", "float[]", "uint8[]", "uint8[N, 4]"),
        Of("QLinearConv", "uint8[N, 3, 9]", "float[]", "uint8[]", "uint8[4, 3, 3]", "float[]", "uint8[]", "float[]", "uint8[]", "int32[4]", "uint8[N, 4, 7]"),
    ];

    private static InferenceRow Of(string opType, params string[] inputsAndResult) => new(opType, inputsAndResult[..^1], inputsAndResult[^1]);

    private static InferenceRow Reshape(string shape, string target, string result) =>
        Of("Reshape", $"float[{shape}]", $"int64[{(target.Length == 0 ? 0 : target.Split(", ").Length)}] = {target}", $"float[{result}]");

    private static InferenceRow Slice(string shape, string starts, string ends, string axes, string steps, string result)
    {
        int count = axes.Split(", ").Length;
        return Of("Slice", [$"float[{shape}]", .. ((string[])[starts, ends, axes, steps]).Select(values => $"int64[{count}] = {values}"), $"float[{result}]"]);
    }
}
