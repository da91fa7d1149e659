namespace OnnxInit.Training.Initialization;

/// <summary>What was initialised alike: so ten thousand layers make a few lines.</summary>
/// <param name="Initializer">The initializer with its numbers, as text.</param>
/// <param name="Parameters">How many parameters were given it.</param>
/// <param name="Values">Their entries together.</param>
/// <param name="First">The name of the first, in the order of registration.</param>
/// <param name="Last">The name of the last.</param>
public sealed record InitializationSummary(string Initializer, int Parameters, long Values, string First, string Last)
{
    /// <summary>Groups what was applied by the initializer's text, in the order of the first parameter of each.</summary>
    /// <param name="applied">What <see cref="Initialization.Initializer.Apply"/> returned.</param>
    public static IReadOnlyList<InitializationSummary> Of(IEnumerable<AppliedInitialization> applied) =>
    [
        .. applied.GroupBy(parameter => parameter.Initializer, StringComparer.Ordinal).Select(alike => new InitializationSummary(
            alike.Key,
            alike.Count(),
            alike.Sum(parameter => parameter.Shape.Aggregate(1L, (product, axis) => product * axis)),
            alike.First().Parameter,
            alike.Last().Parameter)),
    ];
}
