using System.CommandLine;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit run</c>: train, export, verify.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        TrainingArguments training = new();
        ExportArguments export = new();
        VerifyArguments verify = new("--verify-batch-size");
        Option<string> provider = ProviderOption.Create();
        Command command = Verb.Create(
            "run", "Train a network, export it to ONNX, and prove that the exported model is the trained one.",
            "onnxinit run --data ~/cifar10 --epochs 5 --out runs/seed",
            (parsed, session) =>
            {
                OnnxModelOptions options = new() { Provider = ExecutionProvider.Parse(parsed.GetValue(provider)!) };
                _ = verify.Read(parsed);
                export.Check(parsed);
                (RunManifest manifest, RunFolder folder, ImageDataset dataset) = TrainCommand.Train(training, parsed, session);
                ExportSummary exported = export.Export(parsed, ExportCommand.CheckpointOf(folder.Path), folder.Model, dataset: dataset);
                session.Say(exported.ToString());
                ParityReport report = verify.Verify(folder.Model, options, dataset.Test, ReferenceLogits.Load(folder.Reference), parsed, session);
                report.Save(folder.Parity);
                session.Result(new(manifest, exported, report), CliJson.Default.RunSummary, () =>
                {
                    ParityTable.ShowNumbers([report], session.Console);
                    ParityTable.ShowVerdict(report, dataset.ClassNames, session.Console);
                });
                return report.Passed ? ExitCode.Done : ExitCode.Failed;
            },
            saves: true);
        training.AddTo(command, resumable: false);
        export.AddTo(command);
        foreach (Option option in (Option[])[provider, .. verify.Options])
        {
            command.Options.Add(option);
        }

        return command;
    }
}

/// <summary>What <c>run --json</c> prints.</summary>
/// <param name="Run">The training.</param>
/// <param name="Export">The export.</param>
/// <param name="Parity">The verdict.</param>
internal sealed record RunSummary(RunManifest Run, ExportSummary Export, ParityReport Parity);
