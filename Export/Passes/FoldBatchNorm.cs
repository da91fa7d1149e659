using OnnxInit.Export.Graph;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Passes;

/// <summary>
/// Folds every BatchNormalization into the Gemm, MatMul, Conv or ConvTranspose that alone feeds it: W' = W s, b' = (b - mean) s + bias with
/// s = scale / sqrt(var + eps) per output channel, computed in float64. The result is the same function, rounded differently.
/// </summary>
public static class FoldBatchNorm
{
    /// <summary>Gives the graph with every BatchNormalization folded that can be; others stay.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        Dictionary<string, GraphConstant> constants = graph.Constants.ToDictionary(constant => constant.Name);
        Dictionary<string, int> readers = graph.Nodes.SelectMany(node => node.Inputs).Concat(graph.Outputs.Select(output => output.Name)).CountBy(name => name).ToDictionary();
        Dictionary<string, int> producers = new(graph.Nodes.Count);
        HashSet<string> names = GraphNames.Of(graph);
        List<GraphNode> nodes = new(graph.Nodes.Count);
        foreach (GraphNode node in graph.Nodes)
        {
            if (node.Is("BatchNormalization") && producers.TryGetValue(node.Inputs[0], out int producer) && CanFold(nodes[producer], node))
            {
                nodes[producer] = Fold(nodes[producer], node, constants, names, sharesBias: nodes[producer].Inputs.Count > 2 && readers[nodes[producer].Inputs[2]] > 1);
                readers[nodes[producer].Inputs[2]] = 1;
            }
            else
            {
                producer = nodes.Count;
                nodes.Add(node);
            }

            foreach (GraphValue output in node.Outputs)
            {
                producers[output.Name] = producer;
            }
        }

        return nodes.Count == graph.Nodes.Count ? graph : OrderConstants.Apply(RemoveDead.Apply(graph with { Nodes = nodes, Constants = [.. constants.Values] }));

        // The value and the weights must be read here only: another reader wants them as they are.
        bool CanFold(GraphNode linear, GraphNode norm) =>
            HasWeightOfChannels(linear) && norm.Outputs.Count == 1 && norm.Integer("training_mode") == 0
            && readers[linear.Outputs[0].Name] == 1
            && linear.Inputs.Skip(1).Concat(norm.Inputs.Skip(1)).All(name => name.Length == 0 || constants.ContainsKey(name)) && readers[linear.Inputs[1]] == 1
            && (linear.OpType is "Conv" or "ConvTranspose" || constants[linear.Inputs[1]].Shape.Count == 2)
            && constants[linear.Inputs[1]].Type == constants[norm.Inputs[1]].Type
            && linear.Inputs.Skip(2).All(bias => bias.Length == 0 || constants[bias].Count == constants[norm.Inputs[1]].Count);
    }

    // One weight per output channel, and nothing else that scales: a lowering of one's own may write other Gemms.
    private static bool HasWeightOfChannels(GraphNode node) =>
        node.Is("Conv", "ConvTranspose")
        || (node.Is("Gemm") && node.Integer("transA") == 0 && node.Number("alpha", 1) == 1 && node.Number("beta", 1) == 1)
        || (node.Is("MatMul") && node.Output.Rank == 2);

    private static GraphNode Fold(GraphNode linear, GraphNode norm, Dictionary<string, GraphConstant> constants, HashSet<string> names, bool sharesBias)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        GraphConstant weight = constants[linear.Inputs[1]];
        GraphConstant? bias = linear.Inputs.Count > 2 && linear.Inputs[2].Length > 0 ? constants[linear.Inputs[2]] : null;
        Tensor factor = Double(norm.Inputs[1]) / (Double(norm.Inputs[4]) + norm.Number("epsilon", 1e-5f)).sqrt();
        Tensor newBias = ((bias is null ? 0 : Double(bias.Name)) - Double(norm.Inputs[3])) * factor + Double(norm.Inputs[2]);

        // Where the output channels are: W [out, ...] of Conv and of Gemm(transB = 1), [in, out] of Gemm and MatMul, [in, out / groups, ...] of ConvTranspose.
        long groups = linear.Integer("group", 1);
        Tensor scaled = Double(weight.Name);
        scaled = linear.OpType switch
        {
            "Conv" => scaled * factor.reshape([-1, .. weight.Shape.Skip(1).Select(_ => 1L)]),
            "ConvTranspose" => (scaled.reshape([groups, weight.Shape[0] / groups, .. weight.Shape.Skip(1)]) * factor.reshape([groups, 1, -1, .. weight.Shape.Skip(2).Select(_ => 1L)])).reshape([.. weight.Shape]),
            _ => linear.Integer("transB") != 0 ? scaled * factor.unsqueeze(1) : scaled * factor,
        };

        string biasName = bias is null || sharesBias ? GraphNames.Take(names, $"{linear.Name}_bias") : bias.Name;
        constants[weight.Name] = weight with { Data = Rounded(scaled, weight.Type) };
        constants[biasName] = new(biasName, weight.Type, [newBias.NumberOfElements], Rounded(newBias, weight.Type));
        return linear with
        {
            OpType = linear.OpType == "MatMul" ? "Gemm" : linear.OpType,
            Inputs = [linear.Inputs[0], weight.Name, biasName],
            Outputs = norm.Outputs,
            Origin = linear.Origin with { Operation = $"{linear.Origin.Operation} + {norm.Origin.Operation}" },
        };

        Tensor Double(string name) => constants[name].Data.ToTensor(constants[name].Type, constants[name].Shape).to(ScalarType.Float64);
    }

    private static ConstantData Rounded(Tensor values, DataType type) => ConstantData.Of(values.to(type.ToTorch()).contiguous());
}
