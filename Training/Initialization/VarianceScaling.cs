using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// The one formula of initialisation: weights of mean 0 and Var = scale / fan. Xavier, Kaiming and LeCun are special cases, as in JAX's
/// <c>variance_scaling</c>.
/// </summary>
/// <param name="Scale">The numerator: the square of the gain.</param>
/// <param name="Mode">Which fan is the denominator.</param>
/// <param name="Distribution">The shape of the distribution.</param>
public sealed record VarianceScaling(double Scale, FanMode Mode, Distribution Distribution) : WeightInitializer
{
    /// <summary>The variance for given fans.</summary>
    /// <param name="fans">The connections.</param>
    public double Variance(Fans fans) => Scale / Math.Max(fans.Of(Mode), 1);

    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        double variance = Variance(shape.Fans);
        WeightInitializer initializer = Distribution switch
        {
            Distribution.Normal => new Normal(0, Math.Sqrt(variance)),
            Distribution.TruncatedNormal => new TruncatedNormal(0, Math.Sqrt(variance)),
            _ => Uniform.Symmetric(Math.Sqrt(3 * variance)),
        };
        initializer.Fill(weights, shape, random);
    }
}
