namespace OnnxInit.Contracts.Runs;

/// <summary>How large absolute differences are: counts in bins of equal width on a logarithmic scale.</summary>
/// <param name="Equal">Differences of exactly 0, which are in no bin.</param>
/// <param name="Log10Lower">log10 of where the first bin begins; 0 without bins.</param>
/// <param name="Counts">Per bin, from the first to the last that is not empty. Bin i goes from 10^(Log10Lower + i / BinsPerDecade) to the next, which is not in it.</param>
public sealed record DifferenceHistogram(long Equal, double Log10Lower, IReadOnlyList<long> Counts)
{
    /// <summary>Bins from one power of ten to the next.</summary>
    public const int BinsPerDecade = 4;

    /// <summary>Counts.</summary>
    /// <param name="differences">Finite and not negative.</param>
    public static DifferenceHistogram Of(ReadOnlySpan<double> differences)
    {
        // From the smallest float64 above 0 to the largest, in quarters of a decade.
        const int lowest = -324 * BinsPerDecade;
        const int highest = 309 * BinsPerDecade;
        long[] counts = new long[highest - lowest];
        long equal = 0;
        foreach (double difference in differences)
        {
            if (difference == 0)
            {
                equal++;
            }
            else
            {
                counts[(int)Math.Floor(Math.Log10(difference) * BinsPerDecade) - lowest]++;
            }
        }

        int first = Array.FindIndex(counts, count => count > 0);
        int last = Array.FindLastIndex(counts, count => count > 0);
        return first < 0 ? new(equal, 0, []) : new(equal, (double)(first + lowest) / BinsPerDecade, counts[first..(last + 1)]);
    }
}
