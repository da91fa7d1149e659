namespace OnnxInit.Contracts.Onnx;

/// <summary>What the nodes of one module cost together; see <see cref="ModelCost"/>.</summary>
/// <param name="Module">The dotted path of the module, empty for the model itself; null for nodes that do not say where they came from.</param>
/// <param name="Nodes">How many nodes it became.</param>
/// <param name="Parameters">Its weights.</param>
/// <param name="Flops">Twice its multiply-adds; null where it is not known for every node.</param>
public sealed record ModuleCost(string? Module, int Nodes, long Parameters, long? Flops);
