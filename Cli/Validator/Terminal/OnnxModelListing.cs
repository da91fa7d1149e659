using OnnxInit.Cli.Commands;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows an ONNX file as text of 100 columns: what it is, what goes in and out, every node with what it reads, gives and is set to, and what it costs.</summary>
internal static class OnnxModelListing
{
    private const int Width = 100;
    private const int Indent = 13; // of what stands behind "from", "reads", "gives" and "with"

    /// <summary>The lines, without the constants and metadata.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<string> Lines(OnnxSummary model)
    {
        OnnxCostSummary cost = model.Cost;
        yield return model.File;
        yield return $"IR {model.Ir}, {string.Join(", ", model.Opsets.Select(opset => $"{(opset.Key == "ai.onnx" ? "opset" : opset.Key)} {opset.Value}"))}{(model.Producer.Length > 0 ? $", by {model.Producer}" : string.Empty)}{(model.Graph.Length > 0 ? $", graph {model.Graph}" : string.Empty)}";
        yield return $"{cost.Nodes:N0} node{(cost.Nodes == 1 ? string.Empty : "s")}, {cost.Parameters:N0} parameters, {model.Constants.Count:N0} constant{(model.Constants.Count == 1 ? string.Empty : "s")} of {cost.ConstantBytes:N0} bytes";
        yield return $"at batch {cost.BatchSize:N0}: {Flops(cost.Flops)}, activations of {(cost.PeakActivationBytes is { } bytes ? $"at most {bytes:N0} bytes" : "unknown size")}";
        yield return string.Empty;
        foreach (string line in Block("in", model.Inputs.Select(input => input.ToString())).Concat(Block("out", model.Outputs.Select(output => output.ToString()))))
        {
            yield return line;
        }

        Dictionary<string, string> forms = Forms(model);
        int digits = $"{model.Nodes.Count}".Length;
        foreach ((int i, OnnxNodeSummary node) in model.Nodes.Index())
        {
            yield return string.Empty;
            string head = $"{$"{i + 1}".PadLeft(digits)}  {node.Operator}  {node.Name}";
            string price = node.Flops == 0 ? string.Empty : Flops(node.Flops);
            yield return price.Length == 0 ? head.TrimEnd() : $"{head.PadRight(Width - price.Length - 2)}  {price}";
            foreach (string line in Block("from", node.Source.Length > 0 ? [node.Source.ReplaceLineEndings(" ")] : [])
                .Concat(Block("reads", node.Inputs.Select(input => input.Length == 0 ? "(left out)" : forms.GetValueOrDefault(input, input))))
                .Concat(Block("gives", node.Outputs.Select(output => output.Length == 0 ? "(left out)" : forms.GetValueOrDefault(output, output))))
                .Concat(Block("with", Wrapped(node.Attributes.Select(attribute => $"{attribute.Key} = {OnnxAttributes.Text(attribute.Value)}")))))
            {
                yield return line;
            }
        }

        yield return string.Empty;
    }

    // What is known of every value, constants marked.
    private static Dictionary<string, string> Forms(OnnxSummary model)
    {
        Dictionary<string, string> forms = [];
        foreach (OnnxValueSummary value in model.Inputs.Concat(model.Values))
        {
            forms[value.Name] = value.ToString();
        }

        foreach (TensorSummary constant in model.Constants)
        {
            forms[constant.Name] = $"{constant.Name}: {constant.Type}[{string.Join(", ", constant.Shape)}], constant";
        }

        return forms;
    }

    private static string Flops(long? flops) => flops is { } count ? $"{count:N0} FLOPs" : "FLOPs not known";

    // A word before the first line, the rest below each other.
    private static IEnumerable<string> Block(string word, IEnumerable<string> lines) =>
        lines.Select((line, i) => $"{(i == 0 ? $"     {word}" : string.Empty).PadRight(Indent)}{line}");

    // Separated by commas, as many on a line as there is room for.
    private static IEnumerable<string> Wrapped(IEnumerable<string> items)
    {
        string line = string.Empty;
        foreach (string item in items)
        {
            if (line.Length > 0 && Indent + line.Length + item.Length + ", ,".Length > Width)
            {
                yield return $"{line},";
                line = string.Empty;
            }

            line = line.Length == 0 ? item : $"{line}, {item}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }
}
