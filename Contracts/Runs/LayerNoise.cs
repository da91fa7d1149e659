namespace OnnxInit.Contracts.Runs;

/// <summary>How far a value inside a smaller model is from the same value in float32.</summary>
/// <param name="Value">Its name in the graph.</param>
/// <param name="Operator">The operator that gives it.</param>
/// <param name="Place">The module, and the source line where known; empty where the model does not say.</param>
/// <param name="SignalToNoiseDecibels">10 log10(sum(a^2) / sum((a - b)^2)), in decibels; null for identical values, and where that is not finite.</param>
public sealed record LayerNoise(string Value, string Operator, string Place, double? SignalToNoiseDecibels);
