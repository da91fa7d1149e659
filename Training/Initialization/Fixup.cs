using OnnxInit.Contracts;
using OnnxInit.Training.Models;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Residual networks without normalisation. Of L blocks y = x + alpha F(x) with m weights in each F, the first m - 1 weights are He's times
/// L^(-1 / (2m - 2)), and the last one is 0; so is the classifier, the last weight after the blocks. alpha = 1, biases are 0, and every other
/// weight is He's. A step of the optimiser then changes the output by an amount that does not depend on the depth.
/// </summary>
/// <remarks>
/// Source: Zhang, Dauphin, Ma 2019 (arXiv 1901.09321). Within the blocks He's variance is 2 / fan_out, as in the authors' program; outside it
/// is 2 / fan_in, which keeps the signal's size where in and out differ much. The scalar biases of the paper are the network's to have.
/// </remarks>
public sealed record Fixup : InitializationScheme
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The network has no residual block.</exception>
    protected internal override void Draw(NetworkParameters network)
    {
        // Innermost first, so that a weight belongs to the block that is nearest to it.
        string[] blocks = [.. network.Modules.Where(part => part.Module is ResidualBlock).Select(part => part.Name.Length == 0 ? string.Empty : part.Name + ".").Reverse()];
        if (blocks.Length == 0)
        {
            throw new InvalidInputException($"Fixup is for residual networks, and this one has no {nameof(ResidualBlock)}. Use a residual network, or another initialisation.");
        }

        InitializationSchemes.KaimingNormal.Draw(network);
        foreach (IGrouping<string?, NetworkParameter> branch in network.Weights.GroupBy(weight => Array.Find(blocks, block => weight.Name.StartsWith(block, StringComparison.Ordinal))))
        {
            if (branch.Key is not null)
            {
                DrawBranch(network, [.. branch], blocks.Length);
            }
        }

        // The weights are listed in the order of registration: the last of all is a classifier only if it stands after the last block.
        if (network.Weights.LastOrDefault() is NetworkParameter last && !Array.Exists(blocks, block => last.Name.StartsWith(block, StringComparison.Ordinal)))
        {
            network.Draw(last, Constant.Zeros);
        }

        foreach (NetworkParameter alpha in network.All.Where(parameter => parameter.Owner is ResidualBlock && !parameter.IsWeight))
        {
            network.Draw(alpha, Constant.Ones);
        }
    }

    private static void DrawBranch(NetworkParameters network, NetworkParameter[] weights, int blocks)
    {
        foreach (NetworkParameter weight in weights[..^1])
        {
            // The variance is the square of the factor L^(-1 / (2m - 2)) times He's.
            network.Draw(weight, new VarianceScaling(2 * Math.Pow(blocks, -1.0 / (weights.Length - 1)), FanMode.FanOut, Distribution.Normal));
        }

        network.Draw(weights[^1], Constant.Zeros);
    }
}
