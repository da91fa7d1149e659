namespace OnnxInit.Export.Graph.Operators;

/// <summary>The shape of one of an operator's results; null where its number of axes is known at run time only.</summary>
/// <param name="call">The inputs and attributes.</param>
/// <param name="output">Which result.</param>
internal delegate IReadOnlyList<Dimension>? ShapeRule(OperatorCall call, int output);
