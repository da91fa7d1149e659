namespace OnnxInit.Contracts.Data;

/// <summary>
/// Mean and standard deviation of every channel over all pixels of a set: mean = sum(x) / n, std = sqrt(sum((x - mean)^2) / n)
/// (population; n = images * height * width).
/// </summary>
/// <remarks>
/// Exact: every channel has only 256 different values, so that integer counts hold the whole distribution; float64 enters in the last
/// division and root. The same counts give the statistics of the normalised set without touching a pixel again.
/// </remarks>
public sealed class ChannelStatistics
{
    private const int Levels = 256;
    private const double White = 255;

    private readonly long[][] _counts;

    private ChannelStatistics(long[][] counts)
    {
        _counts = counts;
        (Mean, Std) = Moments((pixel, _) => pixel, White);
    }

    /// <summary>The mean of every channel, in units of 1 = white.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>The population standard deviation of every channel, in the same units.</summary>
    public IReadOnlyList<double> Std { get; }

    /// <summary>The number of pixels of each channel.</summary>
    public long PixelCount => _counts[0].Sum();

    /// <summary>Counts the pixels of a set.</summary>
    /// <param name="set">At least one image.</param>
    /// <exception cref="ArgumentException">The set is empty.</exception>
    public static ChannelStatistics Compute(ImageSet set)
    {
        if (set.Count == 0)
        {
            throw new ArgumentException("An empty set has no statistics; expected at least one image.", nameof(set));
        }

        long[][] counts = [.. Enumerable.Range(0, set.Shape.Channels).Select(_ => new long[Levels])];
        const int imagesPerChunk = 256;
        int chunks = (set.Count + imagesPerChunk - 1) / imagesPerChunk;
        Parallel.For(0, chunks, chunk =>
        {
            int[] local = new int[counts.Length * Levels];
            for (int image = chunk * imagesPerChunk; image < Math.Min(set.Count, (chunk + 1) * imagesPerChunk); image++)
            {
                Count(set.Image(image), set.Shape.PlaneSize, local);
            }

            lock (counts)
            {
                for (int i = 0; i < local.Length; i++)
                {
                    counts[i / Levels][i % Levels] += local[i];
                }
            }
        });
        return new ChannelStatistics(counts);
    }

    /// <summary>The normalisation that gives this set mean 0 and standard deviation 1 in every channel.</summary>
    /// <exception cref="InvalidInputException">All pixels of a channel have the same value.</exception>
    public Normalization ToNormalization()
    {
        int constant = Std.ToList().IndexOf(0);
        return constant < 0
            ? new Normalization(Mean, Std)
            : throw new InvalidInputException($"Channel {constant} has the same value in all {PixelCount:N0} pixels; its standard deviation is 0, and it cannot be normalised. Use images that differ.");
    }

    /// <summary>
    /// Mean and standard deviation of every channel after a normalisation, of the very float32 values that a network sees. Evidence that
    /// a normalisation belongs to a set: 0 and 1 up to rounding.
    /// </summary>
    /// <param name="normalization">What the set is normalised with.</param>
    /// <exception cref="ArgumentException">It has another number of channels.</exception>
    public (IReadOnlyList<double> Mean, IReadOnlyList<double> Std) Normalized(Normalization normalization) =>
        normalization.Mean.Count == _counts.Length
            ? Moments((pixel, channel) => normalization.Apply(pixel, channel), 1)
            : throw new ArgumentException($"The images have {_counts.Length} channels, and the normalisation has {normalization.Mean.Count}.", nameof(normalization));

    private static void Count(ReadOnlySpan<byte> image, int planeSize, Span<int> counts)
    {
        for (int channel = 0; channel * planeSize < image.Length; channel++)
        {
            Span<int> bins = counts.Slice(channel * Levels, Levels);
            foreach (byte pixel in image.Slice(channel * planeSize, planeSize))
            {
                bins[pixel]++;
            }
        }
    }

    /// <summary>Mean and standard deviation of value(pixel, channel) / unit, in two passes over the 256 levels.</summary>
    private (double[] Mean, double[] Std) Moments(Func<byte, int, double> value, double unit)
    {
        double[] mean = new double[_counts.Length];
        double[] std = new double[_counts.Length];
        for (int channel = 0; channel < _counts.Length; channel++)
        {
            long[] counts = _counts[channel];
            double[] values = [.. Enumerable.Range(0, Levels).Select(level => value((byte)level, channel))];
            double total = counts.Sum();
            double center = counts.Zip(values, (count, x) => count * x).Sum() / total;
            double variance = counts.Zip(values, (count, x) => count * (x - center) * (x - center)).Sum() / total;
            mean[channel] = center / unit;
            std[channel] = Math.Sqrt(variance) / unit;
        }

        return (mean, std);
    }
}
