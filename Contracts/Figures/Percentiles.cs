namespace OnnxInit.Contracts.Figures;

/// <summary>The middle of a sample and the band around it.</summary>
/// <param name="Low">The 5th percentile.</param>
/// <param name="Median">The 50th.</param>
/// <param name="High">The 95th.</param>
public readonly record struct Percentiles(double Low, double Median, double High)
{
    /// <summary>The percentiles of a sample; NaN when it is empty or holds a NaN.</summary>
    /// <param name="sample">The values, in any order.</param>
    public static Percentiles Of(IEnumerable<double> sample)
    {
        double[] sorted = [.. sample.Order()];
        return sorted.Length == 0 || double.IsNaN(sorted[0]) // NaN sorts first
            ? new(double.NaN, double.NaN, double.NaN)
            : new(At(sorted, 0.05), At(sorted, 0.5), At(sorted, 0.95));
    }

    /// <summary>A quantile of a sorted sample, with linear interpolation (Hyndman and Fan's type 7, NumPy's default).</summary>
    /// <param name="sorted">The values, ascending; at least one.</param>
    /// <param name="probability">0 to 1.</param>
    public static double At(IReadOnlyList<double> sorted, double probability)
    {
        double position = probability * (sorted.Count - 1);
        int below = (int)position;
        double fraction = position - below;
        bool exact = fraction == 0 || sorted[below].Equals(sorted[below + 1]); // two infinities have no distance
        return exact ? sorted[below] : sorted[below] + (fraction * (sorted[below + 1] - sorted[below]));
    }
}
