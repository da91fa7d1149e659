namespace OnnxInit.Export;

/// <summary>What an export did.</summary>
/// <param name="Operations">The operations that were lowered, by TorchSharp's name, in order.</param>
public sealed record ExportReport(IReadOnlyList<string> Operations)
{
    /// <summary>How many calls did not depend on an input; their results became constants.</summary>
    public int Folded { get; init; }

    /// <summary>How many constants the graph has.</summary>
    public int Constants { get; init; }

    /// <summary>What a user should know: sizes at which forward does not run, and the like.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How long forward was run and its traces compared.</summary>
    public TimeSpan Capture { get; init; }

    /// <summary>How long the captured graph was compared with forward in TorchSharp; zero where it was not.</summary>
    public TimeSpan Replay { get; init; }

    /// <summary>How long operations were lowered to ONNX.</summary>
    public TimeSpan Lowering { get; init; }

    /// <summary>How long the graph was cleaned and checked.</summary>
    public TimeSpan Passes { get; init; }

    /// <summary>How long the exported model was run and compared; zero where it was not.</summary>
    public TimeSpan Evaluation { get; internal set; }
}
