using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Optimization;

/// <summary>
/// Stochastic gradient descent with momentum: b = mu b + g (b = g at first), p = p - lr b, as PyTorch's SGD with dampening 0.
/// </summary>
/// <remarks>
/// A step takes each gradient away from its parameter and lets it become the new b, so that b is read and written once and the
/// next backward pass need not clear anything. The buffers are open, by parameter name, for checkpoints and diagnosis.
/// </remarks>
public sealed class MomentumSgd : IDisposable
{
    private readonly (string Name, Parameter Value)[] _parameters;
    private readonly Tensor?[] _buffers;

    /// <summary>Takes the parameters of a module; those that need no gradient are left alone.</summary>
    /// <param name="module">The network.</param>
    /// <param name="momentum">mu, from 0 (no buffers are kept) to below 1.</param>
    public MomentumSgd(nn.Module module, double momentum)
    {
        _parameters = [.. module.named_parameters().Where(pair => pair.parameter.requires_grad).Select(pair => (pair.name, pair.parameter))];
        _buffers = new Tensor?[_parameters.Length];
        Momentum = momentum;
    }

    /// <summary>mu.</summary>
    public double Momentum { get; }

    /// <summary>The parameters, by dotted name.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters => _parameters;

    /// <summary>The momentum buffers that exist, by the name of their parameter.</summary>
    public IEnumerable<(string Name, Tensor Value)> Buffers =>
        _parameters.Zip(_buffers).Where(pair => pair.Second is not null).Select(pair => (pair.First.Name, pair.Second!));

    /// <summary>Updates every parameter that has a gradient, and takes the gradients away.</summary>
    /// <param name="learningRate">lr.</param>
    public void Step(double learningRate)
    {
        // Named, and not converted at the call: the collector may finalize an unnamed Scalar before libtorch has read it.
        using Scalar momentum = Momentum.ToScalar();
        using Scalar negativeRate = (-learningRate).ToScalar();
        using IDisposable noGradient = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            Parameter parameter = _parameters[i].Value;
            Tensor? update = parameter.grad;
            if (update is null)
            {
                continue;
            }

            parameter.grad = null;
            if (Momentum != 0)
            {
                if (_buffers[i] is Tensor previous)
                {
                    update.add_(previous, alpha: momentum);
                    previous.Dispose();
                }

                _buffers[i] = update.DetachFromDisposeScope();
            }

            parameter.add_(update, alpha: negativeRate);
            if (Momentum == 0)
            {
                update.Dispose();
            }
        }
    }

    /// <summary>Replaces the momentum buffers by copies of these; a parameter that is not named starts without one.</summary>
    /// <param name="buffers">By the name of the parameter.</param>
    public void Restore(IReadOnlyDictionary<string, Tensor> buffers)
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            _buffers[i]?.Dispose();
            _buffers[i] = buffers.TryGetValue(_parameters[i].Name, out Tensor? buffer)
                ? buffer.to(_parameters[i].Value.device, copy: true).DetachFromDisposeScope()
                : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? buffer in _buffers)
        {
            buffer?.Dispose();
        }
    }
}
