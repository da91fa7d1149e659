using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Contracts.Runs;

/// <summary>TorchSharp's numbers for one value inside an exported model.</summary>
/// <param name="Tensor">The numbers, under the value's name in the graph.</param>
/// <param name="Node">The name of the node that computes the value in the model.</param>
/// <param name="Operator">The node's operator, such as <c>Gemm</c>.</param>
/// <param name="Origin">The module and the source line that the node came from.</param>
public sealed record ReferenceIntermediate(OnnxTensor Tensor, string Node, string Operator, NodeOrigin Origin);
