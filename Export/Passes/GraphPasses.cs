using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>The passes that make a graph clean, in the order in which they run. Each is a pure function.</summary>
public static class GraphPasses
{
    /// <summary>Name and function of every pass.</summary>
    public static IReadOnlyList<(string Name, Func<OnnxGraph, OnnxGraph> Apply)> All { get; } = [];
}
