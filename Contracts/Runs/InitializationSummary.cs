namespace OnnxInit.Contracts.Runs;

/// <summary>Parameters that were initialised alike: so ten thousand layers make a few lines.</summary>
/// <param name="Initializer">The initializer with its numbers, as text.</param>
/// <param name="Parameters">How many parameters were given it.</param>
/// <param name="Values">Their entries together.</param>
/// <param name="First">The name of the first, in the order of registration.</param>
/// <param name="Last">The name of the last.</param>
public sealed record InitializationSummary(string Initializer, int Parameters, long Values, string First, string Last);
