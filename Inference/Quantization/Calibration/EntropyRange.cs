namespace OnnxInit.Inference.Quantization.Calibration;

/// <summary>
/// The range whose integers tell most about the elements: of all thresholds t on the magnitude, the one where the distribution that the
/// integers can express differs least from the one that was seen, by the Kullback-Leibler divergence sum(p ln(p / q)).
/// </summary>
/// <remarks>
/// Source: Migacz, "8-bit inference with TensorRT", GTC 2017. Zeros are left out: every range expresses them exactly, and behind a ReLU
/// they are half of all elements and would decide alone.
/// </remarks>
internal static class EntropyRange
{
    /// <summary>What a bin that the integers cannot express counts as, in place of 0.</summary>
    private const double Smallest = 1e-4;

    /// <summary>Finds the range.</summary>
    /// <param name="magnitudes">The magnitudes of all elements but zeros, in bins from 0.</param>
    /// <param name="seen">The least and the greatest element.</param>
    public static ValueRange Of(Histogram magnitudes, ValueRange seen)
    {
        // A value of one sign has all 255 steps for its magnitudes, one of both signs half of them.
        double threshold = Threshold(magnitudes, steps: seen.Low < 0 && seen.High > 0 ? 128 : 255);
        return new(Math.Max(seen.Low, -threshold), Math.Min(seen.High, threshold));
    }

    private static double Threshold(Histogram magnitudes, int steps)
    {
        long[] counts = magnitudes.Counts;
        long above = counts.Sum() - Sum(counts.AsSpan(0, Math.Min(steps, counts.Length)));
        double best = double.PositiveInfinity;
        int bestBins = counts.Length;
        for (int bins = steps; bins <= counts.Length; bins++)
        {
            double divergence = Divergence(counts.AsSpan(0, bins), above, steps);
            if (divergence <= best)
            {
                best = divergence;
                bestBins = bins; // of equal ones the widest: it saturates least
            }

            above -= bins < counts.Length ? counts[bins] : 0;
        }

        return bestBins * magnitudes.BinWidth;
    }

    // p: the bins up to the threshold, all above it saturated into the last. q: the same bins without those above, of which the integers
    // keep only the sum of every step, spread evenly over the step's bins that are not empty.
    private static double Divergence(ReadOnlySpan<long> counts, long above, int steps)
    {
        double total = Sum(counts) + above;
        double within = total - above;
        if (total == 0 || within == 0)
        {
            return total == 0 ? 0 : double.PositiveInfinity;
        }

        double divergence = 0;
        for (int step = 0; step < steps; step++)
        {
            int first = (int)((long)step * counts.Length / steps);
            int end = (int)((long)(step + 1) * counts.Length / steps);
            long sum = 0;
            int filled = 0;
            foreach (long count in counts[first..end])
            {
                sum += count;
                filled += count > 0 ? 1 : 0;
            }

            for (int bin = first; bin < end; bin++)
            {
                double p = (counts[bin] + (bin == counts.Length - 1 ? above : 0)) / total;
                double q = counts[bin] > 0 ? sum / (filled * within) : Smallest / counts.Length;
                divergence += p > 0 ? p * Math.Log(p / q) : 0;
            }
        }

        return divergence;
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
