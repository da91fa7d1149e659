using Google.Protobuf.Collections;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>
/// Folds every BatchNormalization into the Gemm, MatMul, Conv or ConvTranspose that alone feeds it: W' = W s, b' = (b - mean) s + bias with
/// s = scale / sqrt(var + eps) per output channel, computed in float64. An integer layer then has one scale per channel, and nothing in
/// float after it.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>Folds what can be folded.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="rank">The number of axes of a value, or null where unknown.</param>
    /// <returns>How many were folded.</returns>
    public static int Apply(ModelGraph graph, Func<string, int?> rank)
    {
        List<NodeProto> nodes = [];
        Dictionary<string, NodeProto> producers = [];
        foreach (NodeProto node in graph.Nodes)
        {
            if (node.Is("BatchNormalization") && producers.TryGetValue(node.Input[0], out NodeProto? linear) && CanFold(graph, linear, node, rank))
            {
                Fold(graph, linear, node);
                producers[node.Output[0]] = linear;
            }
            else
            {
                nodes.Add(node);
                foreach (string output in node.Output)
                {
                    producers[output] = node;
                }
            }
        }

        int folded = graph.Nodes.Count - nodes.Count;
        graph.Replace(nodes);
        return folded;
    }

    // The value and the weights must be read here only: another reader wants them as they are.
    private static bool CanFold(ModelGraph graph, NodeProto linear, NodeProto norm, Func<string, int?> rank)
    {
        if (!HasWeightOfChannels(linear, rank) || norm.Output.Count(name => name.Length > 0) > 1 || norm.Integer("training_mode") != 0 || graph.Readers(norm.Input[0]) != 1
            || !linear.Input.Skip(1).Concat(norm.Input.Skip(1)).All(name => name.Length == 0 || IsFloat(name)) || graph.Readers(linear.Input[1]) != 1)
        {
            return false;
        }

        long channels = TensorData.Count(graph.Constants[norm.Input[1]]);
        RepeatedField<long> shape = graph.Constants[linear.Input[1]].Dims;
        return (linear.Is("Conv", "ConvTranspose") || shape.Count == 2) && Channels(linear, shape) == channels
            && (!linear.HasInput(2) || TensorData.Count(graph.Constants[linear.Input[2]]) == channels);

        bool IsFloat(string name) => graph.Constants.TryGetValue(name, out TensorProto? constant) && constant.DataType == (int)DataType.Float;
    }

    // One weight per output channel, and nothing else that scales.
    private static bool HasWeightOfChannels(NodeProto node, Func<string, int?> rank) =>
        node.Is("Conv", "ConvTranspose")
        || (node.Is("Gemm") && node.Integer("transA") == 0 && node.Number("alpha", 1) == 1 && node.Number("beta", 1) == 1)
        || (node.Is("MatMul") && rank(node.Output[0]) == 2);

    // Where the output channels are: W [out, ...] of Conv and of Gemm(transB = 1), [in, out] of Gemm and MatMul, [in, out / groups, ...] of ConvTranspose.
    private static long Channels(NodeProto node, RepeatedField<long> shape) => node.OpType switch
    {
        "Conv" => shape[0],
        "ConvTranspose" => shape[1] * node.Integer("group", 1),
        _ => node.Integer("transB") != 0 ? shape[0] : shape[1],
    };

    private static void Fold(ModelGraph graph, NodeProto linear, NodeProto norm)
    {
        float[] scale = Values(norm.Input[1]);
        float[] offset = Values(norm.Input[2]);
        float[] mean = Values(norm.Input[3]);
        float[] variance = Values(norm.Input[4]);
        double epsilon = norm.Number("epsilon", 1e-5f);
        double[] factor = [.. scale.Select((value, channel) => value / Math.Sqrt(variance[channel] + epsilon))];
        float[]? bias = linear.HasInput(2) ? Values(linear.Input[2]) : null;
        float[] newBias = [.. factor.Select((value, channel) => (float)(((bias?[channel] ?? 0.0) - mean[channel]) * value + offset[channel]))];

        TensorProto weight = graph.Constants[linear.Input[1]];
        float[] values = TensorData.Floats(weight);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * factor[Channel(linear, weight.Dims, i)]);
        }

        string biasName = graph.NewName($"{weight.Name}_folded_bias");
        graph.Constants[weight.Name] = TensorData.Of(weight.Name, values, weight.Dims);
        graph.Constants[biasName] = TensorData.Of(biasName, newBias, newBias.Length);
        linear.OpType = linear.OpType == "MatMul" ? "Gemm" : linear.OpType;
        string[] inputs = [linear.Input[0], weight.Name, biasName];
        linear.Input.Clear();
        linear.Input.AddRange(inputs);
        linear.Output[0] = norm.Output[0];

        float[] Values(string name) => TensorData.Floats(graph.Constants[name]);
    }

    // The output channel that an element of the weight belongs to.
    private static long Channel(NodeProto node, RepeatedField<long> shape, long index)
    {
        switch (node.OpType)
        {
            case "Conv":
                return index / (TensorSize(shape) / shape[0]);
            case "ConvTranspose":
                long inner = TensorSize(shape) / (shape[0] * shape[1]);
                long input = index / (inner * shape[1]);
                long group = input / (shape[0] / node.Integer("group", 1));
                return (group * shape[1]) + (index / inner % shape[1]);
            default:
                return node.Integer("transB") != 0 ? index / shape[1] : index % shape[1];
        }
    }

    private static long TensorSize(RepeatedField<long> shape) => shape.Aggregate(1L, (product, size) => product * size);
}
