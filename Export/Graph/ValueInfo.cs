using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>What is known of a value before it is computed.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis.</param>
/// <param name="Contents">Of an int64 vector or scalar that holds sizes, what it holds; null otherwise.</param>
public sealed record ValueInfo(DataType Type, IReadOnlyList<Dimension> Shape, IReadOnlyList<Dimension>? Contents = null);
