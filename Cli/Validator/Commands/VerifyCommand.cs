using System.CommandLine;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create(string program)
    {
        Argument<string> run = new("run") { Description = "A run's folder, which holds the trained network's logits.", HelpName = "RUN" };
        Option<string?> model = new("--model") { Description = "The model (default: model.onnx of the run).", HelpName = "FILE" };
        Option<string?> data = new("--data") { Description = "The images that the run was tested on (default: where the run found them).", HelpName = "SOURCE" };
        VerifyArguments arguments = new();
        Command command = Verb.Create(
            "verify", "Prove with ONNX Runtime that an exported model computes what TorchSharp computed, on every test image.",
            $"{program} verify runs/cnn --provider cpu",
            (parsed, session) =>
            {
                RunFolder folder = new(parsed.GetValue(run)!);
                RunManifest manifest = folder.Load();
                ImageDataset dataset = DatasetSource.Open(parsed.GetValue(data) ?? manifest.Dataset.Source);
                ParityReport report = arguments.Verify(parsed, folder, parsed.GetValue(model) ?? folder.Model, dataset, session);
                session.Result(report, ParityReportJson.Default.ParityReport, () => ParityTable.Show(report, dataset.ClassNames, session.Console));
                return report.Passed ? ExitCode.Done : ExitCode.Failed;
            });
        command.Arguments.Add(run);
        command.Options.Add(model);
        command.Options.Add(data);
        arguments.AddTo(command);
        return command;
    }
}
