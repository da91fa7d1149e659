using System.CommandLine;

namespace OnnxInit.Cli;

/// <summary>The option <c>--provider</c>.</summary>
internal static class ProviderOption
{
    private const string Name = "--provider";
    private const string Kinds = "cpu, cuda[:INDEX], directml[:INDEX] or coreml";

    /// <summary>One provider.</summary>
    public static Option<string> Create() => new(Name) { Description = $"Where ONNX Runtime computes: {Kinds}.", DefaultValueFactory = _ => "cpu" };

    /// <summary>Several, to be compared.</summary>
    public static Option<string[]?> CreateList() => ListOption.OfNames(Name, $"Where ONNX Runtime computes: {Kinds}; several with commas are shown side by side (default: cpu).");
}
