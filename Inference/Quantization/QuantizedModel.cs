using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Quantization;

/// <summary>A model made smaller, not written yet.</summary>
/// <param name="Model">The model.</param>
public sealed record QuantizedModel(ModelProto Model)
{
    /// <summary>Values of the float32 model that have another name here: where their integers were turned back into numbers.</summary>
    public IReadOnlyDictionary<string, string> Renamed { get; init; } = new Dictionary<string, string>();

    /// <summary>Nodes with weights that stay in float32, in the graph's order: by choice, or since there is no kernel for them.</summary>
    public IReadOnlyList<string> LayersInFloat { get; init; } = [];

    /// <summary>How many BatchNormalization nodes were folded into the layers before them.</summary>
    public int FoldedBatchNorms { get; init; }

    /// <summary>Weights that are not 0 and became 0 in float16.</summary>
    public long UnderflowingWeights { get; init; }

    /// <summary>The same for activations, on the inputs that were given.</summary>
    public long UnderflowingActivations { get; init; }
}
