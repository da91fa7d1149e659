namespace OnnxInit.Contracts.Runs;

/// <summary>What went through a network in one step, layer by layer.</summary>
/// <param name="Step">Optimisation steps done before it.</param>
/// <param name="Layers">In the order in which they ran.</param>
/// <param name="NotSeen">Layers that the forward pass did not call, or whose calls cannot be watched, by name.</param>
public sealed record SignalRecord(long Step, IReadOnlyList<LayerSignal> Layers, IReadOnlyList<string> NotSeen);
