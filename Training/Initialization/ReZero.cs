using OnnxInit.Contracts;
using OnnxInit.Training.Models;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Residual blocks start as the identity: alpha = 0 in y = x + alpha F(x). Everything else is drawn by another scheme. SkipInit is the same
/// for blocks that have a normalisation to leave out.
/// </summary>
/// <param name="Weights">Draws the weights.</param>
/// <remarks>Sources: Bachlechner et al. 2020, "ReZero" (arXiv 2003.04887); De and Smith 2020, "SkipInit" (arXiv 2002.10444).</remarks>
public sealed record ReZero(InitializationScheme Weights) : InitializationScheme
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The network has no residual block.</exception>
    protected internal override void Draw(NetworkParameters network)
    {
        NetworkParameter[] alphas = [.. network.All.Where(parameter => parameter.Owner is ResidualBlock && !parameter.IsWeight)];
        if (alphas.Length == 0)
        {
            throw new InvalidInputException($"ReZero is for residual networks, and this one has no {nameof(ResidualBlock)}. Use a residual network, or another initialisation.");
        }

        Weights.Draw(network);
        foreach (NetworkParameter alpha in alphas)
        {
            network.Draw(alpha, Constant.Zeros);
        }
    }
}
