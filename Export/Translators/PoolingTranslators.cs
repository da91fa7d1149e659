using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Translators;

/// <summary>Pooling.</summary>
internal static class PoolingTranslators
{
    /// <summary>
    /// The maximum over windows; x [N, C, H, W] -> y [N, C, H', W'], H' as of a convolution; MaxPool,
    /// https://onnx.ai/onnx/operators/onnx__MaxPool.html. A stride left out is the window's size. ceil_mode becomes
    /// padding at the end, since ONNX before 1.17 counts a last window that begins outside the input and PyTorch does not;
    /// only where a dilated window would need more of it than ONNX Runtime takes, kernel - 1, it stays ceil_mode.
    /// </summary>
    public static GraphValue MaxPool2d(MaxPool2d pool, GraphValue input, GraphBuilder graph)
    {
        graph.Require(input.Rank == 4, input, "[N, C, H, W]");
        long[] kernel = Two(pool.kernel_size);
        long[] stride = pool.stride is { Length: > 0 } ? Two(pool.stride) : kernel;
        long[] padding = Two(pool.padding ?? [0]);
        long[] dilation = Two(pool.dilation ?? [1]);
        Dimension[] positions = [.. SlidingWindow.Positions(graph, input, kernel, stride, padding, dilation, pool.ceil_mode)];
        long[] ends = [End(0), End(1)];
        bool roundUp = ends[0] >= kernel[0] || ends[1] >= kernel[1];
        return graph.Add(
            "MaxPool", [input.Name], input.Type, [input.Shape[0], input.Shape[1], .. positions],
            ("ceil_mode", roundUp ? 1L : 0L), ("dilations", dilation), ("kernel_shape", kernel), ("pads", (long[])[.. padding, .. roundUp ? padding : ends]), ("strides", stride));

        // What the last window needs beyond the input; the padding itself where it reaches no further.
        long End(int axis) => Math.Max(padding[axis],
            ((positions[axis].Size - 1) * stride[axis]) + (dilation[axis] * (kernel[axis] - 1)) + 1 - padding[axis] - input.Shape[axis + 2].Size);
    }

    // One number holds for both axes.
    private static long[] Two(long[] values) => values.Length == 1 ? [values[0], values[0]] : values;
}
