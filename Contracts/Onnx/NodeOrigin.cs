using System.Text.RegularExpressions;

namespace OnnxInit.Contracts.Onnx;

/// <summary>Where a node of a model came from, as the exporter writes it into the node's <c>doc_string</c>: <c>block.conv1 (Conv2d), ResNet.cs:42</c>.</summary>
/// <param name="ModulePath">The dotted path of the module; empty for the model itself.</param>
/// <param name="Operation">TorchSharp's name for the operation: <c>Conv2d</c>, <c>add</c>.</param>
/// <param name="Source">The source line, <c>ResNet.cs:42</c>; null where it is not known.</param>
public sealed partial record NodeOrigin(string ModulePath, string Operation, string? Source)
{
    private const string ModuleKey = "module";
    private const string OperationKey = "operation";
    private const string SourceKey = "source";

    /// <summary>The origin of a node: its <c>metadata_props</c> where it has them (IR 10 and later), else its <c>doc_string</c>.</summary>
    /// <param name="node">A node of any exporter's.</param>
    /// <returns>null where the node does not say.</returns>
    public static NodeOrigin? Of(NodeProto node)
    {
        if (Property(OperationKey) is { } operation)
        {
            return new(Property(ModuleKey) ?? string.Empty, operation, Property(SourceKey));
        }

        return Text().Match(node.DocString) is { Success: true } text
            ? new(text.Groups[ModuleKey].Value, text.Groups[OperationKey].Value, text.Groups[SourceKey] is { Success: true } source ? source.Value : null)
            : null;

        string? Property(string key) => node.MetadataProps.FirstOrDefault(property => property.Key == key)?.Value;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(ModulePath.Length == 0 ? Operation : $"{ModulePath} ({Operation})")}{(Source is null ? string.Empty : $", {Source}")}";

    [GeneratedRegex(@"^((?<module>[^\s(),]+) \((?<operation>[^(),]+)\)|(?<operation>[^(),]+))(, (?<source>\S.*:\d+))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Text();
}
