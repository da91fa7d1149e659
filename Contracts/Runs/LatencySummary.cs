namespace OnnxInit.Contracts.Runs;

/// <summary>How long calls take, from the call to its result.</summary>
/// <param name="Calls">How many were timed.</param>
/// <param name="P50">Milliseconds that half of the calls do not exceed.</param>
/// <param name="P90">Milliseconds that 90 % of the calls do not exceed.</param>
/// <param name="P99">Milliseconds that 99 % of the calls do not exceed; with fewer than 100 calls the longest.</param>
public sealed record LatencySummary(int Calls, double P50, double P90, double P99)
{
    /// <summary>Summarises; each percentile is the smallest time that at least its share of the calls does not exceed (nearest rank).</summary>
    /// <param name="milliseconds">The times, at least one, in any order.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static LatencySummary Of(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return sorted.Length == 0
            ? throw new ArgumentException("There are no times to summarise.", nameof(milliseconds))
            : new(sorted.Length, At(0.5), At(0.9), At(0.99));

        double At(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
