using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Lowerings;

/// <summary>Means and p-norms over windows.</summary>
internal static class AveragePoolLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add<AvgPool1d>(AvgPool1d)
        .Add<AvgPool2d>(AvgPool2d)
        .Add<AvgPool3d>(AvgPool3d)
        .Add("avg_pool1d", (operation, graph) => AvgPool(operation, graph, 1))
        .Add("avg_pool2d", (operation, graph) => AvgPool(operation, graph, 2))
        .Add("avg_pool3d", (operation, graph) => AvgPool(operation, graph, 3))
        .Add<LPPool1d>(LPPool1d)
        .Add<LPPool2d>(LPPool2d)
        .Add("lp_pool1d", (operation, graph) => LPPool(operation, graph, 1))
        .Add("lp_pool2d", (operation, graph) => LPPool(operation, graph, 2));

    private static GraphValue AvgPool1d(Operation operation, GraphBuilder graph)
    {
        AvgPool1d pool = operation.As<AvgPool1d>();
        return AvgPool(operation, graph, Window(1, [pool.kernel_size], pool.stride is { } stride ? [stride] : null, [pool.padding ?? 0], pool.ceil_mode), pool.count_include_pad, null);
    }

    private static GraphValue AvgPool2d(Operation operation, GraphBuilder graph)
    {
        AvgPool2d pool = operation.As<AvgPool2d>();
        return AvgPool(operation, graph, Window(2, pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode), pool.count_include_pad, pool.divisor_override);
    }

    private static GraphValue AvgPool3d(Operation operation, GraphBuilder graph)
    {
        AvgPool3d pool = operation.As<AvgPool3d>();
        return AvgPool(operation, graph, Window(3, pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode), pool.count_include_pad, pool.divisor_override);
    }

    private static GraphValue AvgPool(Operation operation, GraphBuilder graph, int spatial) => !operation.Has("divisor_override") && SpatialAxes.AreTheWindow(operation, spatial)
        ? SpatialAxes.ReducePlane(graph, "ReduceMean", operation, spatial)
        : AvgPool(
        operation, graph, Window(spatial, operation), operation.Flag("count_include_pad", true), operation.Has("divisor_override") ? operation.Integer("divisor_override") : null);

    private static GraphValue LPPool1d(Operation operation, GraphBuilder graph)
    {
        LPPool1d pool = operation.As<LPPool1d>();
        return LPPool(operation, graph, Window(1, [pool.kernel_size], pool.stride is { } stride ? [stride] : null, null, pool.ceil_mode), pool.norm_type);
    }

    private static GraphValue LPPool2d(Operation operation, GraphBuilder graph)
    {
        LPPool2d pool = operation.As<LPPool2d>();
        return LPPool(operation, graph, Window(2, pool.kernel_size, pool.stride, null, pool.ceil_mode), pool.norm_type);
    }

    private static GraphValue LPPool(Operation operation, GraphBuilder graph, int spatial) =>
        LPPool(operation, graph, Window(spatial, operation), operation.Number("norm_type"));

    private static SlidingWindow Window(int spatial, Operation operation) =>
        Window(spatial, operation.Integers("kernel_size")!, operation.Integers("stride", "strides"), operation.Integers("padding"), operation.Flag("ceil_mode"));

    private static SlidingWindow Window(int spatial, long[] kernel, long[]? stride, long[]? padding, bool roundUp)
    {
        long[] size = SpatialAxes.PerAxis(kernel, spatial, 1);
        long[] step = stride is null or [] ? size : SpatialAxes.PerAxis(stride, spatial, 1);
        return new(size, step, SpatialAxes.PerAxis(padding, spatial, 0), SpatialAxes.PerAxis(null, spatial, 1), roundUp);
    }

    private static GraphValue AvgPool(Operation operation, GraphBuilder graph, SlidingWindow window, bool countPadding, long? divisor)
    {
        if (!operation.Input.Type.IsFloating())
        {
            throw operation.Unsupported($"ONNX takes no means over windows of {operation.Input.Type.ToTorch()}", "Convert the input to Float32 before");
        }

        return SpatialAxes.Batched(graph, operation.Input, window.Rank, input => Mean(operation, graph, input, window, countPadding, divisor));
    }

    /// <summary>
    /// The mean over windows; x [N, C, spatial...] -> y [N, C, spatial'...]; AveragePool, https://onnx.ai/onnx/operators/onnx__AveragePool.html.
    /// Where ceil_mode makes a window reach beyond the padding, the elements outside never count: they are padding that is not counted, and
    /// padding that is counted becomes a Pad before. A divisor of one's own divides the sum, which is the mean times the window's size.
    /// </summary>
    internal static GraphValue Mean(Operation operation, GraphBuilder graph, GraphValue input, SlidingWindow window, bool countPadding, long? divisor)
    {
        long[] begins = window.Padding;
        long[] ends = window.Ends(operation, input);
        bool reachesOut = !ends.SequenceEqual(begins);
        bool isPadded = begins.Any(size => size > 0);
        bool count = (countPadding || divisor is not null) && (isPadded || divisor is not null);
        if (count && reachesOut)
        {
            long[] after = divisor is null ? begins : ends;
            input = SpatialAxes.Pad(graph, input, begins, after);
            ends = [.. ends.Select((end, axis) => end - after[axis])];
            begins = new long[window.Rank];
            count = false;
        }

        GraphValue mean = graph.Add(
            "AveragePool", [input], input.Type, window.OutputShape(operation.Result.Shape),
            [("kernel_shape", window.Kernel), ("strides", window.Stride), ("pads", (long[])[.. begins, .. ends]), ("count_include_pad", count ? 1L : 0L)]);
        double size = window.Kernel.Aggregate(1.0, (product, length) => product * length);
        return divisor is { } own && own != (long)size ? Times(graph, mean, size / own) : mean;
    }

    /// <summary>
    /// (sum of x^p over windows)^(1/p), without the absolute value, and with the sum over a window cut off by ceil_mode made up to its full size;
    /// x [N, C, spatial...] -> y [N, C, spatial'...]; LpPool for an even p, https://onnx.ai/onnx/operators/onnx__LpPool.html, otherwise Pow,
    /// AveragePool, Mul, Pow.
    /// </summary>
    private static GraphValue LPPool(Operation operation, GraphBuilder graph, SlidingWindow window, double norm) => SpatialAxes.Batched(graph, operation.Input, window.Rank, input =>
    {
        bool isEven = norm > 0 && norm % 2 == 0 && norm <= long.MaxValue;
        if (isEven && window.Ends(operation, input).All(end => end == 0))
        {
            return graph.Add(
                "LpPool", [input], input.Type, window.OutputShape(operation.Result.Shape), [("kernel_shape", window.Kernel), ("strides", window.Stride), ("p", (long)norm)]);
        }

        GraphValue mean = Mean(operation, graph, Power(graph, input, norm), window, countPadding: true, null);
        return Power(graph, Times(graph, mean, window.Kernel.Aggregate(1.0, (product, length) => product * length)), 1 / norm);
    });

    private static GraphValue Times(GraphBuilder graph, GraphValue value, double factor) => graph.Add("Mul", [value, graph.Scalar(factor, value.Type)], value.Type, value.Shape);

    private static GraphValue Power(GraphBuilder graph, GraphValue value, double exponent) =>
        exponent == 1 ? value : graph.Add("Pow", [value, graph.Scalar(exponent, value.Type)], value.Type, value.Shape);
}
