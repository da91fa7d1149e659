using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Localization;

/// <summary>Which nodes compute which values of a graph.</summary>
internal sealed class ValueGraph
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, int> _producers = [];
    private readonly string[][] _reads;

    /// <summary>Reads a graph.</summary>
    /// <param name="graph">The graph.</param>
    public ValueGraph(GraphProto graph)
    {
        _graph = graph;
        _reads = [.. graph.Node.Select(node => Reads(node).ToArray())];
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (string output in graph.Node[i].Output.Where(output => output.Length > 0))
            {
                _producers.TryAdd(output, i);
            }
        }
    }

    /// <summary>Whether a node computes a value.</summary>
    /// <param name="value">The value's name.</param>
    public bool Has(string value) => _producers.ContainsKey(value);

    /// <summary>The node that computes a value.</summary>
    /// <param name="value">A value of the graph.</param>
    public NodeProto Producer(string value) => _graph.Node[_producers[value]];

    /// <summary>The nodes, by number and in their order, that compute a value from others that are known, and the known ones that they read.</summary>
    /// <param name="value">A value of the graph.</param>
    /// <param name="known">The known values.</param>
    public (SortedSet<int> Nodes, IReadOnlyList<string> Inputs) Between(IReadOnlySet<string> known, string value)
    {
        SortedSet<int> nodes = [];
        List<string> inputs = [];
        Stack<int> open = new([_producers[value]]);
        while (open.TryPop(out int node))
        {
            if (!nodes.Add(node))
            {
                continue;
            }

            foreach (string input in _reads[node])
            {
                if (known.Contains(input))
                {
                    inputs.Add(input);
                }
                else if (_producers.TryGetValue(input, out int before))
                {
                    open.Push(before);
                }
            }
        }

        return (nodes, inputs);
    }

    /// <summary>What a node reads, with what the bodies of loops and branches read from outside.</summary>
    /// <param name="node">The node.</param>
    public static IEnumerable<string> Reads(NodeProto node) =>
        node.Input.Concat(node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G)).SelectMany(body => body.Node).SelectMany(Reads));
}
