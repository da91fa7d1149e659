using Spectre.Console;

namespace OnnxInit.Cli.Data;

/// <summary>Prints a <see cref="DatasetSummary"/> for people.</summary>
internal static class DatasetSummaryTable
{
    /// <summary>Prints the counts, and the statistics of the training set before and after normalisation.</summary>
    public static void Write(IAnsiConsole console, DatasetSummary summary)
    {
        console.MarkupLineInterpolated($"[bold]{summary.Name}[/]  {summary.TrainCount:N0} training and {summary.TestCount:N0} test images of {string.Join("x", summary.Shape)}, {summary.ClassNames.Count} classes");
        console.MarkupLineInterpolated($"[dim]sha256 {summary.Digest}[/]");
        Table table = new Table { Title = new TableTitle("Training set, by channel (1 = white)") }
            .AddColumns("Channel", "Mean", "Std", "Normalised by", "Mean after", "Std after");
        foreach (TableColumn column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        foreach (ChannelSummary channel in summary.Channels)
        {
            table.AddRow(
                channel.Channel,
                $"{channel.Mean:F4}",
                $"{channel.Std:F4}",
                $"(x - {channel.SubtractedMean:F4}) / {channel.DividingStd:F4}",
                $"{WithoutNegativeZero(channel.NormalizedMean):F4}",
                $"{channel.NormalizedStd:F4}");
        }

        console.Write(table);
    }

    /// <summary>Rounds to the four digits shown; -0.0000 becomes 0.0000.</summary>
    private static double WithoutNegativeZero(double value) => Math.Round(value, 4) + 0.0;
}
