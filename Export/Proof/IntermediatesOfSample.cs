using OnnxInit.Contracts.Runs;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Proof;

/// <summary>Computes a sample batch in TorchSharp, and keeps what is comparable with the values of the exported graph.</summary>
internal static class IntermediatesOfSample
{
    /// <summary>Computes.</summary>
    /// <param name="graph">The graph as it is exported.</param>
    /// <param name="operations">The operations whose results are its values.</param>
    /// <param name="sizes">The size of every dynamic axis in the sample.</param>
    /// <param name="device">Where forward computes.</param>
    /// <param name="options">The sample, and whether the graph normalises pixels.</param>
    public static ReferenceIntermediates Of(OnnxGraph graph, OperationValues operations, IReadOnlyDictionary<string, long> sizes, Device device, ExportOptions options)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, ReferenceIntermediate> kept = [];
        Tensor[] given = [.. options.KeepIntermediates];
        Tensor[] inputs = [.. given.Select(input => input.to(device))];
        if (options.EmbedNormalization is { } normalization)
        {
            (Tensor cast, Tensor scaled, Tensor normalized) = TensorConversion.Normalize(given[0].cpu(), normalization);
            inputs[0] = normalized.to(device);
            foreach (GraphNode node in graph.Nodes.Where(node => node.Origin == EmbedNormalization.Origin && node.OpType is "Cast" or "Mul" or "Add"))
            {
                Keep(node, node.Output, node.OpType switch { "Cast" => cast, "Mul" => scaled, _ => normalized });
            }
        }

        Tensor[] outputs = operations.Replay(inputs, sizes, Keep);

        // A graph's outputs are called as the options say, not as their operations.
        Dictionary<string, GraphNode> last = graph.Nodes.SelectMany(node => node.Outputs, (node, value) => (node, value)).Where(pair => pair.value.Name.Length > 0).ToDictionary(pair => pair.value.Name, pair => pair.node);
        foreach ((GraphValue output, Tensor value) in graph.Outputs.Zip(outputs))
        {
            Keep(last[output.Name], output, value);
        }

        return new()
        {
            Sample = options.SampleDescription,
            Inputs = [.. graph.Inputs.Zip(given, (input, tensor) => TensorConversion.ToOnnx(input.Name, tensor))],
            Values = [.. graph.Nodes.SelectMany(node => node.Outputs).Select(value => kept.GetValueOrDefault(value.Name)).OfType<ReferenceIntermediate>()],
        };

        void Keep(GraphNode node, GraphValue value, Tensor tensor) => kept.TryAdd(
            value.Name, new(TensorConversion.ToOnnx(value.Name, tensor), node.Name, node.OpType, new(node.Origin.ModulePath, node.Origin.Operation, node.Origin.Source)));
    }
}
