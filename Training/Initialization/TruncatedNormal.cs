using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// A Gaussian without its tails: nothing beyond <paramref name="Bound"/> standard deviations of the Gaussian that is cut. That parent is wider
/// than what is asked for, so that the weights have the standard deviation <paramref name="StandardDeviation"/> after the cut.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation of the weights.</param>
/// <param name="Bound">Where the parent is cut, in its standard deviations. PyTorch's bounds are absolute values instead.</param>
/// <remarks>
/// With b the bound, Var = parent^2 (1 - 2 b phi(b) / (2 Phi(b) - 1)); for b = 2 the root of the factor is 0.87962566103423978. Drawn by
/// inversion, one uniform number a weight, with <see cref="StandardNormal.Quantile"/>.
/// </remarks>
public sealed record TruncatedNormal(double Mean, double StandardDeviation, double Bound = 2) : WeightInitializer
{
    /// <summary>The standard deviation of a standard normal number cut at +-bound.</summary>
    /// <param name="bound">The bound, above 0.</param>
    /// <exception cref="InvalidInputException">The bound is not above 0.</exception>
    public static double Deviation(double bound) => bound > 0
        ? Math.Sqrt(1 - (2 * bound * StandardNormal.Density(bound) / (1 - (2 * StandardNormal.Cumulative(-bound)))))
        : throw new InvalidInputException($"A truncated normal has a bound above 0, in standard deviations; found {bound}.");

    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        double parent = StandardDeviation / Deviation(Bound);
        double low = StandardNormal.Cumulative(-Bound);
        double width = 1 - (2 * low);
        for (int i = 0; i < weights.Length; i++)
        {
            double standard = StandardNormal.Quantile(low + (width * random.NextDouble()));
            weights[i] = Mean + (parent * Math.Clamp(standard, -Bound, Bound));
        }
    }
}
