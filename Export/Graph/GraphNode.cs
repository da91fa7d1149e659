namespace OnnxInit.Export.Graph;

/// <summary>One operation.</summary>
/// <param name="OpType">The operator's name in ONNX, such as <c>Gemm</c>.</param>
/// <param name="Name">The dotted path of the module that it came from, made an identifier; unique in the graph.</param>
/// <param name="Inputs">Names of values and constants; "" leaves an optional one out.</param>
/// <param name="Output">The value that it computes.</param>
/// <param name="Attributes">By name: <see cref="long"/>, <see cref="float"/>, <see cref="string"/> or <c>long[]</c>.</param>
/// <param name="Source">The module's path and type, for people who read the graph.</param>
public sealed record GraphNode(
    string OpType, string Name, IReadOnlyList<string> Inputs, GraphValue Output, IReadOnlyDictionary<string, object> Attributes, string Source);
