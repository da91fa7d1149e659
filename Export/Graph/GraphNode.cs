namespace OnnxInit.Export.Graph;

/// <summary>One operation.</summary>
/// <param name="OpType">The operator's name in ONNX, such as <c>Gemm</c>.</param>
/// <param name="Name">The path of the module and the operation that it came from, made an identifier; unique in the graph.</param>
/// <param name="Inputs">Names of values and constants; "" leaves an optional one out.</param>
/// <param name="Outputs">The values that it computes; an optional one that is left out has the name "".</param>
/// <param name="Attributes">By name: <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, <c>long[]</c>, <c>float[]</c> or <c>string[]</c>.</param>
/// <param name="Origin">Where it came from.</param>
public sealed record GraphNode(
    string OpType, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<GraphValue> Outputs, IReadOnlyDictionary<string, object> Attributes, Origin Origin)
{
    /// <summary>The operator set that the operator is of; "" is the ONNX standard's own.</summary>
    public string Domain { get; init; } = string.Empty;

    /// <summary>The only value that it computes.</summary>
    public GraphValue Output => Outputs.Single();
}
