using System.Runtime.InteropServices;

namespace OnnxInit.Export.Graph;

/// <summary>
/// What every graph must satisfy: identifiers as names, single assignment, topological order, nothing left over,
/// operators as ONNX defines them at the graph's opset, and the types and shapes that follow from their inputs.
/// </summary>
internal static class GraphCheck
{
    /// <summary>Checks a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="mayHaveUnused">Whether nodes and constants that nothing uses are no violation, since they were not removed.</param>
    /// <exception cref="InvalidOperationException">Names every violation. It is a defect of a lowering or a pass, never of the model.</exception>
    public static void Verify(OnnxGraph graph, bool mayHaveUnused = false)
    {
        List<string> problems = [];
        Scope scope = new(problems);
        foreach (GraphValue input in graph.Inputs)
        {
            scope.Define(input);
        }

        foreach (GraphConstant constant in graph.Constants)
        {
            scope.Define(constant.Value);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            scope.Name(node);
            GraphValue?[]? inputs = scope.Read(node);
            ValueInfo?[]? results = inputs is null || node.Domain.Length > 0 ? null : NodeCheck.Infer(node, inputs, graph.Opset, problems);
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { Name.Length: > 0 } output)
                {
                    scope.Define(results?[i] is { } result ? NodeCheck.Compare(node, output, result, problems) : output);
                }
            }
        }

        foreach (GraphValue output in graph.Outputs)
        {
            scope.Give(output);
        }

        if (!mayHaveUnused)
        {
            scope.FindUnused(graph);
        }

        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"The graph is malformed, which is a defect of the exporter: {string.Join("; ", problems)}.");
        }
    }

    /// <summary>The values that are known so far, and whether they are read.</summary>
    private sealed class Scope(List<string> problems)
    {
        private readonly Dictionary<string, Entry> _values = [];
        private readonly Dictionary<string, int> _nodes = [];
        private readonly HashSet<string> _outputs = [];

        public void Define(GraphValue value)
        {
            if (!GraphNames.IsIdentifier(value.Name))
            {
                problems.Add($"'{value.Name}' is no identifier");
            }

            ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_values, value.Name, out bool exists);
            if (exists)
            {
                problems.Add($"'{value.Name}' is assigned twice");
                return;
            }

            entry.Value = value;
        }

        public void Name(GraphNode node)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, node.Name, out _);
            if (++count == 1 && !GraphNames.IsIdentifier(node.Name))
            {
                problems.Add($"the node name '{node.Name}' is no identifier");
            }
        }

        // Null where one of them is not there.
        public GraphValue?[]? Read(GraphNode node)
        {
            GraphValue?[] inputs = new GraphValue?[node.Inputs.Count];
            bool all = true;
            for (int i = 0; i < inputs.Length; i++)
            {
                string name = node.Inputs[i];
                if (name.Length > 0 && (inputs[i] = Use(name)) is null)
                {
                    problems.Add($"node '{node.Name}' reads '{name}' before it is computed");
                    all = false;
                }
            }

            return all ? inputs : null;
        }

        public void Give(GraphValue output)
        {
            if (!_outputs.Add(output.Name))
            {
                problems.Add($"the output '{output.Name}' is given twice");
            }
            else if (Use(output.Name) is not { } value)
            {
                problems.Add($"the output '{output.Name}' is computed by nothing");
            }
            else if (value.Type != output.Type || !NodeCheck.Agree(value.Shape, output.Shape))
            {
                problems.Add($"the output {output} is computed as {value}");
            }
        }

        public void FindUnused(OnnxGraph graph)
        {
            foreach (GraphConstant constant in graph.Constants)
            {
                if (!IsUsed(constant.Name))
                {
                    problems.Add($"'{constant.Name}' is used by nothing");
                }
            }

            foreach (GraphNode node in graph.Nodes)
            {
                bool used = false;
                for (int i = 0; i < node.Outputs.Count && !used; i++)
                {
                    used = IsUsed(node.Outputs[i].Name);
                }

                if (!used)
                {
                    problems.Add($"node '{node.Name}' is used by nothing");
                }
            }

            foreach ((string name, int count) in _nodes)
            {
                if (count > 1)
                {
                    problems.Add($"{count} nodes are named '{name}'");
                }
            }
        }

        private bool IsUsed(string name) => name.Length > 0 && _values.TryGetValue(name, out Entry entry) && entry.IsUsed;

        private GraphValue? Use(string name)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_values, name);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry))
            {
                return null;
            }

            entry.IsUsed = true;
            return entry.Value;
        }

        private struct Entry
        {
            public GraphValue Value;
            public bool IsUsed;
        }
    }
}
