using System.CommandLine;
using OnnxInit.Cli.Playground;
using OnnxInit.Cli.Report;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit report</c>.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string[]> runs = new("run") { Description = "The folders of runs; several stand side by side.", HelpName = "RUN", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--output") { Description = $"The page (default: {ReportPage.FileName} in the run's folder; of several runs, in the current folder).", HelpName = "FILE" };
        Option<bool> playground = new("--playground") { Description = $"Also make {ModelPlayground.FileName} in each run's folder: a page that runs the model in the browser." };
        Option<string?> web = new("--onnxruntime-web") { Description = "A copy of the npm package onnxruntime-web, for the playground (default: npm fetches it once).", HelpName = "DIR" };
        Command command = Verb.Create(
            "report", "Make one page of a run, or of several side by side: training, signals, accuracy, pictures, parity, the graph and where it all came from. The page needs no network and no server.",
            "onnxinit report runs/mlp runs/cnn --output compared.html",
            (parsed, session) =>
            {
                RunFolder[] folders = [.. parsed.GetValue(runs)!.Select(path => new RunFolder(path))];
                string page = Path.GetFullPath(parsed.GetValue(output) ?? (folders.Length == 1 ? Path.Combine(folders[0].Path, ReportPage.FileName) : ReportPage.FileName));
                string[] playgrounds = parsed.GetValue(playground) ? [.. folders.Select(folder => ModelPlayground.Write(folder, DatasetSource.Open(folder.Load().Dataset.Source).Test, parsed.GetValue(web)))] : [];
                ReportSummary summary = Write(folders, page, new()) with { Playgrounds = playgrounds };
                session.Result(summary, CliJson.Default.ReportSummary, () => session.Say(summary.ToString()));
                return ExitCode.Done;
            });
        command.Arguments.Add(runs);
        command.Options.Add(output);
        command.Options.Add(playground);
        command.Options.Add(web);
        return command;
    }

    /// <summary>Writes the page of runs.</summary>
    /// <param name="folders">Their folders.</param>
    /// <param name="page">The file.</param>
    /// <exception cref="InvalidInputException">A folder holds no run, or is named twice; a file in it is damaged; the page cannot be written.</exception>
    /// <param name="images">Opens the pictures.</param>
    public static ReportSummary Write(IReadOnlyList<RunFolder> folders, string page, TestImageSource images)
    {
        if (folders.CountBy(folder => folder.Path).FirstOrDefault(folder => folder.Value > 1).Key is string twice)
        {
            throw new InvalidInputException($"The run '{twice}' is named more than once. Name each run that is to be compared once.");
        }

        string[] names = Names(folders);
        RunEvidence[] evidence = [.. folders.Zip(names, (folder, name) => RunEvidence.Load(folder, name, images))];
        AtomicFile.WriteText(page, ReportPage.Of(evidence));
        return new(page, new FileInfo(page).Length);
    }

    /// <summary>The folders' last names, and as much of what is above them as it takes to tell them apart.</summary>
    private static string[] Names(IReadOnlyList<RunFolder> folders)
    {
        string[][] parts = [.. folders.Select(folder => folder.Path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))];
        for (int last = 1; ; last++)
        {
            string[] names = [.. parts.Select(part => string.Join('/', part.TakeLast(last)))];
            if (names.Distinct(StringComparer.Ordinal).Count() == names.Length || last > parts.Max(part => part.Length))
            {
                return names;
            }
        }
    }
}

/// <summary>What <c>report --json</c> prints.</summary>
/// <param name="Report">The page.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record ReportSummary(string Report, long Bytes)
{
    /// <summary>The pages that run the models; empty when nobody asked for them.</summary>
    public IReadOnlyList<string> Playgrounds { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', [$"report {Report}: {Bytes:N0} bytes", .. Playgrounds.Select(page => $"playground {page}")]);
}
