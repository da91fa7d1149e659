using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;

namespace OnnxInit.Inference;

/// <summary>How far ONNX Runtime rewrites a graph, in words: <c>none</c>, <c>basic</c>, <c>extended</c>, <c>all</c>.</summary>
public static class OptimizationLevel
{
    private static readonly (string Spelling, GraphOptimizationLevel Level)[] Levels =
    [
        ("none", GraphOptimizationLevel.ORT_DISABLE_ALL),
        ("basic", GraphOptimizationLevel.ORT_ENABLE_BASIC),
        ("extended", GraphOptimizationLevel.ORT_ENABLE_EXTENDED),
        ("all", GraphOptimizationLevel.ORT_ENABLE_ALL),
    ];

    /// <summary>The words, from none to all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Levels.Select(level => level.Spelling)];

    /// <summary>Reads a word, in any case.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <exception cref="InvalidInputException">Something else.</exception>
    public static GraphOptimizationLevel Parse(string text) =>
        Array.Find(Levels, level => level.Spelling.Equals(text, StringComparison.OrdinalIgnoreCase)) is { Spelling: not null } found
            ? found.Level
            : throw new InvalidInputException($"The optimisation level is '{text}'; expected {string.Join(", ", Names)}.");

    /// <summary>A level as a word; ONNX Runtime's own name for one that has none here.</summary>
    /// <param name="level">The level.</param>
    public static string Spelling(GraphOptimizationLevel level) =>
        Array.Find(Levels, known => known.Level == level) is { Spelling: { } spelling } ? spelling : level.ToString();
}
