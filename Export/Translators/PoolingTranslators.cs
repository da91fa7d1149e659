using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Translators;

/// <summary>Pooling.</summary>
internal static class PoolingTranslators
{
    /// <summary>
    /// The maximum over windows; x [N, C, H, W] -> y [N, C, H', W'], H' as of a convolution; MaxPool,
    /// https://onnx.ai/onnx/operators/onnx__MaxPool.html. A stride left out is the window's size.
    /// </summary>
    public static GraphValue MaxPool2d(MaxPool2d pool, GraphValue input, GraphBuilder graph)
    {
        graph.Require(input.Rank == 4, input, "[N, C, H, W]");
        long[] kernel = Two(pool.kernel_size);
        long[] stride = pool.stride is { Length: > 0 } ? Two(pool.stride) : kernel;
        long[] padding = Two(pool.padding ?? [0]);
        long[] dilation = Two(pool.dilation ?? [1]);
        return graph.Add(
            "MaxPool", [input.Name], input.Type,
            [input.Shape[0], input.Shape[1], .. SlidingWindow.Positions(graph, input, kernel, stride, padding, dilation, pool.ceil_mode)],
            ("ceil_mode", pool.ceil_mode ? 1L : 0L), ("dilations", dilation), ("kernel_shape", kernel), ("pads", (long[])[.. padding, .. padding]), ("strides", stride));
    }

    // One number holds for both axes.
    private static long[] Two(long[] values) => values.Length == 1 ? [values[0], values[0]] : values;
}
