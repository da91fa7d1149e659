using OnnxInit.Contracts;
using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>The passes that make a graph clean, in the order in which they run. Each is a pure function, linear in the graph.</summary>
public static class GraphPasses
{
    private const string FoldingConstants = "fold-constants";

    /// <summary>Name and function of every pass.</summary>
    public static IReadOnlyList<(string Name, Func<OnnxGraph, OnnxGraph> Apply)> All { get; } =
    [
        (FoldingConstants, FoldConstants.Apply),
        ("simplify", Simplify.Apply),
        ("merge-duplicate-constants", MergeDuplicateConstants.Apply),
        ("merge-duplicate-nodes", MergeDuplicateNodes.Apply),
        ("remove-dead", RemoveDead.Apply),
        ("order-constants", OrderConstants.Apply),
    ];

    /// <summary>The passes that an export runs, in order.</summary>
    /// <param name="options">Says which are skipped.</param>
    /// <exception cref="InvalidInputException">A name is none of a pass.</exception>
    public static IEnumerable<(string Name, Func<OnnxGraph, OnnxGraph> Apply)> Of(ExportOptions options)
    {
        string[] unknown = [.. options.SkippedPasses.Except(All.Select(pass => pass.Name))];
        return unknown.Length > 0
            ? throw new InvalidInputException($"There is no graph pass '{string.Join("' and no '", unknown)}' to skip; the passes are {string.Join(", ", All.Select(pass => pass.Name))}.")
            : All.Where(pass => !options.SkippedPasses.Contains(pass.Name) && (options.FoldConstants || pass.Name != FoldingConstants));
    }
}
