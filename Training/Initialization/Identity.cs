using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// The identity matrix, cut or padded with zeros to the weight's shape: a deep ReLU network of square layers then passes what is positive on
/// unchanged, forward and backward.
/// </summary>
/// <param name="Gain">The diagonal.</param>
/// <remarks>Source: Le, Jaitly, Hinton 2015 (arXiv 1504.00941), for recurrent ReLU layers.</remarks>
public sealed record Identity(double Gain = 1) : WeightInitializer
{
    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        int columns = (int)(shape.Count / shape.Sizes[0]);
        weights.Clear();
        for (int i = 0; i < Math.Min(shape.Sizes[0], columns); i++)
        {
            weights[(i * columns) + i] = Gain;
        }
    }
}
