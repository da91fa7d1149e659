namespace OnnxInit.Export.Graph;

/// <summary>Changes names in a graph.</summary>
internal static class GraphNames
{
    /// <summary>Calls the output something else, where it is computed and where it is read.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The new name; not yet in use.</param>
    public static OnnxGraph RenameOutput(OnnxGraph graph, string name)
    {
        string old = graph.Output;
        return graph with
        {
            Output = name,
            Nodes = [.. graph.Nodes.Select(node => node with
            {
                Inputs = [.. node.Inputs.Select(input => input == old ? name : input)],
                Output = node.Output.Name == old ? node.Output with { Name = name } : node.Output,
            })],
        };
    }
}
