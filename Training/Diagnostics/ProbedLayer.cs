using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>A module that a probe watches.</summary>
/// <param name="name">The dotted name.</param>
/// <param name="module">The module.</param>
/// <param name="weights">Its weights.</param>
internal sealed class ProbedLayer(string name, nn.Module module, NetworkParameter[] weights)
{
    public string Name { get; } = name;

    public string Type { get; } = module.GetType().Name;

    public NetworkParameter[] Weights { get; } = weights;

    public Tensor[] WeightTensors { get; } = [.. weights.Select(weight => weight.Value)];

    /// <summary>The flat ends of its output.</summary>
    public Saturation? Saturation { get; } = Saturation.Of(module);

    /// <summary>Calls in this forward pass.</summary>
    public int Calls { get; set; }

    /// <summary>
    /// The axis of its units: the last of a linear or recurrent layer, the second of any other, as in [N, C, H, W]; that of the layer before where there are no
    /// weights, as of the activation behind a linear layer on [N, T, F]; null for a vector.
    /// </summary>
    /// <param name="axes">Axes of the output.</param>
    /// <param name="before">The output measured before.</param>
    public int? UnitAxis(int axes, ProbedOutput? before) =>
        axes < 2 ? null
        : module is Linear or LayerNorm or Embedding or RNN or LSTM or GRU or MultiheadAttention ? axes - 1
        : Weights.Length == 0 && before?.Axes == axes ? before.UnitAxis
        : 1;
}

/// <summary>One output of one call.</summary>
internal sealed class ProbedOutput(string name, ProbedLayer layer, ScalarType type, int axes, int? unitAxis, SignalStatistics forward) : IDisposable
{
    /// <summary>The output itself, until its gradient has been read; null when it has none.</summary>
    public Tensor? Held { get; set; }

    public ProbedLayer Layer => layer;

    public int Axes => axes;

    public int? UnitAxis => unitAxis;

    public SignalStatistics? Gradient { get; set; }

    public WeightSignal? Weight { get; set; }

    public LayerSignal ToSignal() => new()
    {
        Name = name,
        Type = layer.Type,
        ElementType = type.ToString().ToLowerInvariant(),
        Forward = forward,
        Gradient = Gradient,
        Weight = Weight,
    };

    public void Dispose()
    {
        Held?.Dispose();
        Held = null;
    }
}
