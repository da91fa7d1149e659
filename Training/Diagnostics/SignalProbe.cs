using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>
/// Measures what flows through the layers of any module, forward and backward, in float64. Attach it, run one forward and one backward pass, call
/// <see cref="AfterBackward"/>, and take the <see cref="Record"/>:
/// <code>
/// using SignalProbe probe = SignalProbe.Attach(model);
/// loss(model.call(images), labels).backward();
/// probe.AfterBackward();
/// SignalRecord record = probe.Record(step);
/// </code>
/// </summary>
/// <remarks>
/// A layer's output is held until <see cref="AfterBackward"/>, with its gradient; nothing is copied, unless a module works in place or is not one
/// of TorchSharp's own, which might: then the network goes on with a copy of each output. Results are the same bits with a probe as without. Only
/// what is called is seen: <c>module.call(x)</c>, and not <c>module.forward(x)</c>. Of several forward passes of a module that takes one tensor and gives one the last counts; of any other, take the record after each.
/// </remarks>
public sealed partial class SignalProbe : IDisposable
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> InPlaceSwitches = new();

    private readonly List<Action> _removals = [];
    private readonly List<ProbedLayer> _layers = [];
    private readonly List<ProbedOutput> _outputs = [];
    private readonly SignalProbeOptions _options;
    private bool _separate;

    private SignalProbe(nn.Module module, SignalProbeOptions options)
    {
        _options = options;
        if (OutputHook.RegisterBefore(module, Forget) is Action removeBefore)
        {
            _removals.Add(removeBefore);
        }

        Watch(string.Empty, module, new(ReferenceEqualityComparer.Instance));
    }

    /// <summary>Hooks the layers of a module.</summary>
    /// <param name="module">Any module, in any mode.</param>
    /// <param name="options">What to look at; null for the defaults.</param>
    /// <returns>The probe; disposing it takes the hooks off again.</returns>
    public static SignalProbe Attach(nn.Module module, SignalProbeOptions? options = null) => new(module, options ?? new());

    /// <summary>
    /// Reads the gradients of the outputs and of the weights, and lets go of the outputs. To be called between the backward pass and the update; a
    /// weight's gradient is what it holds then: clipped if it was clipped.
    /// </summary>
    public void AfterBackward()
    {
        ForEachOutput(output =>
        {
            if (output.Held is Tensor held)
            {
                using Tensor? gradient = held.grad;
                output.Gradient = gradient is null ? null : TensorStatistics.Of(gradient, bins: _options.HistogramBins);
                output.Dispose();
            }

            if (output.Weight is WeightSignal weight)
            {
                Tensor[] gradients = [.. output.Layer.WeightTensors.Select(parameter => parameter.grad).OfType<Tensor>()];
                output.Weight = weight with { Gradient = gradients.Length == 0 ? null : TensorStatistics.Of(gradients, bins: _options.HistogramBins) };
                Array.ForEach(gradients, gradient => gradient.Dispose());
            }
        });
    }

    /// <summary>What was measured since the last forward pass began; the probe forgets it.</summary>
    /// <param name="step">Optimisation steps done before.</param>
    public SignalRecord Record(long step)
    {
        SignalRecord record = new(
            step,
            [.. _outputs.Select(output => output.ToSignal())],
            [.. _layers.Where(layer => layer.Calls == 0).Select(layer => layer.Name)]);
        Forget();
        return record;
    }

    /// <summary>Takes the hooks off, and lets go of everything.</summary>
    public void Dispose()
    {
        _removals.ForEach(remove => remove());
        _removals.Clear();
        Forget();
    }

    /// <summary>Watches a module, and those inside it, depth first: the order of the layers.</summary>
    private void Watch(string name, nn.Module module, HashSet<nn.Module> seen)
    {
        if (!seen.Add(module))
        {
            return;
        }

        _separate |= MayWorkInPlace(module);
        (string Name, nn.Module Module)[] children = [.. module.named_children()];
        NetworkParameter[] parameters = [.. module.named_parameters(recurse: false).Select(parameter => new NetworkParameter(parameter.name, module, parameter.parameter))];
        if (_options.Layers?.Invoke(name, module) ?? (children.Length == 0 || parameters.Length > 0))
        {
            ProbedLayer layer = new(name.Length == 0 ? module.GetName() : name, module, Array.FindAll(parameters, parameter => parameter.IsWeight));
            _layers.Add(layer);
            if (OutputHook.Register(module, output => Seen(layer, output)) is Action remove)
            {
                _removals.Add(remove);
            }
        }

        foreach ((string child, nn.Module part) in children)
        {
            Watch(name.Length == 0 ? child : $"{name}.{child}", part, seen);
        }
    }

    private static bool MayWorkInPlace(nn.Module module)
    {
        PropertyInfo? inPlace = InPlaceSwitches.GetOrAdd(module.GetType(), type => type.GetProperty("inplace"));
        return module.GetType().Assembly != typeof(nn).Assembly || inPlace?.GetValue(module) is true;
    }

    /// <summary>Reads the tensors of many layers with as many threads as torch has.</summary>
    private void ForEachOutput(Action<ProbedOutput> read) =>
        Parallel.For(0, _outputs.Count, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, i => read(_outputs[i]));

    private void Forget()
    {
        _outputs.ForEach(output => output.Dispose());
        _outputs.Clear();
        _layers.ForEach(layer => layer.Calls = 0);
        ForgetSnapshot();
    }

    /// <summary>Measures an output; returns what the network goes on with, or null for the output itself.</summary>
    private Tensor? Seen(ProbedLayer layer, object? output)
    {
        string name = ++layer.Calls == 1 ? layer.Name : $"{layer.Name}#{layer.Calls}";
        int first = _outputs.Count;
        Tensor? replacement = null;
        switch (output)
        {
            case Tensor tensor:
                Measure(name, layer, tensor);
                replacement = _separate && _outputs.Count > first && _outputs[first].Held is not null ? tensor.clone() : null;
                break;
            case ITuple tuple:
                MeasureAll(name, layer, Enumerable.Range(0, tuple.Length).Select(i => tuple[i]));
                break;
            case IEnumerable<Tensor> list:
                MeasureAll(name, layer, list);
                break;
            default:
                break;
        }

        if (layer.Calls == 1 && _outputs.Count > first && layer.Weights.Length > 0)
        {
            Fans fans = layer.Weights[0].Shape.Fans;
            _outputs[first].Weight = new() { FanIn = fans.In, FanOut = fans.Out, Values = TensorStatistics.Of(layer.WeightTensors, bins: _options.HistogramBins) };
        }

        return replacement;
    }

    private void MeasureAll(string name, ProbedLayer layer, IEnumerable<object?> outputs)
    {
        foreach ((int i, object? output) in outputs.Index())
        {
            if (output is Tensor tensor)
            {
                Measure(i == 0 ? name : $"{name}[{i}]", layer, tensor);
            }
        }
    }

    private void Measure(string name, ProbedLayer layer, Tensor output)
    {
        if (!output.is_floating_point())
        {
            return;
        }

        int axes = (int)output.dim();
        int? unitAxis = layer.UnitAxis(axes, _outputs.LastOrDefault());
        SignalStatistics forward = TensorStatistics.Of(output, layer.Saturation, unitAxis, _options.HistogramBins);
        ProbedOutput probed = new(name, layer, output.dtype, axes, unitAxis, forward);
        _outputs.Add(probed);
        if (output.requires_grad)
        {
            output.retain_grad();
            probed.Held = output.alias().DetachFromDisposeScope();
        }
    }
}
