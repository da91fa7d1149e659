using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization.Float16;

/// <summary>Which nodes stay in float32.</summary>
internal static class Float16Operators
{
    // Operators that have no float16 form in opset 13 to 21, or in which float16 decides about more than a rounding: sizes and counts
    // (Resize, Range), sums without end (CumSum, recurrent cells), draws, boxes.
    private static readonly HashSet<string> Single =
    [
        "Bernoulli", "BlackmanWindow", "Celu", "Constant", "CumSum", "DFT", "GRU", "HammingWindow", "HannWindow", "ImageDecoder", "IsInf", "LSTM",
        "MelWeightMatrix", "Multinomial", "NonMaxSuppression", "RNN", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Range", "Resize", "RoiAlign",
        "STFT", "TfIdfVectorizer", "Upsample",
    ];

    /// <summary>The nodes that stay in float32.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="types">The element types of its values; a value that is no tensor has none.</param>
    public static HashSet<NodeProto> Kept(ModelGraph graph, IReadOnlyDictionary<string, DataType> types)
    {
        HashSet<NodeProto> kept = [.. graph.Nodes.Where(node => node.Domain is not ("" or "ai.onnx") || Single.Contains(node.OpType) || node.Bodies().Any()
            || node.Input.Concat(node.Output).Any(name => name.Length > 0 && !types.ContainsKey(name)))];
        kept.UnionWith(Normalization(graph, types));
        return kept;
    }

    // What makes numbers of pixels (or of other integers that the graph takes) and shifts and scales them by constants: float16 would round
    // twice, before and after the mean is taken off.
    private static IEnumerable<NodeProto> Normalization(ModelGraph graph, IReadOnlyDictionary<string, DataType> types)
    {
        HashSet<string> integers = [.. graph.Model.Graph.Input.Select(input => input.Name).Where(name => types.GetValueOrDefault(name) != DataType.Float)];
        HashSet<string> normalized = [];
        foreach (NodeProto node in graph.Nodes)
        {
            if ((node.Is("Cast") && integers.Contains(node.Input[0]))
                || (node.Is("Add", "Div", "Mul", "Sub") && node.Input.Any(normalized.Contains) && node.Input.All(name => normalized.Contains(name) || graph.Constants.ContainsKey(name))))
            {
                normalized.Add(node.Output[0]);
                yield return node;
            }
        }
    }
}
