using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Localization;

/// <summary>
/// A model whose nodes do not hear of each other: whatever reads a known value is given it from outside, and what the model itself computes in its
/// place is an output of another name. So an error stays where it is made.
/// </summary>
internal static class FedModel
{
    private const string Computed = "/computed"; // no exporter's names end so

    /// <summary>What the model computes in place of a known value.</summary>
    /// <param name="value">The known value.</param>
    public static string NameOf(string value) => value + Computed;

    /// <summary>Makes the model.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="known">The known values, by name.</param>
    /// <param name="nodes">The nodes that are wanted, by number.</param>
    /// <returns>The model, and the names of the known values that it is given.</returns>
    public static (ModelProto Model, IReadOnlySet<string> Fed) Create(ModelProto model, IReadOnlyDictionary<string, OnnxTensor> known, IReadOnlySet<int> nodes)
    {
        ModelProto fed = model.Clone();
        GraphProto graph = fed.Graph;
        NodeProto[] kept = [.. graph.Node.Where((_, i) => nodes.Contains(i))];
        graph.Node.Clear();
        graph.Node.AddRange(kept);
        graph.ValueInfo.Clear(); // of values at any batch size; the runtime infers them from what is given
        graph.Output.Clear();
        foreach (NodeProto node in kept)
        {
            for (int i = 0; i < node.Output.Count; i++)
            {
                if (known.ContainsKey(node.Output[i]))
                {
                    node.Output[i] = NameOf(node.Output[i]);
                    graph.Output.Add(new ValueInfoProto { Name = node.Output[i] });
                }
            }
        }

        HashSet<string> read = [.. kept.SelectMany(ValueGraph.Reads).Where(known.ContainsKey)];
        graph.Input.AddRange(read.Select(name => Describe(known[name])));
        return (fed, read);
    }

    private static ValueInfoProto Describe(OnnxTensor tensor)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(tensor.Shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new() { Name = tensor.Name, Type = new() { TensorType = new() { ElemType = (int)tensor.Type, Shape = shape } } };
    }
}
