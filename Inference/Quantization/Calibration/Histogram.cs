namespace OnnxInit.Inference.Quantization.Calibration;

/// <summary>How often a value's elements fall into each of equally wide bins.</summary>
/// <param name="range">From the least to the greatest element; each is counted.</param>
/// <param name="bins">The number of bins.</param>
internal sealed class Histogram(ValueRange range, int bins)
{
    private readonly double _binsPerUnit = range.High > range.Low ? bins / (range.High - range.Low) : 0;

    /// <summary>Elements per bin.</summary>
    public long[] Counts { get; } = new long[bins];

    /// <summary>What the bins span.</summary>
    public ValueRange Range => range;

    /// <summary>The width of a bin.</summary>
    public double BinWidth => (range.High - range.Low) / bins;

    /// <summary>Counts elements; one outside the range falls into the bin at its end.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            Counts[Math.Clamp((int)((value - range.Low) * _binsPerUnit), 0, bins - 1)]++;
        }
    }
}
