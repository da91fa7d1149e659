namespace OnnxInit.Contracts.Runs;

/// <summary>A node that computes a known value by another operator than the one that was exported.</summary>
/// <param name="Node">The node, as the model has it.</param>
/// <param name="Exported">The operator that was exported.</param>
public sealed record ChangedOperator(LocalizedNode Node, string Exported);
