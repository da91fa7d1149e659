using System.Globalization;
using System.Text;

namespace OnnxInit.Export.Graph;

/// <summary>A computation: nodes in topological order, each value assigned once. Passes take one and give another.</summary>
/// <param name="Name">The graph's name.</param>
/// <param name="Input">What it is given.</param>
/// <param name="Nodes">Operations, each after those whose values it reads.</param>
/// <param name="Constants">Weights and the like, in the order of their first use.</param>
/// <param name="Output">The name of the value that it gives.</param>
public sealed record OnnxGraph(
    string Name, GraphValue Input, IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphConstant> Constants, string Output)
{
    /// <summary>The value that the graph gives.</summary>
    public GraphValue OutputValue => Nodes.Select(node => node.Output).Append(Input).Single(value => value.Name == Output);

    /// <summary>The graph as text: constants, then one line per node.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine($"graph {Name}({Input}) -> {OutputValue}");
        foreach (GraphConstant constant in Constants)
        {
            text.AppendLine($"  const {constant.Name}: {constant.Type.ToString().ToLowerInvariant()}[{string.Join(", ", constant.Shape)}]");
        }

        foreach (GraphNode node in Nodes)
        {
            string attributes = string.Concat(node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $", {pair.Key}={Text(pair.Value)}"));
            text.AppendLine($"  {node.Output} = {node.OpType}({string.Join(", ", node.Inputs)}{attributes})");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Text(object value) => value is long[] values ? $"[{string.Join(", ", values)}]" : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
