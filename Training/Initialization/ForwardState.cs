using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Makes a network ready to be run for its signals alone: normalisations by the batch, everything else in evaluation mode. Disposing puts the
/// modes, the buffers, such as running statistics, and torch's random numbers back.
/// </summary>
internal sealed class ForwardState : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;
    private readonly (nn.Module Module, string Name, Tensor Saved)[] _buffers;
    private readonly Tensor _random;

    /// <summary>Saves, and sets the modes.</summary>
    /// <param name="network">The network.</param>
    public ForwardState(NetworkParameters network)
    {
        _modes = [.. network.Modules.Select(part => (part.Module, part.Module.training))];
        _buffers =
        [
            .. network.Modules.SelectMany(part => part.Module.named_buffers(recurse: false).Select(
                buffer => (part.Module, buffer.name, buffer.buffer.detach().clone().DetachFromDisposeScope()))),
        ];
        _random = random.get_rng_state().DetachFromDisposeScope();
        network.Module.eval();
        foreach ((nn.Module module, _) in _modes.Where(mode => mode.Module is NormBase))
        {
            module.train();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Parents stand before their parts, and set the mode of these too.
        foreach ((nn.Module module, bool training) in _modes)
        {
            if (module.training != training)
            {
                module.train(training);
            }
        }

        using IDisposable noGradient = no_grad();
        foreach ((nn.Module module, string name, Tensor saved) in _buffers)
        {
            module.get_buffer(name)?.copy_(saved);
            saved.Dispose();
        }

        random.set_rng_state(_random);
        _random.Dispose();
    }
}
