using OnnxInit.Contracts;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>One pass of <see cref="Lsuv"/> through a network whose weights are orthonormal already.</summary>
internal sealed class LsuvPass
{
    private readonly NetworkParameters _network;
    private readonly Lsuv _options;
    private readonly Dictionary<nn.Module, Layer> _layers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<nn.Module> _scaled = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds the layers.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">When a layer is done.</param>
    public LsuvPass(NetworkParameters network, Lsuv options)
    {
        _network = network;
        _options = options;
        ILookup<nn.Module, NetworkParameter> weights = network.Weights.ToLookup(weight => weight.Owner, (IEqualityComparer<nn.Module>)ReferenceEqualityComparer.Instance);
        foreach ((string name, nn.Module part) in network.Modules)
        {
            if (part is nn.Module<Tensor, Tensor> layer && weights.Contains(part))
            {
                _layers.Add(part, new(name, layer, [.. weights[part]]));
            }
        }
    }

    /// <summary>Scales the layers of a module, in the order in which they run.</summary>
    /// <param name="module">The network, or a part of it.</param>
    /// <param name="input">What reaches it when all layers before it are scaled.</param>
    /// <returns>Its output.</returns>
    public Tensor Run(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        if (module.GetType() == typeof(Sequential))
        {
            return Walk(module.children().Cast<nn.Module<Tensor, Tensor>>(), input);
        }

        Layer[] layers = [.. Within(module).Where(part => _layers.ContainsKey(part) && !_scaled.Contains(part)).Select(part => _layers[part])];
        return layers switch
        {
            [] => module.call(input),
            [Layer layer] when ReferenceEquals(layer.Module, module) => ScaleHere(layer, input),
            _ => ScaleByRunningAgain(module, layers, input),
        };
    }

    private static IEnumerable<nn.Module> Within(nn.Module module) => module.named_modules().Select(part => part.module).Prepend(module).Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>();

    private Tensor Walk(IEnumerable<nn.Module<Tensor, Tensor>> children, Tensor input)
    {
        Tensor signal = input;
        foreach (nn.Module<Tensor, Tensor> child in children)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor next = Run(child, signal);
            if (ReferenceEquals(next, signal))
            {
                continue;
            }

            next.MoveToOuterDisposeScope();
            if (!ReferenceEquals(signal, input))
            {
                signal.Dispose();
            }

            signal = next;
        }

        return signal;
    }

    private Tensor ScaleHere(Layer layer, Tensor input)
    {
        Tensor? output = null;
        Scale(layer, () =>
        {
            output?.Dispose();
            output = layer.Module.call(input);
            return Variance(output);
        });
        return output!;
    }

    private Tensor ScaleByRunningAgain(nn.Module<Tensor, Tensor> module, Layer[] layers, Tensor input)
    {
        foreach (Layer layer in OrderOfCalls(module, layers, input))
        {
            Scale(layer, () =>
            {
                double? variance = null;
                RunWatching(module, [layer], input, (_, output) => variance ??= Variance(output));
                return variance ?? throw new InvalidInputException($"LSUV cannot scale layer '{layer.Name}': the forward pass reaches it in some runs only.");
            });
        }

        return module.call(input);
    }

    private static List<Layer> OrderOfCalls(nn.Module<Tensor, Tensor> module, Layer[] layers, Tensor input)
    {
        List<Layer> order = [];
        RunWatching(module, layers, input, (layer, _) =>
        {
            if (!order.Contains(layer))
            {
                order.Add(layer);
            }
        });
        return order;
    }

    private static void RunWatching(nn.Module<Tensor, Tensor> module, Layer[] layers, Tensor input, Action<Layer, Tensor> watch)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.HookableModule<Func<nn.Module<Tensor, Tensor>, Tensor, Tensor>, Func<nn.Module<Tensor, Tensor>, Tensor, Tensor, Tensor>>.HookRemover[] hooks =
        [
            .. layers.Select(layer => layer.Module.register_forward_hook((_, _, output) =>
            {
                watch(layer, output);
                return null!;
            })),
        ];
        try
        {
            // A copy, since the module may work in place.
            module.call(input.clone());
        }
        finally
        {
            Array.ForEach(hooks, hook => hook.remove());
        }
    }

    private void Scale(Layer layer, Func<double> measure)
    {
        _scaled.Add(layer.Module);
        double variance = measure();
        for (int iteration = 0; iteration < _options.MaxIterations && !IsDone(layer, variance); iteration++)
        {
            foreach (NetworkParameter weight in layer.Weights)
            {
                // A layer with several weights in a row multiplies their factors.
                using Scalar factor = Math.Pow(variance, -0.5 / layer.Weights.Length).ToScalar(); // named, so that libtorch reads it before it is finalized
                weight.Value.mul_(factor);
            }

            variance = measure();
        }

        string text = IsDone(layer, variance) ? _options.ToString() : $"{_options}, not reached: variance {variance:G4}";
        Array.ForEach(layer.Weights, weight => _network.Record(weight, text));
    }

    private bool IsDone(Layer layer, double variance) => variance > 0 && double.IsFinite(variance)
        ? Math.Abs(variance - 1) <= _options.Tolerance
        : throw new InvalidInputException(
            $"LSUV cannot scale layer '{layer.Name}': the variance of its output on the batch is {variance}; expected a finite number above 0. Check the batch, and what comes before the layer.");

    private static double Variance(Tensor output)
    {
        // Not var: TorchSharp's ignores what it is told of the bias.
        using DisposeScope scope = NewDisposeScope();
        double deviation = output.to(ScalarType.Float64).std(unbiased: false).item<double>();
        return deviation * deviation;
    }

    private sealed record Layer(string Name, nn.Module<Tensor, Tensor> Module, NetworkParameter[] Weights);
}
