using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OnnxInit.Training.Diagnostics;

/// <summary>
/// Sums of a tensor's entries in float64, in one pass, about the first entry: little of the variance cancels that way, and little of the mean square.
/// The first entry is one of those summed, so that neither is smaller than its part, and the loss is at most a factor of their number.
/// </summary>
/// <param name="scale">A power of two that float64 entries are multiplied by, for tensors whose squares would leave the range of float64.</param>
internal sealed class MomentReader(double scale = 1) : IBlockReader
{
    // A block is read again, one by one, when something in it is not finite. It fits into the first-level cache.
    private const int BlockLength = 2048;

    private double _shift = double.NaN;
    private double _sum;
    private double _sumOfSquares;

    public long Count { get; private set; }

    public long NonFinite { get; private set; }

    public long Zeros { get; private set; }

    /// <summary>The smallest finite entry, unscaled.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest finite entry, unscaled.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>log10 of the mean square.</summary>
    public double Log10MeanSquare
    {
        get
        {
            double offset = _sum / Finite;
            double meanSquare = (_sumOfSquares / Finite) + (2 * _shift * offset) + (_shift * _shift);
            return Finite == 0 ? double.NaN : Zeros == Finite ? double.NegativeInfinity : Math.Log10(meanSquare) - (2 * Math.Log10(scale));
        }
    }

    /// <summary>The mean.</summary>
    public double Mean => Finite == 0 ? double.NaN : (_shift + (_sum / Finite)) / scale;

    /// <summary>The biased variance.</summary>
    public double Variance
    {
        get
        {
            double offset = _sum / Finite;
            return Finite == 0 ? double.NaN : Math.Max(0, (_sumOfSquares / Finite) - (offset * offset)) / scale / scale;
        }
    }

    private long Finite => Count - NonFinite;

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
        ChooseShift(block.IsEmpty ? double.NaN : block[0]);
        int whole = block.Length - (block.Length % Vector<float>.Count);
        if (whole > 0 && !AddVectors(MemoryMarshal.Cast<float, Vector<float>>(block[..whole])))
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
        ChooseShift(block.IsEmpty ? double.NaN : block[0]);
        int whole = block.Length - (block.Length % Vector<double>.Count);
        if (whole > 0 && !AddVectors(MemoryMarshal.Cast<double, Vector<double>>(block[..whole])))
        {
            whole = 0;
        }

        foreach (double value in block[whole..])
        {
            Add(value);
        }
    }

    /// <summary>Adds a block, or nothing and returns false when not all of it is finite: its sum of squares is not either then.</summary>
    private bool AddVectors(ReadOnlySpan<Vector<float>> block)
    {
        Vector<double> shift = new(_shift), sum = default, square = default, sum2 = default, square2 = default;
        Vector<float> min = new(float.PositiveInfinity), max = new(float.NegativeInfinity);
        Vector<int> zeros = default;
        foreach (Vector<float> values in block)
        {
            zeros -= Vector.Equals(values, Vector<float>.Zero);
            min = Vector.MinNative(min, values); // differ from Min for NaN, which ends below
            max = Vector.MaxNative(max, values);
            Vector.Widen(values, out Vector<double> lower, out Vector<double> upper);
            lower -= shift;
            upper -= shift;
            sum += lower;
            sum2 += upper;
            square = Vector.FusedMultiplyAdd(lower, lower, square);
            square2 = Vector.FusedMultiplyAdd(upper, upper, square2);
        }

        double squares = Vector.Sum(square + square2);
        if (!double.IsFinite(squares))
        {
            return false;
        }

        _sum += Vector.Sum(sum + sum2);
        _sumOfSquares += squares;
        Count += (long)block.Length * Vector<float>.Count;
        Zeros += Vector.Sum(zeros);
        for (int i = 0; i < Vector<float>.Count; i++)
        {
            Min = Math.Min(Min, min[i]);
            Max = Math.Max(Max, max[i]);
        }

        return true;
    }

    private bool AddVectors(ReadOnlySpan<Vector<double>> block)
    {
        Vector<double> shift = new(_shift), factor = new(scale), sum = default, square = default;
        Vector<double> min = new(double.PositiveInfinity), max = new(double.NegativeInfinity);
        Vector<long> zeros = default;
        foreach (Vector<double> values in block)
        {
            zeros -= Vector.Equals(values, Vector<double>.Zero);
            min = Vector.MinNative(min, values);
            max = Vector.MaxNative(max, values);
            Vector<double> offset = (values * factor) - shift;
            sum += offset;
            square = Vector.FusedMultiplyAdd(offset, offset, square);
        }

        double squares = Vector.Sum(square);
        if (!double.IsFinite(squares))
        {
            return false;
        }

        _sum += Vector.Sum(sum);
        _sumOfSquares += squares;
        Count += (long)block.Length * Vector<double>.Count;
        Zeros += Vector.Sum(zeros);
        for (int i = 0; i < Vector<double>.Count; i++)
        {
            Min = Math.Min(Min, min[i]);
            Max = Math.Max(Max, max[i]);
        }

        return true;
    }

    private void ChooseShift(double value)
    {
        if (double.IsNaN(_shift) && double.IsFinite(value))
        {
            _shift = value * scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(double value)
    {
        Count++;
        if (!double.IsFinite(value))
        {
            NonFinite++;
            return;
        }

        ChooseShift(value);
        double offset = (value * scale) - _shift;
        _sum += offset;
        _sumOfSquares += offset * offset;
        Zeros += value == 0 ? 1 : 0;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
    }
}
