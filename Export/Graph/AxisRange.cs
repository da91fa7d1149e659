namespace OnnxInit.Export.Graph;

/// <summary>
/// A range of one axis, as in <c>x[start:stop:step]</c>: numbers below 0 count from the end, and what lies outside is cut off,
/// in ONNX's Slice as in PyTorch.
/// </summary>
/// <param name="Axis">The axis; 0 or above.</param>
/// <param name="Start">The first element; null: the end that the step goes away from.</param>
/// <param name="Stop">The first element that is not in it; null: none.</param>
/// <param name="Step">The distance from one element to the next; below 0 it goes backwards.</param>
internal readonly record struct AxisRange(int Axis, Dimension? Start = null, Dimension? Stop = null, long Step = 1)
{
    /// <summary>Whether it is certain to be the axis as it is.</summary>
    public bool IsWhole => Step == 1 && (Start is null || Start == (Dimension)0) && Stop is null or { IsStatic: true, Size: long.MaxValue };

    /// <summary>The axis backwards.</summary>
    /// <param name="axis">The axis.</param>
    public static AxisRange Reversed(int axis) => new(axis, Step: -1);

    /// <summary>How many elements it has; unknown where that is certain for no axis of the size.</summary>
    /// <param name="size">The size of the axis.</param>
    public Dimension SizeOf(Dimension size)
    {
        Dimension? end = Stop is { IsStatic: true, Size: long.MaxValue } ? null : Stop;
        if (size.IsStatic && Start is null or { IsStatic: true } && end is null or { IsStatic: true })
        {
            long n = size.Size;
            (long lowest, long highest) = Step > 0 ? (0, n) : (-1, n - 1);
            long first = Clamp(Start, Step > 0 ? 0 : n - 1);
            long last = Clamp(end, Step > 0 ? n : -1);
            return Math.Max(0, Step > 0 ? (last - first + Step - 1) / Step : (first - last - Step - 1) / -Step);

            long Clamp(Dimension? number, long otherwise) =>
                number is not { } given ? otherwise : Math.Clamp(given.Size < 0 ? given.Size + n : given.Size, lowest, highest);
        }

        if (Step == -1 && Start is null && end is null)
        {
            return size;
        }

        // With 0, 1, n - 1 and n nothing is cut off, whatever n >= 1 is.
        Dimension from = FromFront(Start ?? 0);
        Dimension to = FromFront(end ?? size);
        bool isCertain = Step == 1 && ((from == 0 && IsInside(to)) || (to == size && IsInside(from)));
        return isCertain ? to - from : Dimension.Unknown;

        Dimension FromFront(Dimension number) => number.IsStatic && number.Size < 0 ? size + number : number;
        bool IsInside(Dimension number) => number == 0 || number == 1 || number == size || number == size - 1;
    }
}
