using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>A value of a graph: an input, or what a node computes. Assigned once.</summary>
/// <param name="Name">A C identifier, unique in the graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of every axis.</param>
public sealed record GraphValue(string Name, DataType Type, IReadOnlyList<Dimension> Shape)
{
    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Count;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type.ToString().ToLowerInvariant()}[{string.Join(", ", Shape)}]";
}
