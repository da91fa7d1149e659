using OnnxInit.Cli.Commands;
using OnnxInit.Export;
using OnnxInit.Training;

namespace OnnxInit.Cli;

/// <summary><c>onnxinit</c>.</summary>
internal static class OnnxInitProgram
{
    private const string Name = "onnxinit";

    /// <summary>Its command line.</summary>
    public static CommandLine CommandLine { get; } = new(
        Name,
        $"Initialise and train networks with TorchSharp, export them to ONNX, and prove with ONNX Runtime that the exported model is the trained one.\n\nExample:\n  {Name} run --data synthetic --epochs 3",
        () =>
        [
            RunCommand.Create(),
            DoctorCommand.Create(),
            TrainCommand.Create(),
            ExportCommand.Create(),
            QuantizeCommand.Create(),
            VerifyCommand.Create(Name),
            PredictCommand.Create(Name),
            BenchCommand.Create(Name),
            ReportCommand.Create(),
            InspectCommand.Create(Name),
            DataCommand.Create(),
            StudyCommand.Create(),
        ],
        exception => exception switch
        {
            NonFiniteException or ExportMismatchException => ExitCode.Failed,
            UnsupportedOperationException or CaptureRefusedException => ExitCode.BadInput,
            _ => null,
        });
}
