using System.CommandLine;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> source = new("source") { Description = "A run's folder (its best weights), or a checkpoint.", HelpName = "RUN" };
        Option<string?> output = new("--output") { Description = "The model file (default: model.onnx in the run's folder, or beside the checkpoint).", HelpName = "FILE" };
        Option<bool> print = new("--print") { Description = "Show the graph as text." };
        ExportArguments arguments = new();
        Command command = Verb.Create(
            "export", "Export a run or a checkpoint to ONNX.",
            "onnxinit export runs/cnn --embed-normalization --output cnn.onnx",
            (parsed, session) =>
            {
                arguments.Check(parsed);
                string checkpoint = CheckpointOf(parsed.GetValue(source)!);
                ExportSummary summary = arguments.Export(parsed, checkpoint, parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!, "model.onnx"), parsed.GetValue(print) ? session.Say : null);
                session.Result(summary, CliJson.Default.ExportSummary, () => session.Say(summary.ToString()));
                return ExitCode.Done;
            });
        command.Arguments.Add(source);
        command.Options.Add(output);
        command.Options.Add(print);
        arguments.AddTo(command);
        return command;
    }

    /// <summary>The checkpoint that a path means.</summary>
    /// <param name="path">A checkpoint, or a run's folder.</param>
    public static string CheckpointOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? path : throw new InvalidInputException($"There is no run and no checkpoint '{path}'. Name a folder that 'onnxinit train --out' wrote, or a .safetensors file in it.");
        }

        RunFolder folder = new(path);
        _ = folder.Load();
        return File.Exists(folder.BestCheckpoint) ? folder.BestCheckpoint : folder.Checkpoint;
    }
}
