namespace OnnxInit.Export.Graph;

/// <summary>What every graph must obey before it is written: names that are identifiers, single assignment, topological order, no orphans.</summary>
internal static class GraphCheck
{
    /// <summary>Checks a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <exception cref="InvalidOperationException">Names every violation. It is a defect of a translator or a pass, never of the model.</exception>
    public static void Verify(OnnxGraph graph)
    {
        List<string> problems = [];
        HashSet<string> known = [];
        foreach (GraphValue input in graph.Inputs)
        {
            Define(input.Name);
        }

        foreach (GraphConstant constant in graph.Constants)
        {
            Define(constant.Name);
        }

        HashSet<string> used = [.. graph.Outputs.Select(output => output.Name)];
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (string input in node.Inputs.Where(input => input.Length > 0))
            {
                used.Add(input);
                if (!known.Contains(input))
                {
                    problems.Add($"node '{node.Name}' reads '{input}' before it is computed");
                }
            }

            foreach (GraphValue output in node.Outputs.Where(output => output.Name.Length > 0))
            {
                Define(output.Name);
            }
        }

        problems.AddRange(graph.Nodes.GroupBy(node => node.Name).Where(group => group.Count() > 1).Select(group => $"{group.Count()} nodes are named '{group.Key}'"));
        problems.AddRange(graph.Outputs.Where(output => !known.Contains(output.Name)).Select(output => $"the output '{output.Name}' is computed by nothing"));

        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"The graph is malformed, which is a defect of the exporter: {string.Join("; ", problems)}.");
        }

        void Define(string name)
        {
            if (!GraphNames.IsIdentifier(name))
            {
                problems.Add($"'{name}' is no identifier");
            }

            if (!known.Add(name))
            {
                problems.Add($"'{name}' is assigned twice");
            }
        }
    }
}
