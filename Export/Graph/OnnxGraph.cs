using System.Globalization;
using System.Text;

namespace OnnxInit.Export.Graph;

/// <summary>A computation: nodes in topological order, each value assigned once. Passes take one and give another.</summary>
/// <param name="Name">The graph's name.</param>
/// <param name="Inputs">What it is given.</param>
/// <param name="Nodes">Operations, each after those whose values it reads.</param>
/// <param name="Constants">Weights and the like, in the order of their first use.</param>
/// <param name="Outputs">The values that it gives.</param>
public sealed record OnnxGraph(
    string Name, IReadOnlyList<GraphValue> Inputs, IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphConstant> Constants, IReadOnlyList<GraphValue> Outputs)
{
    /// <summary>The ONNX operator set that the nodes are of.</summary>
    public required int Opset { get; init; }

    /// <summary>The graph as text: constants, then one line per node.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine($"graph {Name}({string.Join(", ", Inputs)}) -> {string.Join(", ", Outputs)}");
        foreach (GraphConstant constant in Constants)
        {
            text.AppendLine($"  const {constant.Name}: {constant.Type.ToString().ToLowerInvariant()}[{string.Join(", ", constant.Shape)}]");
        }

        foreach (GraphNode node in Nodes)
        {
            string attributes = string.Concat(node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $", {pair.Key}={Text(pair.Value)}"));
            text.AppendLine($"  {string.Join(", ", node.Outputs.Select(output => output.Name.Length == 0 ? "_" : output.ToString()))} = {node.OpType}({string.Join(", ", node.Inputs)}{attributes})");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Text(object value) => value switch
    {
        long[] numbers => $"[{string.Join(", ", numbers)}]",
        float[] numbers => $"[{string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)))}]",
        string[] texts => $"[{string.Join(", ", texts)}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
