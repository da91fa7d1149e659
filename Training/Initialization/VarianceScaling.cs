using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// The one formula of initialisation: weights of mean 0 and Var = scale / fan. Xavier, Kaiming and LeCun are special cases, as in JAX's
/// <c>variance_scaling</c>.
/// </summary>
/// <param name="Scale">The numerator: the square of the gain.</param>
/// <param name="Mode">Which fan is the denominator.</param>
/// <param name="Distribution">The shape of the distribution.</param>
public sealed record VarianceScaling(double Scale, FanMode Mode, Distribution Distribution)
{
    /// <summary>The variance for given fans.</summary>
    /// <param name="fans">The connections.</param>
    public double Variance(Fans fans) => Scale / Math.Max(fans.Of(Mode), 1);

    /// <summary>Draws weights.</summary>
    /// <param name="weights">Where they go.</param>
    /// <param name="fans">The connections of the tensor that they belong to.</param>
    /// <param name="random">Where they come from.</param>
    public void Fill(Span<float> weights, Fans fans, PhiloxRandom random)
    {
        double variance = Variance(fans);
        double deviation = Math.Sqrt(variance);
        double bound = Math.Sqrt(3 * variance);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(Distribution == Distribution.Normal
                ? deviation * random.NextNormal()
                : bound * ((2 * random.NextDouble()) - 1));
        }
    }
}
