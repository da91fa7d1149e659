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

    /// <summary>Begins.</summary>
    /// <param name="graph">The graph.</param>
    public GraphRewriter(OnnxGraph graph)
    {
        _graph = graph;
        _nodes = new(graph.Nodes.Count);
        _producers = new(graph.Nodes.Count);
        _outputs = [.. graph.Outputs.Select(output => output.Name)];
    }

    /// <summary>The node, reading what stands for its inputs.</summary>
    /// <param name="node">A node of the graph.</param>
    public GraphNode Resolve(GraphNode node) => node with { Inputs = Replaced(node.Inputs, _replacements) };

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
        IEnumerable<GraphNode> nodes = _names.Count == 0 ? _nodes : _nodes.Select(node => node with
        {
            Inputs = Replaced(node.Inputs, _names),
            Outputs = node.Outputs.Any(output => _names.ContainsKey(output.Name)) ? [.. node.Outputs.Select(output => output with { Name = _names.GetValueOrDefault(output.Name, output.Name) })] : node.Outputs,
        });
        return _graph with { Nodes = [.. nodes] };
    }

    private static IReadOnlyList<string> Replaced(IReadOnlyList<string> names, Dictionary<string, string> replacements)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (replacements.ContainsKey(names[i]))
            {
                return [.. names.Select(name => replacements.GetValueOrDefault(name, name))];
            }
        }

        return names;
    }
}
