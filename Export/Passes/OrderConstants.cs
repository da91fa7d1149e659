using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>Puts constants into the order in which nodes first read them; those that none reads come last.</summary>
internal static class OrderConstants
{
    /// <summary>Gives the graph in that order.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        Dictionary<string, GraphConstant> waiting = graph.Constants.ToDictionary(constant => constant.Name);
        List<GraphConstant> ordered = new(graph.Constants.Count);
        foreach (string input in graph.Nodes.SelectMany(node => node.Inputs))
        {
            if (waiting.Remove(input, out GraphConstant? constant))
            {
                ordered.Add(constant);
            }
        }

        return graph with { Constants = [.. ordered, .. graph.Constants.Where(constant => waiting.ContainsKey(constant.Name))] };
    }
}
