using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OnnxInit.Training.Diagnostics;

/// <summary>
/// Sums of a tensor's entries in float64, in one pass. The variance is taken about the first entry, so that little of it cancels: the entry is one
/// of those summed, and the loss is at most a factor of their number.
/// </summary>
/// <param name="saturation">The flat ends to count at; null for none.</param>
/// <param name="scale">A power of two that float64 entries are multiplied by, for tensors whose squares would leave the range of float64.</param>
internal sealed class MomentReader(Saturation? saturation, double scale = 1) : IBlockReader
{
    // A block is read again, slowly, when something in it is not finite. It fits into the first-level cache.
    private const int BlockLength = 2048;

    private readonly double _low = saturation?.Low ?? double.NegativeInfinity;
    private readonly double _high = saturation?.High ?? double.PositiveInfinity;
    private double _shift = double.NaN;
    private double _sum;
    private double _sumOfSquaresAboutShift;
    private double _sumOfSquares;

    public long Count { get; private set; }

    public long NonFinite { get; private set; }

    public long Zeros { get; private set; }

    public long Saturated { get; private set; }

    /// <summary>The smallest finite entry, unscaled.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest finite entry, unscaled.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    private long Finite => Count - NonFinite;

    /// <summary>Sum of squares, scaled twice.</summary>
    public double SumOfSquares => _sumOfSquares;

    /// <summary>log10 of the mean square.</summary>
    public double Log10MeanSquare => Finite == 0 ? double.NaN : Math.Log10(_sumOfSquares / Finite) - (2 * Math.Log10(scale));

    /// <summary>The mean.</summary>
    public double Mean => Finite == 0 ? double.NaN : (_shift + (_sum / Finite)) / scale;

    /// <summary>The biased variance.</summary>
    public double Variance
    {
        get
        {
            double offset = _sum / Finite;
            return Finite == 0 ? double.NaN : Math.Max(0, (_sumOfSquaresAboutShift / Finite) - (offset * offset)) / scale / scale;
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> block)
    {
        for (; block.Length > BlockLength; block = block[BlockLength..])
        {
            AddBlock(block[..BlockLength]);
        }

        AddBlock(block);
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> block)
    {
        for (; block.Length > BlockLength; block = block[BlockLength..])
        {
            AddBlock(block[..BlockLength]);
        }

        AddBlock(block);
    }

    private void AddBlock(ReadOnlySpan<float> block)
    {
        if (double.IsNaN(_shift) && !block.IsEmpty && float.IsFinite(block[0]))
        {
            _shift = block[0];
        }

        int whole = block.Length - (block.Length % Vector<float>.Count);
        if (double.IsNaN(_shift) || !AddVectors(MemoryMarshal.Cast<float, Vector<float>>(block[..whole])))
        {
            whole = 0;
        }

        foreach (float value in block[whole..])
        {
            Add(value);
        }
    }

    private void AddBlock(ReadOnlySpan<double> block)
    {
        if (double.IsNaN(_shift) && !block.IsEmpty && double.IsFinite(block[0]))
        {
            _shift = block[0] * scale;
        }

        int whole = block.Length - (block.Length % Vector<double>.Count);
        if (double.IsNaN(_shift) || !AddVectors(MemoryMarshal.Cast<double, Vector<double>>(block[..whole])))
        {
            whole = 0;
        }

        foreach (double value in block[whole..])
        {
            Add(value);
        }
    }

    /// <summary>Adds a block, or nothing and returns false when not all of it is finite.</summary>
    private bool AddVectors(ReadOnlySpan<Vector<float>> block)
    {
        Vector<double> shift = new(_shift);
        Vector<double> sum = default, square = default, aboutShift = default, sum2 = default, square2 = default, aboutShift2 = default;
        Vector<float> min = new(float.PositiveInfinity), max = new(float.NegativeInfinity), low = new((float)_low), high = new((float)_high);
        Vector<int> zeros = default, saturated = default, finite = Vector<int>.AllBitsSet;
        foreach (Vector<float> values in block)
        {
            finite &= Vector.LessThanOrEqual(Vector.Abs(values), new(float.MaxValue)); // false for NaN
            zeros -= Vector.Equals(values, Vector<float>.Zero);
            saturated -= Vector.LessThan(values, low) | Vector.GreaterThan(values, high);
            min = Vector.Min(min, values);
            max = Vector.Max(max, values);
            Vector.Widen(values, out Vector<double> lower, out Vector<double> upper);
            Vector<double> lowerOffset = lower - shift, upperOffset = upper - shift;
            sum += lowerOffset;
            sum2 += upperOffset;
            square += lower * lower;
            square2 += upper * upper;
            aboutShift += lowerOffset * lowerOffset;
            aboutShift2 += upperOffset * upperOffset;
        }

        if (finite != Vector<int>.AllBitsSet)
        {
            return false;
        }

        _sum += Vector.Sum(sum + sum2);
        _sumOfSquares += Vector.Sum(square + square2);
        _sumOfSquaresAboutShift += Vector.Sum(aboutShift + aboutShift2);
        Count += (long)block.Length * Vector<float>.Count;
        Zeros += Vector.Sum(zeros);
        Saturated += Vector.Sum(saturated);
        for (int i = 0; i < Vector<float>.Count && !block.IsEmpty; i++)
        {
            Min = Math.Min(Min, min[i]);
            Max = Math.Max(Max, max[i]);
        }

        return true;
    }

    private bool AddVectors(ReadOnlySpan<Vector<double>> block)
    {
        Vector<double> shift = new(_shift), sum = default, square = default, aboutShift = default;
        Vector<double> min = new(double.PositiveInfinity), max = new(double.NegativeInfinity), low = new(_low), high = new(_high);
        Vector<long> zeros = default, saturated = default, finite = Vector<long>.AllBitsSet;
        foreach (Vector<double> values in block)
        {
            finite &= Vector.LessThanOrEqual(Vector.Abs(values), new(double.MaxValue));
            zeros -= Vector.Equals(values, Vector<double>.Zero);
            saturated -= Vector.LessThan(values, low) | Vector.GreaterThan(values, high);
            min = Vector.Min(min, values);
            max = Vector.Max(max, values);
            Vector<double> scaled = values * scale;
            Vector<double> offset = scaled - shift;
            sum += offset;
            square += scaled * scaled;
            aboutShift += offset * offset;
        }

        if (finite != Vector<long>.AllBitsSet)
        {
            return false;
        }

        _sum += Vector.Sum(sum);
        _sumOfSquares += Vector.Sum(square);
        _sumOfSquaresAboutShift += Vector.Sum(aboutShift);
        Count += (long)block.Length * Vector<double>.Count;
        Zeros += Vector.Sum(zeros);
        Saturated += Vector.Sum(saturated);
        for (int i = 0; i < Vector<double>.Count && !block.IsEmpty; i++)
        {
            Min = Math.Min(Min, min[i]);
            Max = Math.Max(Max, max[i]);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(double value)
    {
        Count++;
        if (!double.IsFinite(value))
        {
            NonFinite++;
            Saturated += value < _low || value > _high ? 1 : 0;
            return;
        }

        double scaled = value * scale;
        if (double.IsNaN(_shift))
        {
            _shift = scaled;
        }

        double offset = scaled - _shift;
        _sum += offset;
        _sumOfSquares += scaled * scaled;
        _sumOfSquaresAboutShift += offset * offset;
        Zeros += value == 0 ? 1 : 0;
        Saturated += value < _low || value > _high ? 1 : 0;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
    }
}
