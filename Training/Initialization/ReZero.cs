using OnnxInit.Training.Models;

namespace OnnxInit.Training.Initialization;

/// <summary>Residual blocks start as the identity: alpha = 0 in y = x + alpha F(x). Everything else is drawn by another scheme.</summary>
/// <param name="Weights">Draws the weights.</param>
/// <remarks>Sources: Bachlechner et al. 2020, "ReZero" (arXiv 2003.04887); De and Smith 2020, "SkipInit" (arXiv 2002.10444).</remarks>
public sealed record ReZero(InitializationScheme Weights) : InitializationScheme
{
    /// <inheritdoc/>
    protected internal override void Draw(NetworkParameters network)
    {
        Weights.Draw(network);
        foreach (NetworkParameter alpha in network.All.Where(parameter => parameter.Owner is ResidualBlock && !parameter.IsWeight))
        {
            network.Draw(alpha, Constant.Zeros);
        }
    }
}
