namespace OnnxInit.Export.Graph.Operators;

/// <summary>What a slice leaves of an axis.</summary>
internal static class SliceRule
{
    // What exporters write for "to the end": int32's greatest and above, and the same below.
    private const long End = int.MaxValue;

    /// <summary>How many elements are taken.</summary>
    /// <param name="size">The size of the axis.</param>
    /// <param name="start">The first; counted from the end where negative.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="step">From one to the next; not 0.</param>
    public static Dimension Size(Dimension size, Dimension start, Dimension end, long step)
    {
        // Backwards to the far end is nothing by the specification, and everything in ONNX Runtime.
        if (step < 0 && end.IsStatic && end.Size >= End)
        {
            return Dimension.Unknown;
        }

        if (size.IsStatic && start.IsStatic && end.IsStatic)
        {
            return Positions(size.Size, start.Size, end.Size, step).Count;
        }

        if (step < 0)
        {
            bool reversesAll = step == -1 && start.IsStatic && (start.Size == -1 || start.Size >= End) && end.IsStatic && end.Size <= -End;
            return reversesAll ? size : Dimension.Unknown;
        }

        Dimension length = Length(Position(size, start), Position(size, end));
        return Sizes.FloorDivide(length + (step - 1), step);
    }

    /// <summary>The first element taken and how many there are, in an axis of a known size.</summary>
    public static (long First, long Count) Positions(long size, long start, long end, long step)
    {
        if (size == 0)
        {
            return (0, 0);
        }

        // ONNX holds the start within the axis, where NumPy lets it fall off the front.
        long first = Math.Clamp(start < 0 ? start + size : start, 0, step > 0 ? size : size - 1);
        long stop = Math.Clamp(end < 0 ? end + size : end, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
        long span = step > 0 ? stop - first : first - stop;
        long stride = Math.Abs(step);
        return (first, span <= 0 ? 0 : ((span - 1) / stride) + 1);
    }

    // A position counted from 0 and held within the axis; unknown where that depends on the symbols.
    private static Dimension Position(Dimension size, Dimension position)
    {
        if (position.IsStatic && position.Size >= End)
        {
            return size;
        }

        Dimension fromStart = position.IsStatic && position.Size < 0 ? position.Size <= -End ? 0 : size + position : position;
        return fromStart.IsStatic && fromStart.Size == 0 ? 0
            : Sizes.IsAtLeast(fromStart, size) ? size
            : Sizes.IsAtLeast(size, fromStart) && Sizes.IsAtLeast(fromStart, 0) ? fromStart
            : Dimension.Unknown;
    }

    private static Dimension Length(Dimension start, Dimension end) =>
        Sizes.IsAtLeast(end, start) ? end - start : Sizes.IsAtLeast(start, end) ? 0 : Dimension.Unknown;
}
