using OnnxInit.Contracts.Runs;

namespace OnnxInit.Inference.Benchmarking;

/// <summary>How fast a model is with one batch size and one number of threads.</summary>
/// <param name="Model">The file.</param>
/// <param name="Provider">What computed.</param>
/// <param name="Threads">Threads inside one operator; 0: one per physical core.</param>
/// <param name="BatchSize">Images of one call.</param>
/// <param name="Latency">The times of the calls, normalisation included.</param>
/// <param name="ImagesPerSecond">The batch size over the median time.</param>
/// <param name="ImagesPerSecondLow">The lower end of its 95 % confidence interval.</param>
/// <param name="ImagesPerSecondHigh">The upper end.</param>
public sealed record BenchmarkResult(
    string Model, string Provider, int Threads, int BatchSize, LatencySummary Latency, double ImagesPerSecond, double ImagesPerSecondLow, double ImagesPerSecondHigh);
