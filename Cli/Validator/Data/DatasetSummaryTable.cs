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
            .AddColumns("Channel", "Mean", "Std", "Normalised by these", "In training normalised by", "which gives");
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
                MeanAndStd(channel.StandardizedMean, channel.StandardizedStd),
                $"(x - {channel.SubtractedMean:F4}) / {channel.DividingStd:F4}",
                MeanAndStd(channel.NormalizedMean, channel.NormalizedStd));
        }

        console.Write(table);
    }

    /// <summary>Four digits; adding 0 makes 0.0000 of -0.0000.</summary>
    private static string MeanAndStd(double mean, double std) => $"{Math.Round(mean, 4) + 0.0:F4}, {std:F4}";
}
