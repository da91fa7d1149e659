using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Contracts.Onnx;

/// <summary>A tensor as it goes into and comes out of a model.</summary>
/// <param name="Name">The name of the input or output.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis; empty for a scalar.</param>
/// <param name="Data">The elements, row by row, little-endian.</param>
public sealed record OnnxTensor(string Name, DataType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data);
