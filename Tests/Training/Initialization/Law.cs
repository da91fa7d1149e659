using OnnxInit.Training.Initialization;

namespace OnnxInit.Tests.Training.Initialization;

/// <summary>The distribution that a sample should have, and the tests of it.</summary>
internal sealed record Law(Func<double, double> Cumulative, double Mean, double Variance, double Kurtosis)
{
    public static Law Normal(double deviation) => new(x => StandardNormal.Cumulative(x / deviation), 0, deviation * deviation, 3);

    public static Law Uniform(double bound) => new(x => Math.Clamp((x + bound) / (2 * bound), 0, 1), 0, bound * bound / 3, 1.8);

    /// <summary>A normal law cut at +-b of its own deviations that has the given deviation after the cut.</summary>
    public static Law TruncatedNormal(double deviation, double b)
    {
        double mass = StandardNormal.Cumulative(b) - StandardNormal.Cumulative(-b);
        double second = 1 - (2 * b * StandardNormal.Density(b) / mass);
        double fourth = (3 * second) - (2 * b * b * b * StandardNormal.Density(b) / mass);
        double parent = deviation / Math.Sqrt(second);
        return new(
            x => (StandardNormal.Cumulative(Math.Clamp(x / parent, -b, b)) - StandardNormal.Cumulative(-b)) / mass,
            0,
            deviation * deviation,
            fourth / (second * second));
    }

    /// <summary>Kolmogorov and Smirnov's statistic times the root of the sample's size; 1.95 is exceeded once in a thousand seeds.</summary>
    public double KolmogorovSmirnov(double[] sample)
    {
        double[] sorted = [.. sample.Order()];
        double n = sorted.Length;
        return sorted.Select((x, i) => Math.Max(Math.Abs(Cumulative(x) - (i / n)), Math.Abs(Cumulative(x) - ((i + 1) / n)))).Max() * Math.Sqrt(n);
    }

    /// <summary>The distribution; mean and variance within four standard errors.</summary>
    public void Accepts(double[] sample)
    {
        KolmogorovSmirnov(sample).Should().BeLessThan(1.95);
        sample.Average().Should().BeApproximately(Mean, 4 * Math.Sqrt(Variance / sample.Length));
        sample.Average(x => (x - Mean) * (x - Mean)).Should().BeApproximately(Variance, 4 * Variance * Math.Sqrt((Kurtosis - 1) / sample.Length));
    }
}
