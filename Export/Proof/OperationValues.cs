using OnnxInit.Export.Capture;
using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Proof;

/// <summary>
/// The values of an exported graph that are results of captured operations, so that TorchSharp's numbers can be laid beside them. Passes over
/// the graph take values away and give one for another that is equal, but none takes a value's name for something else: what is still computed under
/// the name that a lowering gave is still that operation's result.
/// </summary>
internal sealed class OperationValues
{
    private readonly CapturedGraph _captured;
    private readonly Dictionary<CapturedOperation, IReadOnlyList<string>> _names;
    private readonly Dictionary<string, (GraphNode Node, GraphValue Value)> _values;

    /// <summary>Pairs operations and values.</summary>
    /// <param name="captured">The operations.</param>
    /// <param name="graph">The graph as it is exported.</param>
    /// <param name="origins">For every operation, the values that it was lowered to.</param>
    public OperationValues(CapturedGraph captured, OnnxGraph graph, IReadOnlyList<(CapturedOperation Operation, IReadOnlyList<string> Values)> origins)
    {
        _captured = captured;
        _names = origins.ToDictionary(origin => origin.Operation, origin => origin.Values, (IEqualityComparer<CapturedOperation>)ReferenceEqualityComparer.Instance);
        _values = graph.Nodes.SelectMany(node => node.Outputs.Where(value => value.Name.Length > 0), (node, value) => (node, value)).ToDictionary(pair => pair.value.Name);
        All = [.. origins.SelectMany(origin => origin.Values).Distinct().Where(_values.ContainsKey).Select(name => _values[name].Value)];
    }

    /// <summary>The values, in the order of their operations.</summary>
    public IReadOnlyList<GraphValue> All { get; }

    /// <summary>Computes the operations in TorchSharp.</summary>
    /// <param name="inputs">The inputs of forward.</param>
    /// <param name="sizes">The size of every dynamic axis.</param>
    /// <param name="each">Told of every value with TorchSharp's numbers, while they live, and the node that computes it in the graph.</param>
    /// <returns>The outputs of forward.</returns>
    public Tensor[] Replay(Tensor[] inputs, IReadOnlyDictionary<string, long> sizes, Action<GraphNode, GraphValue, Tensor> each) =>
        Capture.Replay.Run(_captured, inputs, sizes, (operation, results) =>
        {
            for (int i = 0; i < results.Length; i++)
            {
                if (_values.TryGetValue(_names[operation][i], out (GraphNode Node, GraphValue Value) found))
                {
                    each(found.Node, found.Value, results[i]);
                }
            }
        });
}
