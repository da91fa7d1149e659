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
    protected internal override void Draw(NetworkParameters network) => Draw(network, except: []);

    /// <summary>The same, but for some parameters.</summary>
    /// <param name="network">The parameters of the network.</param>
    /// <param name="except">The names of those that are left alone.</param>
    internal void Draw(NetworkParameters network, HashSet<string> except)
    {
        foreach (NetworkParameter parameter in network.All.Where(parameter => !except.Contains(parameter.Name)))
        {
            if (parameter.IsWeight)
            {
                network.Draw(parameter, this);
            }
            else if (parameter.IsBias)
            {
                network.Draw(parameter, Constant.Zeros);
            }
        }
    }
}
