namespace OnnxInit.Training.Diagnostics;

/// <summary>
/// The mean change per layer, with a 95 % confidence interval. The logarithm of a random network's signal is a random walk: its levels depend on
/// each other, and a line fitted to them would claim far too narrow an interval; its steps are independent, and their mean is the least-squares estimate.
/// </summary>
/// <param name="Rate">The mean step; NaN without steps.</param>
/// <param name="Low">The lower end; minus infinity with fewer than two steps.</param>
/// <param name="High">The upper end.</param>
internal readonly record struct GrowthRate(double Rate, double Low, double High)
{
    private static readonly double[] FirstQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571];

    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>Estimates.</summary>
    /// <param name="steps">The changes.</param>
    public static GrowthRate Of(IReadOnlyCollection<double> steps)
    {
        if (steps.Count == 0)
        {
            return new(double.NaN, double.NegativeInfinity, double.PositiveInfinity);
        }

        double mean = steps.Average();
        if (steps.Count == 1)
        {
            return new(mean, double.NegativeInfinity, double.PositiveInfinity);
        }

        double variance = steps.Sum(step => (step - mean) * (step - mean)) / (steps.Count - 1);
        double half = StudentQuantile(steps.Count - 1) * Math.Sqrt(variance / steps.Count);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>Student's t at 97.5 %: tabulated, then the expansion in 1 / freedom (Abramowitz and Stegun 26.7.5).</summary>
    private static double StudentQuantile(int freedom)
    {
        const double z = 1.959964;
        return freedom <= FirstQuantiles.Length
            ? FirstQuantiles[freedom - 1]
            : z + (((z * z * z) + z) / (4.0 * freedom)) + (((5 * Math.Pow(z, 5)) + (16 * z * z * z) + (3 * z)) / (96.0 * freedom * freedom));
    }
}
