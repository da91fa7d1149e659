using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Initialization;

/// <summary>What a parameter was given.</summary>
/// <param name="Parameter">Its dotted name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Initializer">The initializer with its numbers, as text.</param>
public sealed record AppliedInitialization(string Parameter, IReadOnlyList<long> Shape, string Initializer)
{
    /// <summary>Groups parameters by the initializer's text, in the order of the first of each.</summary>
    /// <param name="applied">What <see cref="Initialization.Initializer.Apply"/> returned.</param>
    public static IReadOnlyList<InitializationSummary> Summarize(IEnumerable<AppliedInitialization> applied) =>
    [
        .. applied.GroupBy(parameter => parameter.Initializer, StringComparer.Ordinal).Select(alike => new InitializationSummary(
            alike.Key,
            alike.Count(),
            alike.Sum(parameter => parameter.Shape.Aggregate(1L, (product, axis) => product * axis)),
            alike.First().Parameter,
            alike.Last().Parameter)),
    ];
}
