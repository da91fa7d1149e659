using System.CommandLine;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary><c>verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create(string program)
    {
        Argument<string?> run = new("run") { Description = "A run's folder: its model, its reference (TorchSharp's logits), its images.", HelpName = "RUN", Arity = ArgumentArity.ZeroOrOne };
        Option<string[]> models = new("--model") { Description = "The model (default: model.onnx of the run); may be repeated, and is then shown side by side.", HelpName = "FILE" };
        Option<string?> reference = new("--reference") { Description = "TorchSharp's logits (default: reference.safetensors of the run).", HelpName = "FILE" };
        Option<string?> data = new("--data") { Description = "The images of the reference (default: where the run found them).", HelpName = "SOURCE" };
        Option<int> threads = new("--threads") { Description = "Threads inside one operator; 0: one per physical core.", DefaultValueFactory = _ => 0 };
        OnnxModelArguments model = new();
        VerifyArguments arguments = new("--batch-size");
        LocalizeArguments localize = new();
        Command command = Verb.Create(
            "verify", "Prove with ONNX Runtime that an exported model computes what TorchSharp computed, on every test image.",
            $"{program} verify runs/cnn --provider cpu",
            (parsed, session) =>
            {
                IReadOnlyList<OnnxModelOptions> providers = model.Read(parsed, parsed.GetValue(threads));
                _ = arguments.Read(parsed);
                Evidence evidence = Evidence.Of(parsed.GetValue(run), parsed.GetValue(models) ?? [], parsed.GetValue(reference), parsed.GetValue(data));
                localize.Check(parsed, evidence.Models);
                List<(string Path, ParityReport Report)> verdicts = [];
                List<LocalizationReport> localizations = [];
                foreach (string path in evidence.Models)
                {
                    foreach (OnnxModelOptions options in providers)
                    {
                        ParityReport report = arguments.Verify(path, options, evidence.Dataset.Test, evidence.Reference, parsed, session);
                        verdicts.Add((VerifyArguments.ReportPath(path, evidence.Run, providers.Count == 1 ? string.Empty : report.Provider), report));
                        if (localize.Localize(parsed, path, options, failed: !report.Passed) is LocalizationReport localization)
                        {
                            localizations.Add(localization);
                        }
                    }
                }

                verdicts.ForEach(verdict => verdict.Report.Save(verdict.Path));
                VerifySummary summary = new(verdicts.TrueForAll(verdict => verdict.Report.Passed), [.. verdicts.Select(verdict => verdict.Report)], localizations);
                session.Result(summary, ValidatorJson.Default.VerifySummary, () => Show(summary, evidence.Dataset.ClassNames, session));
                return summary.Passed ? ExitCode.Done : ExitCode.Failed;
            });
        command.Arguments.Add(run);
        foreach (Option option in (Option[])[models, reference, data, threads, .. arguments.Options, .. localize.Options, .. model.Options])
        {
            command.Options.Add(option);
        }

        return command;
    }

    private static void Show(VerifySummary summary, IReadOnlyList<string> classNames, Session session)
    {
        ParityTable.ShowNumbers(summary.Reports, session.Console);
        if (summary.Reports is [ParityReport only])
        {
            ClassificationTable.Show(only, classNames, session.Console);
            DifferenceChart.Show(only.Differences, session.Console);
        }

        foreach (ParityReport report in summary.Reports)
        {
            ParityTable.ShowVerdict(report, classNames, session.Console, summary.Reports.Count > 1);
        }

        foreach (LocalizationReport localization in summary.Localizations)
        {
            LocalizationTable.Show(localization, session.Console);
        }
    }

    /// <summary>What is compared.</summary>
    /// <param name="Run">The run; null where files are named instead.</param>
    /// <param name="Models">The models.</param>
    /// <param name="Reference">The trained network's logits.</param>
    /// <param name="Dataset">The images.</param>
    private sealed record Evidence(RunFolder? Run, IReadOnlyList<string> Models, ReferenceLogits Reference, ImageDataset Dataset)
    {
        /// <summary>Finds it.</summary>
        /// <exception cref="InvalidInputException">Something is missing; names all of it.</exception>
        public static Evidence Of(string? run, string[] models, string? reference, string? data)
        {
            (string Option, bool IsMissing)[] needed = [("--model", models.Length == 0), ("--reference", reference is null), ("--data", data is null)];
            string[] missing = run is null ? [.. needed.Where(option => option.IsMissing).Select(option => option.Option)] : [];
            if (missing.Length > 0)
            {
                throw new InvalidInputException($"There is no run, and {string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} missing. Name a run's folder, or a model, the reference and its images.");
            }

            RunFolder? folder = run is null ? null : new(run);
            RunManifest? manifest = folder?.Load();
            ReferenceLogits logits = ReferenceLogits.Load(reference ?? folder!.Reference);
            return new(folder, models.Length > 0 ? models : [folder!.Model], logits, DatasetSource.Open(data ?? manifest!.Dataset.Source));
        }
    }
}

/// <summary>What <c>verify --json</c> prints.</summary>
/// <param name="Passed">Whether every model passed on every provider.</param>
/// <param name="Reports">The verdicts, by model, then by provider.</param>
/// <param name="Localizations">Where models depart from TorchSharp, of those whose nodes were compared.</param>
internal sealed record VerifySummary(bool Passed, IReadOnlyList<ParityReport> Reports, IReadOnlyList<LocalizationReport> Localizations);
