using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Convolutions and pools; x is [N, C, ...].</summary>
internal static class WindowOperators
{
    internal const string Convolution = "string? auto_pad, ints? dilations, int? group, ints? kernel_shape, ints? pads, ints? strides";

    public static IEnumerable<OperatorSchema> All =>
    [
        new("Conv", 11, $"(T X, T W, T? B; {Convolution}) -> T Y", Conv, ("T", Floats)),
        new("ConvTranspose", 11, $"(T X, T W, T? B; {Convolution}, ints? output_padding, ints? output_shape) -> T Y", ConvTranspose, ("T", Floats)),
        new("MaxPool", 12, "(T X; string? auto_pad, int? ceil_mode, ints? dilations, ints kernel_shape, ints? pads, int? storage_order, ints? strides) -> T Y, int64? Indices", Pool, ("T", Floats | Int8 | Uint8)),
        new("AveragePool", 11, "(T X; string? auto_pad, int? ceil_mode, int? count_include_pad, ints kernel_shape, ints? pads, ints? strides) -> T Y", Pool, ("T", Floats)),
        new("AveragePool", 19, "(T X; string? auto_pad, int? ceil_mode, int? count_include_pad, ints? dilations, ints kernel_shape, ints? pads, ints? strides) -> T Y", Pool, ("T", Floats)),
        new("LpPool", 11, "(T X; string? auto_pad, ints kernel_shape, int? p, ints? pads, ints? strides) -> T Y", Pool, ("T", Floats)),
        new("LpPool", 18, "(T X; string? auto_pad, int? ceil_mode, ints? dilations, ints kernel_shape, int? p, ints? pads, ints? strides) -> T Y", Pool, ("T", Floats)),
        new("GlobalAveragePool", 1, "(T X) -> T Y", GlobalPool, ("T", Floats)),
        new("GlobalMaxPool", 1, "(T X) -> T Y", GlobalPool, ("T", Floats)),
        new("GlobalLpPool", 2, "(T X; int? p) -> T Y", GlobalPool, ("T", Floats)),
        new("MaxUnpool", 11, "(T1 X, int64 I, int64? output_shape; ints kernel_shape, ints? pads, ints? strides) -> T1 output", Unpool, ("T1", Floats)),
        new("Col2Im", 18, "(T input, int64 image_shape, int64 block_shape; ints? dilations, ints? pads, ints? strides) -> T output", Col2Im, ("T", Any | BFloat16)),
    ];

    /// <summary>[N, in, ...] with W [out, in / group, k...] -> [N, out, ...].</summary>
    /// <param name="call">The operator.</param>
    /// <param name="weights">The index of W.</param>
    internal static Dimension[] Convolve(OperatorCall call, int weights)
    {
        call.DemandRank(0, 3);
        call.DemandRank(weights, call.Rank(0), call.Rank(0));
        (IReadOnlyList<Dimension> data, IReadOnlyList<Dimension> weight) = (call.Shape(0), call.Shape(weights));
        if (Sizes.Differ(data[1], weight[1] * call.Int("group", 1)))
        {
            throw call.Error($"wants {weight[1] * call.Int("group", 1)} channels for {call[weights]} in {call.Int("group", 1)} groups, and is given {call[0]}");
        }

        return Kernel(call, weights) is { } kernel ? [data[0], weight[0], .. new Window(call, kernel).Positions(call)] : [data[0], weight[0], .. Sizes.Unknown(data.Count - 2)];
    }

    private static Dimension[] Conv(OperatorCall call, int output)
    {
        Dimension[] shape = Convolve(call, 1);
        DemandBias(call, shape[1]);
        return shape;
    }

    // W [in, out / group, k...].
    private static Dimension[] ConvTranspose(OperatorCall call, int output)
    {
        call.DemandRank(0, 3);
        call.DemandRank(1, call.Rank(0), call.Rank(0));
        (IReadOnlyList<Dimension> data, IReadOnlyList<Dimension> weight) = (call.Shape(0), call.Shape(1));
        if (Sizes.Differ(data[1], weight[0]))
        {
            throw call.Error($"wants {weight[0]} channels for {call[1]}, and is given {call[0]}");
        }

        Dimension channels = weight[1] * call.Int("group", 1);
        DemandBias(call, channels);
        return Kernel(call, 1) is { } kernel ? [data[0], channels, .. new Window(call, kernel).Transposed(call)] : [data[0], channels, .. Sizes.Unknown(data.Count - 2)];
    }

    private static Dimension[] Pool(OperatorCall call, int output)
    {
        Window window = new(call);
        return [call.Shape(0)[0], call.Shape(0)[1], .. window.Positions(call, roundsUp: call.Int("ceil_mode") != 0)];
    }

    private static Dimension[] GlobalPool(OperatorCall call, int output)
    {
        call.DemandRank(0, 3);
        Dimension[] shape = [.. call.Shape(0)];
        shape.AsSpan(2).Fill(1);
        return shape;
    }

    private static Dimension[] Unpool(OperatorCall call, int output) => call.Contents(2) is { } shape ? [.. shape]
        : call.Optional(2) is not null ? Sizes.Unknown(call.Rank(0))
        : [call.Shape(0)[0], call.Shape(0)[1], .. new Window(call).Transposed(call)];

    // [N, C k..., L] -> [N, C, image...]
    private static Dimension[]? Col2Im(OperatorCall call, int output)
    {
        call.DemandRank(0, 3, 3);
        if (call.Length(1) is not { } axes)
        {
            return null;
        }

        Dimension channels = call.Contents(2) is { } block && call.Shape(0)[1].TryDivide(Sizes.Product(block, 0, block.Count), out Dimension quotient) ? quotient : Dimension.Unknown;
        return [call.Shape(0)[0], channels, .. call.Contents(1) ?? Sizes.Unknown(axes)];
    }

    private static void DemandBias(OperatorCall call, Dimension channels)
    {
        if (call.Optional(2) is { } bias && (bias.Rank != 1 || Sizes.Differ(bias.Shape[0], channels)))
        {
            throw call.Error($"wants B [{channels}] for {call[1]}, and is given {bias}");
        }
    }

    private static long[]? Kernel(OperatorCall call, int weights)
    {
        IReadOnlyList<Dimension> weight = call.Shape(weights);
        long[] kernel = new long[weight.Count - 2];
        for (int i = 0; i < kernel.Length; i++)
        {
            if (!weight[i + 2].IsStatic)
            {
                return call.Ints("kernel_shape");
            }

            kernel[i] = weight[i + 2].Size;
        }

        return call.Ints("kernel_shape") is { } given && !given.AsSpan().SequenceEqual(kernel)
            ? throw call.Error($"has the kernel_shape [{string.Join(", ", given)}], and is given {call[weights]}") : kernel;
    }
}
