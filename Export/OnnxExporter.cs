using static TorchSharp.torch;

namespace OnnxInit.Export;

/// <summary>Turns TorchSharp modules into ONNX models.</summary>
public static class OnnxExporter
{
    /// <summary>Exports a module as it computes in eval mode.</summary>
    /// <param name="model">Any module.</param>
    /// <param name="example">An input; its first axis becomes symbolic.</param>
    /// <param name="configure">Changes the options.</param>
    public static ExportedModel Export(nn.Module model, Tensor example, Func<ExportOptions, ExportOptions>? configure = null) =>
        Export(model, [new ExampleInput("input", example)], configure);

    /// <summary>Exports a module of several inputs as it computes in eval mode.</summary>
    /// <param name="model">Any module.</param>
    /// <param name="examples">Its inputs.</param>
    /// <param name="configure">Changes the options.</param>
    public static ExportedModel Export(nn.Module model, IReadOnlyList<ExampleInput> examples, Func<ExportOptions, ExportOptions>? configure = null) =>
        throw new NotSupportedException();
}
