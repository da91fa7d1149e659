using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>
/// Makes one Gemm of a MatMul of matrices and the Add behind it, as other exporters write a linear layer: x W + b. The bias then is part
/// of the integer layer, in int32, where an Add of its own would round twice to 8 bits or keep ONNX Runtime from an integer kernel.
/// </summary>
internal static class BiasMerging
{
    /// <summary>Merges what can be merged.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="rank">The number of axes of a value, or null where unknown.</param>
    public static void Apply(ModelGraph graph, Func<string, int?> rank)
    {
        List<NodeProto> nodes = [];
        foreach (NodeProto node in graph.Nodes)
        {
            if (node.Is("Add") && Product(node) is { } product && node.Input.Single(name => name != product.Output[0]) is { } bias && IsBias(bias, graph.Constants[product.Input[1]]))
            {
                product.OpType = "Gemm";
                product.Input.Add(bias);
                product.Output[0] = node.Output[0];
            }
            else
            {
                nodes.Add(node);
            }
        }

        graph.Replace(nodes);

        // The MatMul with constant weights that an Add alone reads.
        NodeProto? Product(NodeProto add) => add.Input.Select(graph.Producer).FirstOrDefault(producer => producer is not null && producer.Is("MatMul")
            && graph.Readers(producer.Output[0]) == 1 && rank(producer.Output[0]) == 2
            && graph.Constants.TryGetValue(producer.Input[1], out TensorProto? weight) && weight.Dims.Count == 2 && weight.DataType == (int)DataType.Float);

        bool IsBias(string name, TensorProto weight) => graph.Constants.TryGetValue(name, out TensorProto? bias) && bias.DataType == (int)DataType.Float
            && bias.Dims.Count == 1 && bias.Dims[0] == weight.Dims[1];
    }
}
