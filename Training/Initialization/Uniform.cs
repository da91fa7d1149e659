using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>Independent uniform weights, whatever the fans.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public sealed record Uniform(double Low, double High) : WeightInitializer
{
    /// <summary>U(-bound, bound), whose variance is bound^2 / 3.</summary>
    /// <param name="bound">The half-width.</param>
    public static Uniform Symmetric(double bound) => new(-bound, bound);

    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        double center = (Low + High) / 2;
        double halfWidth = (High - Low) / 2;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = center + (halfWidth * ((2 * random.NextDouble()) - 1));
        }
    }
}
