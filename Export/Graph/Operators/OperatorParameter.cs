namespace OnnxInit.Export.Graph.Operators;

/// <summary>An input or output of an operator.</summary>
/// <param name="Name">Its name in ONNX.</param>
/// <param name="TypeVariable">The index of the type variable that it shares with others.</param>
/// <param name="Kind">How often it occurs.</param>
internal sealed record OperatorParameter(string Name, int TypeVariable, ParameterKind Kind);
