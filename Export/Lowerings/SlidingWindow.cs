using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>The window of a pool: one number per spatial axis each.</summary>
/// <param name="Kernel">Its size.</param>
/// <param name="Stride">How far it moves.</param>
/// <param name="Padding">How far it may begin before the input and end after it.</param>
/// <param name="Dilation">The distance of its elements.</param>
/// <param name="RoundUp">ceil_mode: whether a last window may reach beyond the padding. It must still begin inside the input or the padding before it.</param>
internal sealed record SlidingWindow(long[] Kernel, long[] Stride, long[] Padding, long[] Dilation, bool RoundUp)
{
    /// <summary>The number of spatial axes.</summary>
    public int Rank => Kernel.Length;

    /// <summary>
    /// The padding after each axis with which the number of windows rounded down is PyTorch's number. Of ceil_mode no ONNX version says
    /// what PyTorch does (a last window that begins outside the input, padding that a mean counts or not); padding does.
    /// </summary>
    /// <param name="operation">The operation, for refusals.</param>
    /// <param name="input">[N, C, spatial...].</param>
    public long[] Ends(Operation operation, GraphValue input) => [.. Enumerable.Range(0, Rank).Select(axis => End(operation, input.Shape[axis + 2], axis))];

    /// <summary>The shape that comes out: the observed one, with a batch axis where that has none.</summary>
    /// <param name="observed">The observed shape.</param>
    public IReadOnlyList<Dimension> OutputShape(IReadOnlyList<Dimension> observed) => observed.Count == Rank + 2 ? observed : [1, .. observed];

    private long End(Operation operation, Dimension size, int axis)
    {
        long reach = Dilation[axis] * (Kernel[axis] - 1);
        if (!RoundUp)
        {
            return Padding[axis];
        }

        if (size.IsStatic)
        {
            long room = size.Size + (2 * Padding[axis]) - reach - 1;
            long last = (room + Stride[axis] - 1) / Stride[axis];
            last -= last * Stride[axis] >= size.Size + Padding[axis] ? 1 : 0;
            return Math.Max(Padding[axis], (last * Stride[axis]) + reach + 1 - Padding[axis] - size.Size);
        }

        // No window that rounding up adds can begin outside, whatever the size.
        return Stride[axis] + Padding[axis] <= reach + 1
            ? Padding[axis] + Stride[axis] - 1
            : throw operation.Unsupported(
                $"with ceil_mode, a stride of {Stride[axis]} and a padding of {Padding[axis]}, whether the last window counts depends on the size of the dynamic axis {axis + 2}",
                "Make the axis static, or leave ceil_mode out");
    }
}
