using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>
/// Goes through a graph from its first node to its last while values are replaced by others that are equal. The graph's outputs keep
/// their names: where such a value is replaced, the one in its place takes the name.
/// </summary>
internal sealed class GraphRewriter
{
    private readonly OnnxGraph _graph;
    private readonly List<GraphNode> _nodes;
    private readonly Dictionary<string, string> _replacements = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, int> _producers;
    private readonly HashSet<string> _outputs;
    private readonly Dictionary<string, GraphValue> _inputs;
    private readonly Dictionary<string, GraphConstant> _constants;

    /// <summary>Begins.</summary>
    /// <param name="graph">The graph.</param>
    public GraphRewriter(OnnxGraph graph)
    {
        _graph = graph;
        _nodes = new(graph.Nodes.Count);
        _producers = new(graph.Nodes.Count);
        _outputs = [.. graph.Outputs.Select(output => output.Name)];
        _inputs = graph.Inputs.ToDictionary(input => input.Name);
        _constants = new(graph.Constants.Count);
        foreach (GraphConstant constant in graph.Constants)
        {
            _constants.Add(constant.Name, constant);
        }
    }

    /// <summary>The node, reading what stands for its inputs.</summary>
    /// <param name="node">A node of the graph.</param>
    public GraphNode Resolve(GraphNode node)
    {
        IReadOnlyList<string> inputs = Replaced(node.Inputs, _replacements);
        return ReferenceEquals(inputs, node.Inputs) ? node : node with { Inputs = inputs };
    }

    /// <summary>Adds a node.</summary>
    /// <param name="node">The node.</param>
    public void Add(GraphNode node)
    {
        foreach (GraphValue output in node.Outputs)
        {
            _producers[output.Name] = _nodes.Count;
        }

        _nodes.Add(node);
    }

    /// <summary>The node that computes a value; null where none does.</summary>
    /// <param name="value">The value's name.</param>
    public GraphNode? Producer(string value) => _producers.TryGetValue(value, out int node) ? _nodes[node] : null;

    /// <summary>A value that has been added, an input or a constant; null where there is none of the name.</summary>
    /// <param name="name">Its name.</param>
    public GraphValue? Find(string name)
    {
        if (_producers.TryGetValue(name, out int node))
        {
            IReadOnlyList<GraphValue> outputs = _nodes[node].Outputs;
            return outputs.Count == 1 ? outputs[0] : outputs.First(output => output.Name == name);
        }

        return _inputs.TryGetValue(name, out GraphValue? input) ? input : _constants.GetValueOrDefault(name)?.Value;
    }

    /// <summary>Lets one value stand for another. It cannot where the other is an output of the graph and the one is an output itself, an input or a constant.</summary>
    /// <param name="value">The value that is no longer computed.</param>
    /// <param name="by">The equal one.</param>
    public bool TryReplace(string value, string by)
    {
        if (_outputs.Contains(value))
        {
            if (_outputs.Contains(by) || !_producers.ContainsKey(by) || !_names.TryAdd(by, value))
            {
                return false;
            }
        }

        _replacements.Add(value, by);
        return true;
    }

    /// <summary>The graph with the nodes that were added.</summary>
    public OnnxGraph Build()
    {
        return _graph with { Nodes = _names.Count == 0 ? _nodes : [.. _nodes.Select(Named)] };
    }

    private GraphNode Named(GraphNode node)
    {
        IReadOnlyList<string> inputs = Replaced(node.Inputs, _names);
        bool isNamed = node.Outputs.Any(output => _names.ContainsKey(output.Name));
        return ReferenceEquals(inputs, node.Inputs) && !isNamed ? node : node with
        {
            Inputs = inputs,
            Outputs = isNamed ? [.. node.Outputs.Select(output => output with { Name = _names.GetValueOrDefault(output.Name, output.Name) })] : node.Outputs,
        };
    }

    private static IReadOnlyList<string> Replaced(IReadOnlyList<string> names, Dictionary<string, string> replacements)
    {
        for (int i = 0; i < names.Count && replacements.Count > 0; i++)
        {
            if (replacements.ContainsKey(names[i]))
            {
                return [.. names.Select(name => replacements.GetValueOrDefault(name, name))];
            }
        }

        return names;
    }
}
