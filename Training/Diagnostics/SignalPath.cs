using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Diagnostics;

/// <summary>The weight layers that a signal passes, in its direction: forward the outputs from the input on, backward the gradients from the loss.</summary>
internal sealed class SignalPath
{
    // A step through a layer of other shape measures its shape: 100 units to 10 classes is a decade for the gradient under Kaiming fan-in.
    private const double MostUneven = 2;
    private const int FewestEven = 3;

    private readonly (LayerSignal Layer, SignalStatistics Signal)[] _layers;
    private readonly bool _backward;
    private readonly int _depth;

    private SignalPath((LayerSignal Layer, SignalStatistics Signal)[] layers, bool backward, int depth)
    {
        _layers = layers;
        _backward = backward;
        _depth = depth;
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
    public static SignalPath Forward(LayerSignal[] weightLayers) => new([.. weightLayers.Select(layer => (layer, layer.Forward))], backward: false, weightLayers.Length);

    /// <summary>The path of the gradients; null if fewer than one layer in two has one.</summary>
    public static SignalPath? Backward(LayerSignal[] weightLayers)
    {
        (LayerSignal, SignalStatistics)[] layers = [.. weightLayers.Where(layer => layer.Gradient is not null).Reverse().Select(layer => (layer, layer.Gradient!))];
        return layers.Length > 0 && layers.Length == weightLayers.Length ? new(layers, backward: true, weightLayers.Length) : null;
    }

    /// <summary>The ordinal from the input, from 1, of the layer at an index; indices outside of the network go on counting.</summary>
    public int Ordinal(int index) => _backward ? _depth - index : index + 1;

    /// <summary>The name of the layer at an index.</summary>
    public string Name(int index) => _layers[index].Layer.Name;

    /// <summary>The type of the signal.</summary>
    public string ElementType => _layers[0].Layer.ElementType;

    private static bool IsUsable(SignalStatistics signal) => signal.NonFinite == 0 && double.IsFinite(signal.Log10MeanSquare);

    private static bool IsEven(WeightSignal weight) => weight.FanIn <= MostUneven * weight.FanOut && weight.FanOut <= MostUneven * weight.FanIn;
}
