using OnnxInit.Inference.Benchmarking;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows how fast models are.</summary>
internal static class BenchmarkTable
{
    /// <summary>Prints a row for every combination.</summary>
    /// <param name="results">The measurements.</param>
    /// <param name="console">Where.</param>
    public static void Show(IReadOnlyList<BenchmarkResult> results, IAnsiConsole console)
    {
        foreach (IGrouping<string, BenchmarkResult> model in results.GroupBy(result => result.Model))
        {
            Table table = new Table().Border(TableBorder.Rounded).AddColumns("provider", "threads", "batch", "p50 ms", "p90 ms", "p99 ms", "images/s", "95 % interval", "calls");
            foreach (TableColumn column in table.Columns.Skip(1))
            {
                column.RightAligned();
            }

            foreach (BenchmarkResult result in model)
            {
                table.AddRow(
                    Markup.Escape(result.Provider), result.Threads == 0 ? "per core" : $"{result.Threads}", $"{result.BatchSize:N0}", $"{result.Latency.P50:F3}", $"{result.Latency.P90:F3}",
                    $"{result.Latency.P99:F3}", $"{result.ImagesPerSecond:N0}", $"{result.ImagesPerSecondLow:N0} to {result.ImagesPerSecondHigh:N0}", $"{result.Latency.Calls:N0}");
            }

            console.WriteLine(model.Key);
            console.Write(table);
        }

        console.WriteLine("from pixels to logits, normalisation included; the interval is that of the median");
    }
}
