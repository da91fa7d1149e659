using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>Leaves out nodes and constants that no output depends on.</summary>
internal static class RemoveDead
{
    /// <summary>Gives the graph without them.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        HashSet<string> used = [.. graph.Outputs.Select(output => output.Name)];
        Stack<GraphNode> nodes = new(graph.Nodes.Count);
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            GraphNode node = graph.Nodes[i];
            if (node.Outputs.Any(output => used.Contains(output.Name)))
            {
                nodes.Push(node);
                used.UnionWith(node.Inputs);
            }
        }

        return graph with { Nodes = [.. nodes], Constants = [.. graph.Constants.Where(constant => used.Contains(constant.Name))] };
    }
}
