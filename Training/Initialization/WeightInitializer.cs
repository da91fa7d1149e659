using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Draws one weight tensor. As a scheme it draws every weight of two or more axes, and sets every bias to 0.
/// </summary>
public abstract record WeightInitializer : InitializationScheme
{
    /// <summary>Draws a weight, in float64; rounding to the parameter's type comes after.</summary>
    /// <param name="weights">Where the values go, in row-major order; every one of them is set.</param>
    /// <param name="shape">The tensor that they belong to.</param>
    /// <param name="random">The random numbers of this parameter.</param>
    public abstract void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random);

    /// <inheritdoc/>
    protected internal override void Draw(NetworkParameters network)
    {
        foreach (NetworkParameter weight in network.Weights)
        {
            network.Draw(weight, this);
        }

        foreach (NetworkParameter bias in network.Biases)
        {
            network.Draw(bias, Constant.Zeros);
        }
    }
}
