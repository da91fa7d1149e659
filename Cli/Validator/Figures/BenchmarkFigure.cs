using OnnxInit.Contracts.Figures;
using OnnxInit.Inference.Benchmarking;

namespace OnnxInit.Cli.Figures;

/// <summary>How fast models are, over the batch size.</summary>
internal static class BenchmarkFigure
{
    /// <summary>Images per second and latency, a line for every model, provider and number of threads.</summary>
    /// <param name="results">The measurements.</param>
    public static Figure Of(IReadOnlyList<BenchmarkResult> results)
    {
        bool models = results.Select(result => result.Model).Distinct().Count() > 1;
        bool providers = results.Select(result => result.Provider).Distinct().Count() > 1;
        (string Name, BenchmarkResult[] Results)[] lines =
        [
            .. results.GroupBy(result => (result.Model, result.Provider, result.Threads), (key, group) => (
                string.Join(", ", ((string[])[models ? key.Model : string.Empty, providers ? key.Provider : string.Empty, key.Threads switch { 0 => "a thread per core", 1 => "1 thread", int count => $"{count} threads" }]).Where(part => part.Length > 0)),
                group.OrderBy(result => result.BatchSize).ToArray())),
        ];
        return new(
            "bench",
            models ? "Speed of the models" : $"Speed of {results[0].Model}",
            "Left: images per second, with the 95 % interval of the median. Right: how long a call takes, the median, and above it up to the 99th percentile.",
            [
                Panel("images per second", result => result.ImagesPerSecond, result => result.ImagesPerSecondLow, result => result.ImagesPerSecondHigh),
                Panel("milliseconds of a call", result => result.Latency.P50, result => result.Latency.P50, result => result.Latency.P99),
            ],
            Columns: 2);

        LinePanel Panel(string label, Func<BenchmarkResult, double> value, Func<BenchmarkResult, double> low, Func<BenchmarkResult, double> high) => new(
            string.Empty,
            Axis.OfDecades("images of a call"),
            Axis.OfDecades(label),
            [.. lines.Select(line => new Series(line.Name, SeriesStyle.Measured, Logarithms(line.Results, result => result.BatchSize), Logarithms(line.Results, value))
            {
                Low = Logarithms(line.Results, low),
                High = Logarithms(line.Results, high),
            })]);
    }

    private static double[] Logarithms(BenchmarkResult[] results, Func<BenchmarkResult, double> value) => [.. results.Select(result => Math.Log10(value(result)))];
}
