namespace OnnxInit.Training.Diagnostics;

/// <summary>Counts finite entries in bins of equal width.</summary>
/// <param name="lower">Where the first bin begins.</param>
/// <param name="upper">Where the last ends.</param>
/// <param name="bins">How many.</param>
internal sealed class HistogramReader(double lower, double upper, int bins) : IBlockReader
{
    private readonly long[] _counts = new long[bins];

    // Halves: the difference of two large numbers may be more than float64 holds.
    private readonly double _halfWidth = (upper / 2) - (lower / 2);

    /// <summary>Entries per bin.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> block)
    {
        foreach (float value in block)
        {
            Add(value);
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> block)
    {
        foreach (double value in block)
        {
            Add(value);
        }
    }

    private void Add(double value)
    {
        if (double.IsFinite(value))
        {
            double place = _halfWidth > 0 ? ((value / 2) - (lower / 2)) / _halfWidth : 0;
            _counts[Math.Min((int)(place * bins), bins - 1)]++;
        }
    }
}
