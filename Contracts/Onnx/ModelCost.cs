using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Contracts.Onnx;

/// <summary>
/// What a run of a model costs, from the graph and the shapes that are written in it. Where the batch axis is free, as the exporter writes
/// it, that is a run of one image.
/// </summary>
/// <remarks>
/// FLOPs are two per multiply-add of Conv, ConvTranspose, DeformConv, Gemm, MatMul, Einsum of two operands, RNN, GRU and LSTM, and of the
/// forms of these on quantised integers. Biases, activations, normalisations, pooling and all other operators count as none, as is the
/// custom; <see cref="NodeCost.OutputElements"/> says how much those compute.
/// </remarks>
public sealed record ModelCost
{
    /// <summary>Images per run: 1 where the first axis of the first input is free, else its size.</summary>
    public required long BatchSize { get; init; }

    /// <summary>How many nodes the graph has.</summary>
    public required int Nodes { get; init; }

    /// <summary>
    /// The elements of all weights, running statistics included: initializers of floating type, and those of whole numbers that a
    /// DequantizeLinear reads. The scales and zero points of quantisation, and whole numbers that shapes are made of, do not count.
    /// </summary>
    public required long Parameters { get; init; }

    /// <summary>The bytes of all initializers, in the model file and in the ones beside it.</summary>
    public required long ConstantBytes { get; init; }

    /// <summary>FLOPs of a run; null where they are not known for every node.</summary>
    public required long? Flops { get; init; }

    /// <summary>
    /// The most bytes that the inputs and the values between the nodes take at one time, when the nodes run in their order, every value has
    /// memory of its own, and is let go of after its last use; constants are not counted. A runtime that computes in place needs less.
    /// Null where a shape is unknown, or a node holds a graph that may read any of the values.
    /// </summary>
    public required long? PeakActivationBytes { get; init; }

    /// <summary>Every node, in order.</summary>
    public required IReadOnlyList<NodeCost> ByNode { get; init; }

    /// <summary>The nodes of each module together, in the order of their first nodes.</summary>
    public IEnumerable<ModuleCost> ByModule => ByNode.GroupBy(node => node.Module).Select(module => new ModuleCost(
        module.Key, module.Count(), module.Sum(node => node.Parameters), Sum(module.Select(node => node.Flops))));

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model, of any exporter.</param>
    /// <param name="sizes">Sizes of free axes by symbol, such as <c>T</c>: 128. The symbol of the first axis of the first input is 1 where it is not among them.</param>
    public static ModelCost Of(ModelProto model, IReadOnlyDictionary<string, long>? sizes = null)
    {
        GraphProto graph = model.Graph;
        ValueShapes shapes = new(graph, sizes ?? new Dictionary<string, long>());
        Dictionary<string, long> weights = Weights(graph);
        long parameters = weights.Values.Sum();
        NodeCost[] nodes = [.. graph.Node.Select(node => new NodeCost(
            node.Name,
            node.OpType,
            NodeOrigin.Of(node)?.ModulePath,
            node.Input.Sum(input => weights.Remove(input, out long count) ? count : 0),
            MultiplyAdds.Of(node, shapes) * 2,
            Sum(node.Output.Where(output => output.Length > 0).Select(shapes.Count))))];
        return new()
        {
            BatchSize = shapes.BatchSize,
            Nodes = nodes.Length,
            Parameters = parameters,
            ConstantBytes = graph.Initializer.Sum(OnnxFile.ByteCount),
            Flops = Sum(nodes.Select(node => node.Flops)),
            PeakActivationBytes = graph.Node.Any(node => node.Attribute.Any(attribute => attribute.G is not null)) ? null : PeakBytes(graph, shapes),
            ByNode = nodes,
        };
    }

    private static Dictionary<string, long> Weights(GraphProto graph)
    {
        NodeProto[] quantizers = [.. graph.Node.Where(node => node.OpType is "QuantizeLinear" or "DequantizeLinear")];
        HashSet<string> quantized = [.. quantizers.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Input[0])];
        HashSet<string> quantization = [.. quantizers.SelectMany(node => node.Input.Skip(1))];
        return graph.Initializer
            .Where(constant => quantized.Contains(constant.Name)
                || (!quantization.Contains(constant.Name) && (DataType)constant.DataType is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16))
            .DistinctBy(constant => constant.Name)
            .ToDictionary(constant => constant.Name, constant => constant.Dims.Aggregate(1L, (product, size) => product * size));
    }

    private static long? PeakBytes(GraphProto graph, ValueShapes shapes)
    {
        HashSet<string> constants = [.. graph.Initializer.Select(constant => constant.Name), .. graph.Node.Where(node => node.OpType == "Constant").SelectMany(node => node.Output)];
        Dictionary<string, int> lastUse = [];
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (string value in graph.Node[i].Input.Concat(graph.Node[i].Output))
            {
                lastUse[value] = i; // of a value that nobody reads, where it is made
            }
        }

        foreach (ValueInfoProto output in graph.Output)
        {
            lastUse[output.Name] = int.MaxValue;
        }

        string[] inputs = [.. graph.Input.Select(input => input.Name).Where(name => !constants.Contains(name))];
        ILookup<int, string> ends = lastUse.Where(use => use.Key.Length > 0 && !constants.Contains(use.Key)).ToLookup(use => use.Value, use => use.Key);
        long? live = Sum(inputs.Select(shapes.Bytes));
        long? peak = live;
        for (int i = 0; i < graph.Node.Count; i++)
        {
            live += Sum(graph.Node[i].Output.Where(output => output.Length > 0 && !constants.Contains(output)).Select(shapes.Bytes));
            peak = live is null ? null : Math.Max(peak!.Value, live.Value);
            live -= Sum(ends[i].Select(shapes.Bytes));
        }

        return peak;
    }

    // Unknown where one is: LINQ's own Sum takes null for 0.
    private static long? Sum(IEnumerable<long?> numbers) => numbers.Aggregate((long?)0, (sum, number) => sum + number);
}
