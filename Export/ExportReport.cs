namespace OnnxInit.Export;

/// <summary>What an export did.</summary>
/// <param name="Operations">The operations that were lowered, by TorchSharp's name, in order.</param>
public sealed record ExportReport(IReadOnlyList<string> Operations);
