using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Puts a model into eval mode without gradients, and everything back as it was when disposed of: each module's mode, gradient mode, random state.</summary>
internal sealed class ModelState : IDisposable
{
    private readonly List<(nn.Module Module, bool Training)> _modes = [];
    private readonly DisposeScope _scope;
    private readonly IDisposable _noGradient;
    private readonly Tensor _random;

    /// <summary>Puts a model into eval mode.</summary>
    /// <param name="model">The model.</param>
    /// <param name="names">Its modules, parents before children.</param>
    public ModelState(nn.Module model, ModelNames names)
    {
        _scope = NewDisposeScope();
        _random = get_rng_state();
        _noGradient = no_grad();
        _modes.AddRange(names.Modules.Select(module => (module, module.training)));
        if (_modes.Any(mode => mode.Training))
        {
            model.eval();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A mode is set for all that is below, so parents come first.
        bool wasChanged = _modes.Any(mode => mode.Training);
        foreach ((nn.Module module, bool training) in wasChanged ? _modes : [])
        {
            if (module.training != training)
            {
                module.train(training);
            }
        }

        _noGradient.Dispose();
        set_rng_state(_random);
        _random.Dispose();
        _scope.Dispose();
    }
}
