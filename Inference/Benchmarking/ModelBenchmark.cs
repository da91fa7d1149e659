using System.Diagnostics;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Inference.Benchmarking;

/// <summary>Times a model on pixels of noise: what an image is does not change how long it takes.</summary>
public static class ModelBenchmark
{
    private const int LeastWarmUpCalls = 3;

    /// <summary>Times calls of one batch size, from pixels to logits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The batch size, and for how long.</param>
    /// <param name="cancellationToken">Ends it between two calls.</param>
    /// <returns>
    /// The times and the images per second, with a 95 % confidence interval of the median that assumes nothing about how the times are
    /// distributed: between the order statistics n/2 - 0.98 sqrt(n) and 1 + n/2 + 0.98 sqrt(n) (Conover, Practical Nonparametric Statistics).
    /// </returns>
    /// <exception cref="InvalidInputException">An option is out of its range, the model's batch is fixed to another size, or ONNX Runtime fails.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static BenchmarkResult Run(OnnxModel model, BenchmarkOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (model.Input.FixedBatch is int batch && batch != options.BatchSize)
        {
            throw new InvalidInputException($"The model '{model.FilePath}' takes batches of {batch} and no others; it cannot be timed with {options.BatchSize}.");
        }

        byte[] pixels = Noise((long)options.BatchSize * model.Input.Image.Size);
        float[] logits = new float[options.BatchSize * model.ClassCount];
        _ = Repeat(options.WarmUpSeconds, LeastWarmUpCalls);
        double[] milliseconds = [.. Repeat(options.Seconds, BenchmarkOptions.LeastCalls).Order()];

        double margin = 0.98 * Math.Sqrt(milliseconds.Length);
        double half = milliseconds.Length / 2.0;
        return new(
            model.FilePath, model.Provider.ToString(), model.Options.IntraOpThreads, options.BatchSize, LatencySummary.Of(milliseconds),
            PerSecond(half), PerSecond(half + 1 + margin), PerSecond(half - margin));

        List<double> Repeat(double seconds, int least)
        {
            List<double> times = [];
            long begun = Stopwatch.GetTimestamp();
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                long call = Stopwatch.GetTimestamp();
                model.Run(pixels, logits);
                times.Add(Stopwatch.GetElapsedTime(call).TotalMilliseconds);
            }
            while (times.Count < least || Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds);
            return times;
        }

        // Images per second at an order statistic, counted from 1.
        double PerSecond(double rank) => 1000 * options.BatchSize / milliseconds[Math.Clamp((int)Math.Ceiling(rank) - 1, 0, milliseconds.Length - 1)];
    }

    private static byte[] Noise(long length)
    {
        if (length > Array.MaxLength)
        {
            throw new InvalidInputException($"A batch of {length:N0} pixel bytes is too large; expected at most {Array.MaxLength:N0}. Choose a smaller batch size.");
        }

        byte[] pixels = new byte[length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((uint)i * 2_654_435_761 >> 24); // Knuth's multiplicative hash
        }

        return pixels;
    }
}
