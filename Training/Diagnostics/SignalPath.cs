using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Diagnostics;

/// <summary>The weight layers that a signal passes, in its direction: forward the outputs from the input on, backward the gradients from the loss.</summary>
internal sealed class SignalPath
{
    // A step through a layer of other shape measures its shape: 100 units to 10 classes is a decade for the gradient under Kaiming fan-in.
    private const double MostUneven = 2;
    private const int FewestEven = 3;

    private readonly (LayerSignal Layer, SignalStatistics Signal, int Ordinal)[] _layers;
    private readonly bool _backward;

    private SignalPath(IEnumerable<(LayerSignal Layer, SignalStatistics Signal, int Ordinal)> layers, bool backward)
    {
        _layers = [.. WithoutSideBranches([.. layers])];
        _backward = backward;
        Usable = Array.FindIndex(_layers, layer => !IsUsable(layer.Signal)) is >= 0 and int end ? end : _layers.Length;
        (int To, bool Even, double Change)[] steps =
        [
            .. Enumerable.Range(1, Math.Max(0, Usable - 1)).Select(to => (
                to, IsEven(_layers[backward ? to - 1 : to].Layer.Weight!), _layers[to].Signal.Log10MeanSquare - _layers[to - 1].Signal.Log10MeanSquare)),
        ];
        bool enough = steps.Count(step => step.Even) >= FewestEven;
        Steps = [.. steps.Where(step => step.Even || !enough).Select(step => (step.To, step.Change))];
    }

    /// <summary>Weight layers.</summary>
    public int Count => _layers.Length;

    /// <summary>Layers up to the first that is all 0 or not all finite.</summary>
    public int Usable { get; }

    /// <summary>
    /// The change of log10 of the mean square into the layer at an index, where it can be measured. Steps through layers whose fan-in is more than
    /// twice their fan-out, or less than half, are left out where others are to be had.
    /// </summary>
    public IReadOnlyList<(int To, double Change)> Steps { get; }

    /// <summary>The signal at an index.</summary>
    public SignalStatistics this[int index] => _layers[index].Signal;

    /// <summary>The path of the outputs.</summary>
    public static SignalPath Forward(LayerSignal[] weightLayers) => new(weightLayers.Select((layer, i) => (layer, layer.Forward, i + 1)), backward: false);

    /// <summary>The path of the gradients; null if fewer than one layer in two has one.</summary>
    public static SignalPath? Backward(LayerSignal[] weightLayers)
    {
        (LayerSignal, SignalStatistics, int)[] layers = [.. weightLayers.Select((layer, i) => (layer, layer.Gradient!, i + 1)).Where(layer => layer.Item2 is not null).Reverse()];
        return layers.Length > 0 && 2 * layers.Length >= weightLayers.Length ? new(layers, backward: true) : null;
    }

    /// <summary>The ordinal from the input, from 1, of the weight layer at an index; indices outside of the path go on counting.</summary>
    public int Ordinal(int index)
    {
        int inside = Math.Clamp(index, 0, _layers.Length - 1);
        return _layers[inside].Ordinal + ((_backward ? -1 : 1) * (index - inside));
    }

    /// <summary>The name of the layer at an index.</summary>
    public string Name(int index) => _layers[index].Layer.Name;

    /// <summary>The type of the signal.</summary>
    public string ElementType => _layers[0].Layer.ElementType;

    /// <summary>
    /// Leaves out layers that are all 0 while the signal goes on behind them: the branch of a residual block that starts at nothing, as in Fixup
    /// and ReZero. Where the signal ends, nothing comes behind.
    /// </summary>
    private static IEnumerable<(LayerSignal Layer, SignalStatistics Signal, int Ordinal)> WithoutSideBranches((LayerSignal Layer, SignalStatistics Signal, int Ordinal)[] layers)
    {
        int last = Array.FindLastIndex(layers, layer => !IsZero(layer.Signal));
        return layers.Where((layer, i) => i > last || !IsZero(layer.Signal));
    }

    private static bool IsZero(SignalStatistics signal) => double.IsNegativeInfinity(signal.Log10MeanSquare) && signal.NonFinite == 0;

    private static bool IsUsable(SignalStatistics signal) => signal.NonFinite == 0 && double.IsFinite(signal.Log10MeanSquare);

    private static bool IsEven(WeightSignal weight) => weight.FanIn <= MostUneven * weight.FanOut && weight.FanOut <= MostUneven * weight.FanIn;
}
