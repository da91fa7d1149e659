namespace OnnxInit.Inference.Quantization.Calibration;

/// <summary>
/// The range that holds a share of all elements, the rest cut off in equal parts at both ends: rare outliers then cost no resolution.
/// Inside a bin, elements count as spread evenly.
/// </summary>
internal static class PercentileRange
{
    /// <summary>Finds the range.</summary>
    /// <param name="histogram">The elements.</param>
    /// <param name="percentile">The share that stays, above 0 to 100.</param>
    public static ValueRange Of(Histogram histogram, double percentile)
    {
        double cut = (100 - percentile) / 200;
        return new(Quantile(histogram, cut), Quantile(histogram, 1 - cut));
    }

    private static double Quantile(Histogram histogram, double share)
    {
        double wanted = share * histogram.Counts.Sum();
        double below = 0;
        for (int bin = 0; bin < histogram.Counts.Length; bin++)
        {
            long count = histogram.Counts[bin];
            if (count > 0 && below + count >= wanted)
            {
                return histogram.Range.Low + (histogram.BinWidth * (bin + ((wanted - below) / count)));
            }

            below += count;
        }

        return histogram.Range.High;
    }
}
