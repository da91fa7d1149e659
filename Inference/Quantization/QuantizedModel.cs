using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Quantization;

/// <summary>A model made smaller, not written yet.</summary>
/// <param name="Model">The model.</param>
/// <param name="LayersInFloat">Nodes with weights that stay in float32, in the graph's order: by choice, or since there is no kernel.</param>
/// <param name="FoldedBatchNorms">How many BatchNormalization nodes were folded into the layers before them.</param>
/// <param name="UnderflowingWeights">Weights that are not 0 and become 0 in float16; 0 for int8.</param>
/// <param name="UnderflowingActivations">The same for activations, on the images that were given.</param>
public sealed record QuantizedModel(ModelProto Model, IReadOnlyList<string> LayersInFloat, int FoldedBatchNorms, long UnderflowingWeights, long UnderflowingActivations);
