using System.Runtime.InteropServices;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>A constant of a graph: a weight, a statistic, a shape.</summary>
/// <param name="Name">A C identifier, unique in the graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis; empty for a scalar.</param>
/// <param name="Data">The elements, row by row, little-endian.</param>
public sealed record GraphConstant(string Name, DataType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>A float32 constant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its elements.</param>
    public static GraphConstant Of(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, DataType.Float, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An int64 vector.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its elements.</param>
    public static GraphConstant Of(string name, ReadOnlySpan<long> values) =>
        new(name, DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements of a float32 constant.</summary>
    public ReadOnlySpan<float> Floats => Type == DataType.Float
        ? MemoryMarshal.Cast<byte, float>(Data.Span)
        : throw new InvalidOperationException($"The constant '{Name}' is {Type}, not float32.");
}
