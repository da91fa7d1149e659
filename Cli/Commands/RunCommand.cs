using System.CommandLine;
using OnnxInit.Cli.Report;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit run</c>: train, export, verify, report.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        TrainingArguments training = new();
        ExportArguments export = new();
        VerifyArguments verify = new("--verify-batch-size");
        Option<string> provider = ProviderOption.Create();
        Command command = Verb.Create(
            "run", "Train a network, export it to ONNX, prove that the exported model is the trained one, and make a page of it all.",
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
                if (!session.Json)
                {
                    ParityTable.ShowNumbers([report], session.Console);
                    ParityTable.ShowVerdict(report, dataset.ClassNames, session.Console);
                }

                ReportSummary page = MakeReport(folder, manifest, dataset);
                session.Result(new(manifest, exported, report, page.Report), CliJson.Default.RunSummary, () => session.Say(page.ToString()));
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

    /// <summary>Makes the page. Whatever goes wrong with it, the run is on disk.</summary>
    private static ReportSummary MakeReport(RunFolder folder, RunManifest manifest, ImageDataset dataset)
    {
        try
        {
            return ReportCommand.Write([folder], Path.Combine(folder.Path, ReportPage.FileName), new(manifest.Dataset.Source, dataset));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new InvalidInputException(
                $"The report could not be made: {exception.Message} The run itself is complete: its weights, model.onnx and parity.json are in '{folder.Path}'. Make the report with 'onnxinit report {folder.Path}'.", exception);
        }
    }
}

/// <summary>What <c>run --json</c> prints.</summary>
/// <param name="Run">The training.</param>
/// <param name="Export">The export.</param>
/// <param name="Parity">The verdict.</param>
/// <param name="Report">The page.</param>
internal sealed record RunSummary(RunManifest Run, ExportSummary Export, ParityReport Parity, string Report);
