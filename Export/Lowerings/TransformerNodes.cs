using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>A transformer as nodes of a graph.</summary>
/// <param name="graph">Where they go.</param>
/// <param name="parameters">The module's parameters.</param>
/// <param name="heads">The number of heads of each attention.</param>
/// <param name="isGelu">Whether the activation is GELU; otherwise ReLU.</param>
internal sealed class TransformerNodes(GraphBuilder graph, IReadOnlyDictionary<string, Tensor> parameters, long heads, bool isGelu)
    : TransformerLayers<GraphValue>(parameters)
{
    /// <inheritdoc/>
    protected override GraphValue Attend(string prefix, GraphValue query, GraphValue memory, AttentionMasks masks)
    {
        Begin(prefix.TrimEnd('.'));
        return new AttentionWeights(graph, Parameters, prefix).Attend(query, memory, memory, masks, heads, hasZero: false, needWeights: false).Result;
    }

    /// <inheritdoc/>
    protected override GraphValue Affine(string prefix, GraphValue value)
    {
        Begin(prefix);
        return new AttentionWeights(graph, Parameters, $"{prefix}.").Affine(value, "weight", Parameters[$"{prefix}.weight"], Parameters[$"{prefix}.bias"]);
    }

    /// <inheritdoc/>
    protected override GraphValue Normalize(string prefix, GraphValue value)
    {
        Begin(prefix);
        return NormalizationLowerings.LayerNorm(
            graph, value, 1, graph.Constant($"{prefix}.weight", Parameters[$"{prefix}.weight"]), graph.Constant($"{prefix}.bias", Parameters[$"{prefix}.bias"]), 1e-5);
    }

    /// <inheritdoc/>
    protected override GraphValue Activate(GraphValue value)
    {
        if (!isGelu)
        {
            return graph.Add("Relu", [value]);
        }

        if (graph.Opset >= 20)
        {
            return graph.Add("Gelu", [value], value.Type, value.Shape);
        }

        GraphValue error = graph.Add("Erf", [graph.Add("Mul", [value, graph.Scalar(Math.Sqrt(0.5), value.Type)])]);
        GraphValue gate = graph.Add("Mul", [graph.Add("Add", [error, graph.Scalar(1.0, value.Type)]), graph.Scalar(0.5, value.Type)]);
        return graph.Add("Mul", [value, gate]);
    }

    /// <inheritdoc/>
    protected override GraphValue Sum(GraphValue left, GraphValue right) => graph.Add("Add", [left, right]);

    // Nodes are named after the part that they come from.
    private void Begin(string part) => graph.Begin(graph.Origin, graph.Origin.ModulePath.Length == 0 ? part : $"{graph.Origin.ModulePath}.{part}");
}
