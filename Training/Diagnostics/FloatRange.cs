using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Diagnostics;

/// <summary>What a floating type holds.</summary>
/// <param name="ElementType">Its name.</param>
/// <param name="Log10Largest">log10 of the largest finite value.</param>
/// <param name="Log10Smallest">log10 of half the smallest subnormal: what is below becomes 0.</param>
internal sealed record FloatRange(string ElementType, double Log10Largest, double Log10Smallest)
{
    // A layer of zeros is an underflow if the one before was this near to the end of the type; else something died.
    private const double Near = 5;

    private static readonly FloatRange[] All =
    [
        new("float16", Math.Log10(65504), -25 * Math.Log10(2)),
        new("bfloat16", Math.Log10(3.3895e38), -134 * Math.Log10(2)),
        new("float32", Math.Log10(float.MaxValue), -150 * Math.Log10(2)),
        new("float64", Math.Log10(double.MaxValue), -1075 * Math.Log10(2)),
    ];

    /// <summary>Where the types end for a signal: predicted for all of them, observed for the network's own.</summary>
    /// <param name="path">The signal.</param>
    /// <param name="growth">Its rate.</param>
    public static IReadOnlyList<FloatLimit> Limits(SignalPath path, GrowthRate growth)
    {
        List<FloatLimit> limits = [];
        foreach (FloatRange range in All)
        {
            bool own = range.ElementType == path.ElementType;
            int? overflow = own ? ObservedOverflow(path) : null;
            int? underflow = own && overflow is null ? range.ObservedUnderflow(path) : null;
            int? predicted = growth.ExcludesZero ? range.Predict(path, growth.Rate) : null;
            if (overflow is not null || (predicted is not null && growth.Rate > 0))
            {
                limits.Add(new(range.ElementType, Overflow: true, growth.Rate > 0 ? predicted : null, overflow));
            }
            else if (underflow is not null || predicted is not null)
            {
                limits.Add(new(range.ElementType, Overflow: false, growth.Rate < 0 ? predicted : null, underflow));
            }
        }

        return limits;
    }

    /// <summary>The first layer that the largest entry does not fit into: it stands above the root mean square as far as in the layers measured.</summary>
    private int? Predict(SignalPath path, double rate)
    {
        if (path.Usable == 0)
        {
            return null;
        }

        double[] peaks = [.. Enumerable.Range(0, path.Usable).Select(i => Log10Peak(path[i]) - (path[i].Log10MeanSquare / 2)).Order()];
        double start = (path[0].Log10MeanSquare / 2) + peaks[peaks.Length / 2];
        double steps = ((rate > 0 ? Log10Largest : Log10Smallest) - start) / (rate / 2);
        return steps < 1e6 ? path.Ordinal((int)Math.Max(0, Math.Ceiling(steps))) : null;
    }

    private static int? ObservedOverflow(SignalPath path)
    {
        for (int i = 0; i < path.Count; i++)
        {
            if (path[i].NonFinite > 0)
            {
                return path.Ordinal(i);
            }
        }

        return null;
    }

    private int? ObservedUnderflow(SignalPath path) =>
        path.Usable > 0 && path.Usable < path.Count && Log10Peak(path[path.Usable - 1]) < Log10Smallest + Near ? path.Ordinal(path.Usable) : null;

    private static double Log10Peak(SignalStatistics signal) => Math.Log10(Math.Max(Math.Abs(signal.Min), Math.Abs(signal.Max)));
}
