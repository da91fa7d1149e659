using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Translators;

/// <summary>The shape arithmetic of convolution and pooling.</summary>
internal static class SlidingWindow
{
    /// <summary>
    /// The number of window positions along every spatial axis of [N, C, ...]: (size + 2 pad - dilation (kernel - 1) - 1) / stride + 1. Rounded
    /// up, the last window must still begin inside the input or its left padding, as in PyTorch.
    /// </summary>
    public static IEnumerable<Dimension> Positions(GraphBuilder graph, GraphValue input, long[] kernel, long[] stride, long[] padding, long[] dilation, bool roundUp)
    {
        for (int axis = 0; axis < kernel.Length; axis++)
        {
            long size = input.Shape[axis + 2].Size;
            long room = size + (2 * padding[axis]) - (dilation[axis] * (kernel[axis] - 1)) - 1;
            graph.Require(room >= 0, input, $"at least {size - room} pixels along axis {axis + 2}");
            long last = roundUp ? (room + stride[axis] - 1) / stride[axis] : room / stride[axis];
            yield return roundUp && last * stride[axis] >= size + padding[axis] ? last : last + 1;
        }
    }
}
