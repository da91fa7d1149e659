using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference;

/// <summary>A value inside a graph, as ONNX Runtime infers it.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis, -1 where it is free.</param>
public sealed record IntermediateValue(string Name, TensorProto.Types.DataType Type, IReadOnlyList<long> Shape);
