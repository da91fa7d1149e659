using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>A value of a graph: an input, a constant, or what a node computes. Assigned once.</summary>
/// <param name="Name">A C identifier, unique in the graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis; empty for a scalar.</param>
public sealed record GraphValue(string Name, DataType Type, IReadOnlyList<Dimension> Shape)
{
    /// <summary>The constant that it is; null where it is computed or given.</summary>
    public GraphConstant? Constant { get; init; }

    /// <summary>Of an int64 vector or scalar that holds sizes, what it holds, so that shapes can be told from it; null otherwise.</summary>
    public IReadOnlyList<Dimension>? Contents { get; init; }

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Count;

    /// <summary>Whether every axis has a known number as its size.</summary>
    public bool IsStatic => Shape.All(axis => axis.IsStatic);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type.ToString().ToLowerInvariant()}[{string.Join(", ", Shape)}]";
}
