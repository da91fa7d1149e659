using System.CommandLine;
using OnnxInit.Cli.Data;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using Spectre.Console;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit data fetch|stats|show</c>.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Download, measure and look at the images.") { Fetch(), Stats(), Show() };

    private static Command Fetch()
    {
        return Verb.Create(
            "fetch", "Download CIFAR-10 (162 MB) into the user's cache folder, checked by size and SHA-256; a partial download is resumed.",
            "onnxinit data fetch && onnxinit run --data cifar10",
            (_, session) =>
            {
                DownloadOptions options = new();
                string path = Download(options, session);
                session.Result(new(path, options.Sha256), CliJson.Default.FetchSummary, () => session.Say($"{path}\nUse it with --data cifar10."));
                return ExitCode.Done;
            },
            saves: true);
    }

    private static string Download(DownloadOptions options, Session session)
    {
        if (!session.Live)
        {
            return Cifar10Download.FetchAsync(options, progress: null, session.Cancellation).GetAwaiter().GetResult();
        }

        return session.Console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Cifar10.ArchiveName, maxValue: options.Size);
                return Cifar10Download.FetchAsync(options, new Report(progress => bar.Value = progress.Received), session.Cancellation).GetAwaiter().GetResult();
            });
    }

    private static Command Stats()
    {
        Option<string> data = DataOption.Create();
        Command command = Verb.Create(
            "stats", "Compute mean and standard deviation of every channel of a training set, and show that they normalise it to 0 and 1.",
            "onnxinit data stats --data ~/cifar10",
            (parsed, session) =>
            {
                DatasetSummary summary = DatasetSummary.Compute(DatasetSource.Open(parsed.GetValue(data)!));
                session.Result(summary, DatasetSummaryJson.Default.DatasetSummary, () => DatasetSummaryTable.Write(session.Console, summary));
                return ExitCode.Done;
            });
        command.Options.Add(data);
        return command;
    }

    private static Command Show()
    {
        Option<string> data = DataOption.Create();
        Option<string> split = new("--split") { Description = "train or test.", DefaultValueFactory = _ => "train" };
        split.AcceptOnlyFromAmong("train", "test");
        Option<int> index = new("--index") { Description = "The first image.", DefaultValueFactory = _ => 0 };
        Option<int> count = new("--count") { Description = "How many.", DefaultValueFactory = _ => 1 };
        Option<string?> png = new("--png") { Description = "Also write a contact sheet with class names.", HelpName = "FILE" };
        Command command = Verb.Create(
            "show", "Show images on the terminal, and as a PNG contact sheet.",
            "onnxinit data show --data ~/cifar10 --index 0 --count 40 --png sheet.png",
            (parsed, session) =>
            {
                ImageDataset dataset = DatasetSource.Open(parsed.GetValue(data)!);
                ImageSet set = parsed.GetValue(split) == "test" ? dataset.Test : dataset.Train;
                int[] indices = Range(parsed.GetValue(index), parsed.GetValue(count), set.Count);
                string? sheet = parsed.GetValue(png);
                if (sheet is not null)
                {
                    ContactSheet.Write(sheet, set, indices, dataset.ClassNames);
                }

                ShowSummary summary = new([.. indices.Select(i => new ShownImage(i, set.Labels[i], dataset.ClassNames[set.Labels[i]]))], sheet);
                session.Result(summary, CliJson.Default.ShowSummary, () => ToPeople(summary, set, indices, dataset, session));
                return ExitCode.Done;
            });
        foreach (Option option in (Option[])[data, split, index, count, png])
        {
            command.Options.Add(option);
        }

        return command;
    }

    private static void ToPeople(ShowSummary summary, ImageSet set, int[] indices, ImageDataset dataset, Session session)
    {
        if (session.Console.Profile.Capabilities.Ansi)
        {
            TerminalPicture.Write(session.Console, set, indices, dataset.ClassNames);
        }
        else
        {
            session.Say(string.Join("\n", summary.Images.Select(image => $"{image.Index} {image.Name}")));
            session.Say("The output is no terminal with colours: write the pictures with --png FILE.");
        }

        if (summary.Sheet is not null)
        {
            session.Say($"wrote {Path.GetFullPath(summary.Sheet)}");
        }
    }

    private static int[] Range(int first, int count, int available) =>
        first >= 0 && count >= 1 && first <= available - count
            ? [.. Enumerable.Range(first, count)]
            : throw new InvalidInputException($"--index {first} --count {count} is outside of the set; expected images from 0 to {available - 1}.");

    /// <summary>Reports on the thread that reports; System.Progress would hand it to the pool, out of order.</summary>
    private sealed class Report(Action<DownloadProgress> action) : IProgress<DownloadProgress>
    {
        void IProgress<DownloadProgress>.Report(DownloadProgress value) => action(value);
    }
}

/// <summary>What <c>data fetch --json</c> prints.</summary>
/// <param name="Path">The archive.</param>
/// <param name="Sha256">Its digest, checked.</param>
internal sealed record FetchSummary(string Path, string Sha256);

/// <summary>What <c>data show --json</c> prints.</summary>
/// <param name="Images">The images.</param>
/// <param name="Sheet">The contact sheet; null when none was asked for.</param>
internal sealed record ShowSummary(IReadOnlyList<ShownImage> Images, string? Sheet);

/// <summary>One of them.</summary>
/// <param name="Index">Its place in the set.</param>
/// <param name="Label">Its class.</param>
/// <param name="Name">The name of that.</param>
internal sealed record ShownImage(int Index, int Label, string Name);
