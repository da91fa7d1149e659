namespace OnnxInit.Contracts.Onnx;

/// <summary>What one node of a model costs; see <see cref="ModelCost"/>.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Operator">Its operator, such as <c>Conv</c>.</param>
/// <param name="Module">The dotted path of the module that it came from, empty for the model itself; null where the file does not say.</param>
/// <param name="Parameters">The weights that it is the first to read.</param>
/// <param name="Flops">Twice its multiply-adds, 0 for an operator that is not counted; null where a shape is unknown or its operator is of another domain, or holds a graph.</param>
/// <param name="OutputElements">The elements that it computes; null where a shape is unknown.</param>
public sealed record NodeCost(string Name, string Operator, string? Module, long Parameters, long? Flops, long? OutputElements);
