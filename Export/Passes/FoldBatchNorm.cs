using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>
/// Folds every BatchNormalization into the Gemm or Conv that alone feeds it: W' = W s, b' = (b - mean) s + bias with
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
        HashSet<string> names = GraphNames.Of(graph);
        List<GraphNode> nodes = [];
        foreach (GraphNode node in graph.Nodes)
        {
            int producer = node.OpType == "BatchNormalization" ? nodes.FindIndex(other => other.Outputs[0].Name == node.Inputs[0]) : -1;
            if (producer >= 0 && CanFold(nodes[producer], node))
            {
                nodes[producer] = Fold(nodes[producer], node, constants, names);
            }
            else
            {
                nodes.Add(node);
            }
        }

        HashSet<string> used = [.. nodes.SelectMany(node => node.Inputs)];
        IEnumerable<string> order = graph.Constants.Select(constant => constant.Name).Concat(constants.Keys).Distinct();
        return graph with { Nodes = nodes, Constants = [.. order.Where(used.Contains).Select(name => constants[name])] };

        // The value and the weights must be read here only: another reader wants them as they are.
        bool CanFold(GraphNode linear, GraphNode norm) =>
            HasChannelsFirst(linear) && readers[linear.Outputs[0].Name] == 1
            && linear.Inputs.Skip(1).All(name => constants.ContainsKey(name) && readers[name] == 1)
            && norm.Inputs.Skip(1).All(constants.ContainsKey)
            && linear.Inputs.Skip(2).All(bias => constants[bias].Floats.Length == constants[norm.Inputs[1]].Floats.Length);
    }

    // W [out, ...], and nothing else that scales: a translator of one's own may write other Gemms.
    private static bool HasChannelsFirst(GraphNode node) =>
        node.OpType == "Conv" || (node.OpType == "Gemm" && node.Attributes.Count == 1 && node.Attributes.GetValueOrDefault("transB") is 1L);

    private static GraphNode Fold(GraphNode linear, GraphNode norm, Dictionary<string, GraphConstant> constants, HashSet<string> names)
    {
        ReadOnlySpan<float> scale = constants[norm.Inputs[1]].Floats;
        ReadOnlySpan<float> shift = constants[norm.Inputs[2]].Floats;
        ReadOnlySpan<float> mean = constants[norm.Inputs[3]].Floats;
        ReadOnlySpan<float> variance = constants[norm.Inputs[4]].Floats;
        double epsilon = (float)norm.Attributes["epsilon"];
        GraphConstant weight = constants[linear.Inputs[1]];
        ReadOnlySpan<float> bias = linear.Inputs.Count > 2 ? constants[linear.Inputs[2]].Floats : [];

        int channels = scale.Length;
        float[] newWeight = weight.Floats.ToArray();
        float[] newBias = new float[channels];
        int perChannel = newWeight.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            double factor = scale[channel] / Math.Sqrt(variance[channel] + epsilon);
            foreach (ref float value in newWeight.AsSpan(channel * perChannel, perChannel))
            {
                value = (float)(value * factor);
            }

            newBias[channel] = (float)((((bias.IsEmpty ? 0 : bias[channel]) - (double)mean[channel]) * factor) + shift[channel]);
        }

        string biasName = linear.Inputs.Count > 2 ? linear.Inputs[2] : GraphNames.Take(names, $"{linear.Name}_bias");
        constants[weight.Name] = GraphConstant.Of(weight.Name, weight.Shape, newWeight);
        constants[biasName] = GraphConstant.Of(biasName, [channels], newBias);
        return linear with
        {
            Inputs = [linear.Inputs[0], weight.Name, biasName],
            Outputs = norm.Outputs,
            Origin = linear.Origin with { Operation = $"{linear.Origin.Operation} + {norm.Origin.Operation}" },
        };
    }
}
