using System.Runtime.InteropServices;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>A constant of a graph: a weight, a statistic, a shape.</summary>
/// <param name="Name">A C identifier, unique in the graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis; empty for a scalar.</param>
/// <param name="Data">The elements.</param>
public sealed record GraphConstant(string Name, DataType Type, IReadOnlyList<long> Shape, ConstantData Data)
{
    /// <summary>How many elements there are.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The constant as an operand of nodes.</summary>
    public GraphValue Value => new(Name, Type, [.. Shape.Select(size => (Dimension)size)]) { Constant = this };

    /// <summary>The elements of a float32 constant.</summary>
    public ReadOnlySpan<float> Floats => Elements<float>(DataType.Float);

    /// <summary>The elements of an int64 constant.</summary>
    public ReadOnlySpan<long> Integers => Elements<long>(DataType.Int64);

    /// <summary>A float32 constant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its elements.</param>
    public static GraphConstant Of(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, DataType.Float, shape, ConstantData.Of(new ReadOnlyMemory<byte>(MemoryMarshal.AsBytes(values).ToArray())));

    /// <summary>An int64 vector.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its elements.</param>
    public static GraphConstant Of(string name, ReadOnlySpan<long> values) =>
        new(name, DataType.Int64, [values.Length], ConstantData.Of(new ReadOnlyMemory<byte>(MemoryMarshal.AsBytes(values).ToArray())));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    private ReadOnlySpan<T> Elements<T>(DataType type)
        where T : unmanaged => Type == type
            ? MemoryMarshal.Cast<byte, T>(Data.Memory.Span)
            : throw new InvalidOperationException($"The constant '{Name}' is {Type}, not {type}.");
}
