using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>Reads the attributes of nodes.</summary>
internal static class NodeAttributes
{
    /// <summary>No attributes.</summary>
    public static readonly IReadOnlyDictionary<string, object> None = new Dictionary<string, object>();

    /// <summary>An integer.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="otherwise">Its default.</param>
    public static long Integer(this GraphNode node, string name, long otherwise = 0) => node.Attributes.TryGetValue(name, out object? value) ? (long)value : otherwise;

    /// <summary>A number.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="otherwise">Its default.</param>
    public static float Number(this GraphNode node, string name, float otherwise) => node.Attributes.TryGetValue(name, out object? value) ? (float)value : otherwise;

    /// <summary>A list of integers; null where it is absent.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The attribute.</param>
    public static long[]? Integers(this GraphNode node, string name) => node.Attributes.TryGetValue(name, out object? value) ? (long[])value : null;

    /// <summary>Whether the operator is ONNX's own and one of those named.</summary>
    /// <param name="node">The node.</param>
    /// <param name="opTypes">The operators.</param>
    public static bool Is(this GraphNode node, params ReadOnlySpan<string> opTypes) => node.Domain.Length == 0 && opTypes.Contains(node.OpType);
}
