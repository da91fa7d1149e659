using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>Gives a module its first weights, in place and outside of autograd.</summary>
public static class Initializer
{
    /// <summary>
    /// Draws the parameters of a module. A parameter's draw depends on the scheme, the seed and its dotted name only: not on the device, the
    /// order of the layers or the number of threads; a scheme that looks at data depends on them as well. Scales and shifts of normalisation
    /// layers are set to 1 and 0, and the scales of residual branches to 1, before the scheme draws; running statistics are left alone.
    /// </summary>
    /// <param name="module">Any module; parameters of any floating type, on any device.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <returns>What every parameter was given; <see cref="AppliedInitialization.Summarize"/> makes a few lines of it.</returns>
    /// <exception cref="Contracts.InvalidInputException">The scheme does not suit the network; the message names the parameter or the layer.</exception>
    public static IReadOnlyList<AppliedInitialization> Apply(nn.Module module, InitializationScheme scheme, long seed)
    {
        NetworkParameters network = new(module, seed);
        network.Reset();
        scheme.Draw(network);
        return network.Applied;
    }
}
