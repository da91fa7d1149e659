using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>Independent Gaussian weights, whatever the fans.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation.</param>
public sealed record Normal(double Mean, double StandardDeviation) : WeightInitializer
{
    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Mean + (StandardDeviation * random.NextNormal());
        }
    }
}
