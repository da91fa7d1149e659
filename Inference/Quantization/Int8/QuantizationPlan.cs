using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization.Int8;

/// <summary>What of a graph becomes integers: decided before anything is measured or written.</summary>
/// <remarks>
/// Layers with weights always do, and what lies between two of them where it has an integer kernel; what leads from an input to the first
/// layer (a normalisation of pixels) or from the last one to an output stays in float32, since 8 bits there cost precision and buy nothing.
/// </remarks>
internal sealed class QuantizationPlan
{
    private readonly ModelGraph _graph;
    private readonly IReadOnlyDictionary<string, DataType> _types;
    private readonly ILookup<string, NodeProto> _readers;
    private readonly HashSet<string> _possible = [];
    private readonly Dictionary<string, NodeProto> _limiters = [];

    private QuantizationPlan(ModelGraph graph, IReadOnlyDictionary<string, DataType> types, Int8Options options)
    {
        _graph = graph;
        _types = types;
        _readers = graph.Nodes.SelectMany(node => node.Input.Select(name => (name, node))).ToLookup(pair => pair.name, pair => pair.node);
        List<NodeProto> layers = [.. graph.Nodes.Where(node => Int8Operators.IsLayer(graph, node) && types.GetValueOrDefault(node.Input[0]) == DataType.Float)];
        LayersWithWeights = layers.Count;
        Layers = [.. layers.Skip(options.KeepFirstFloat ? 1 : 0).SkipLast(options.KeepLastFloat ? 1 : 0)];
        FindPossible();
        FindWanted();
        FindRoots();
    }

    /// <summary>Nodes with weights that could become integers, those that the options keep included.</summary>
    public int LayersWithWeights { get; }

    /// <summary>Nodes with weights that become integers.</summary>
    public HashSet<NodeProto> Layers { get; }

    /// <summary>All nodes that become integers.</summary>
    public HashSet<NodeProto> Nodes { get; } = [];

    /// <summary>The activations that become integers.</summary>
    public HashSet<string> Activations { get; } = [];

    /// <summary>Relu and Clip nodes that go, since their input's integers saturate at their limits.</summary>
    public IReadOnlySet<NodeProto> Removed { get; private set; } = new HashSet<NodeProto>();

    /// <summary>Plans.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="types">The element types of its values.</param>
    /// <param name="options">Which layers stay in float32.</param>
    public static QuantizationPlan Of(ModelGraph graph, IReadOnlyDictionary<string, DataType> types, Int8Options options) => new(graph, types, options);

    /// <summary>For every activation, the one whose scale and zero point it has: itself, or the one that a chain of movers began with.</summary>
    public Dictionary<string, string> Roots { get; } = [];

    /// <summary>The value that a node gives once the limiter behind it is gone.</summary>
    public string Result(NodeProto node) => _limiters.TryGetValue(node.Output[0], out NodeProto? limiter) && Removed.Contains(limiter) ? limiter.Output[0] : node.Output[0];

    // Forwards: the values that could be integers, since what they come from could.
    private void FindPossible()
    {
        foreach (NodeProto node in _graph.Nodes)
        {
            if (Layers.Contains(node) || ((Int8Operators.IsMover(node) || Int8Operators.HasKernel(node)) && Int8Operators.Operands(node).All(IsPossible) && Int8Operators.Operands(node).Any(_possible.Contains)))
            {
                string output = node.Output[0];
                _possible.Add(output);
                if (!Int8Operators.IsMover(node) && OnlyReader(output) is { } limiter && Int8Operators.IsLimiter(_graph, limiter))
                {
                    _limiters[output] = limiter;
                    _possible.Add(limiter.Output[0]);
                }
            }
        }

        bool IsPossible(string name) => _possible.Contains(name) || (_graph.Constants.TryGetValue(name, out TensorProto? constant) && constant.DataType == (int)DataType.Float);
    }

    // Backwards: of these the ones that somebody reads as integers.
    private void FindWanted()
    {
        HashSet<NodeProto> limiters = [.. _limiters.Values];
        HashSet<NodeProto> removed = [];
        foreach (NodeProto node in Enumerable.Reverse(_graph.Nodes))
        {
            if (!_possible.Contains(node.Output[0]) || limiters.Contains(node))
            {
                continue;
            }

            NodeProto? limiter = _limiters.GetValueOrDefault(node.Output[0]);
            string result = limiter?.Output[0] ?? node.Output[0];
            bool isLayer = Layers.Contains(node);
            bool isWanted = Activations.Contains(result) || (isLayer && !Int8Operators.CanGiveFloat(node, OnlyReader(node.Output[0])));
            if (!isLayer && !isWanted)
            {
                continue;
            }

            Nodes.Add(node);
            if (isWanted)
            {
                Activations.Add(result);
                if (limiter is not null)
                {
                    removed.Add(limiter);
                }
            }

            Activations.UnionWith(Int8Operators.Operands(node).Where(name => !_graph.Constants.ContainsKey(name) && _types.GetValueOrDefault(name) == DataType.Float));
        }

        Removed = removed;
    }

    // Producers come before readers, but Activations has no order: follow the chain of each.
    private void FindRoots()
    {
        foreach (string activation in Activations)
        {
            string root = activation;
            while (_graph.Producer(root) is { } producer && Nodes.Contains(producer) && Int8Operators.IsMover(producer))
            {
                root = producer.Input[0];
            }

            Roots[activation] = root;
        }
    }

    private NodeProto? OnlyReader(string value) => _graph.Readers(value) == 1 ? _readers[value].FirstOrDefault() : null;
}
