using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>Gives a module its first weights, in place and outside of autograd.</summary>
public static class Initializer
{
    /// <summary>
    /// Draws the parameters of a module. A parameter's draw depends on the scheme, the seed and its dotted name only: not on the device, the
    /// order of the layers or the number of threads. Scales and shifts of normalisation layers, vectors both, stay at 1 and 0.
    /// </summary>
    /// <param name="module">Any module; parameters of any floating type, on any device.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <returns>What every parameter was given.</returns>
    public static IReadOnlyList<AppliedInitialization> Apply(nn.Module module, InitializationScheme scheme, long seed)
    {
        NetworkParameters network = new(module, seed);
        scheme.Draw(network);
        return network.Applied;
    }
}
