using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>
/// Puts a model into eval mode without gradients, and everything back as it was when disposed of: each module's mode, gradient mode, random state.
/// Exports of models that share a module take turns.
/// </summary>
internal sealed class ModelState : IDisposable
{
    private static readonly ConditionalWeakTable<nn.Module, Turn> Turns = [];
    private static long _turns;

    private readonly List<Turn> _taken = [];
    private readonly List<(nn.Module Module, bool Training)> _modes = [];
    private readonly DisposeScope _scope;
    private readonly IDisposable _noGradient;
    private readonly Tensor _random;

    /// <summary>Puts a model into eval mode.</summary>
    /// <param name="names">Its modules, parents before children; the model first.</param>
    public ModelState(ModelNames names)
    {
        // In one order everywhere, so that nobody waits for one who waits for him.
        foreach (Turn turn in names.Modules.Select(module => Turns.GetValue(module, _ => new(Interlocked.Increment(ref _turns)))).OrderBy(turn => turn.Number))
        {
            Monitor.Enter(turn);
            _taken.Add(turn);
        }

        _scope = NewDisposeScope();
        _random = get_rng_state();
        _noGradient = no_grad();
        try
        {
            _modes.AddRange(names.Modules.Select(module => (module, module.training)));
            if (_modes.Any(mode => mode.Training))
            {
                _modes[0].Module.eval();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whose tensors live as long as the export.</summary>
    public DisposeScope Scope => _scope;

    /// <inheritdoc/>
    public void Dispose()
    {
        // A mode is set for all that is below, so parents come first; what two share may need another round.
        for (int round = 0; round < _modes.Count && _modes.Exists(mode => mode.Module.training != mode.Training); round++)
        {
            foreach ((nn.Module module, bool training) in _modes)
            {
                if (module.training != training)
                {
                    module.train(training);
                }
            }
        }

        _noGradient.Dispose();
        set_rng_state(_random);
        _random.Dispose();
        OpenScopes.Close(_scope);
        KeptTensors.Detach(_modes.Select(mode => mode.Module), _scope);
        _scope.Dispose();
        _taken.ForEach(Monitor.Exit);
    }

    private sealed record Turn(long Number);
}
