using System.Diagnostics;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Inference.Quantization.Verification;

/// <summary>The speeds of two models, measured in turn, round after round, so that a machine whose speed drifts slows both alike.</summary>
/// <param name="First">Images per second, the median over the rounds.</param>
/// <param name="Second">The same of the other model.</param>
/// <param name="Ratio">The median over the rounds of how many times as fast the second is.</param>
internal sealed record PairedSpeed(double First, double Second, double Ratio)
{
    private const int MostImages = 2048;

    /// <summary>A turn takes at least so long, or the clock and the scheduler show.</summary>
    private const double SecondsPerTurn = 0.1;

    /// <summary>Measures.</summary>
    /// <param name="first">A model.</param>
    /// <param name="second">Another, with the same input.</param>
    /// <param name="images">Images; the first of them are used.</param>
    /// <param name="batchSize">Images per run.</param>
    /// <param name="rounds">Turns of each model, an odd number.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    public static PairedSpeed Measure(OnnxModel first, OnnxModel second, ImageSet images, int batchSize, int rounds, CancellationToken cancellationToken)
    {
        int count = Math.Min(images.Count, MostImages);
        ImageSet some = new(images.Shape, images.Pixels[..(count * images.Shape.Size)], images.Labels[..count]);
        float[] logits = new float[count * first.ClassCount];
        double warmUp = Math.Max(Seconds(first, passes: 1), Seconds(second, passes: 1));
        int passes = (int)Math.Clamp(SecondsPerTurn / warmUp, 1, 1000);
        double[] firsts = new double[rounds];
        double[] seconds = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            firsts[round] = count * passes / Seconds(first, passes);
            seconds[round] = count * passes / Seconds(second, passes);
        }

        return new(Median(firsts), Median(seconds), Median([.. seconds.Zip(firsts, (mine, other) => mine / other)]));

        double Seconds(OnnxModel model, int passes)
        {
            long started = Stopwatch.GetTimestamp();
            for (int pass = 0; pass < passes; pass++)
            {
                model.Run(some, batchSize, logits, progress: null, cancellationToken);
            }

            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
