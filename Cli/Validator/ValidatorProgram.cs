using OnnxInit.Cli.Commands;

namespace OnnxInit.Cli;

/// <summary><c>onnxinit-verify</c>: what a machine needs that validates models, and does not train any.</summary>
internal static class ValidatorProgram
{
    private const string Name = "onnxinit-verify";

    /// <summary>Its command line.</summary>
    public static CommandLine CommandLine { get; } = new(
        Name,
        $"Prove with ONNX Runtime that a model computes what TorchSharp computed; run, time and inspect ONNX models. Needs no TorchSharp.\n\nExample:\n  {Name} verify runs/cnn",
        () => [VerifyCommand.Create(Name), PredictCommand.Create(Name), BenchCommand.Create(Name), InspectCommand.Create(Name)],
        _ => null);
}
