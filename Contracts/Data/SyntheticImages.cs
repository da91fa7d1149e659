using System.Numerics;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// A built-in data set in the shape of CIFAR-10, for machines without it: noisy, coloured gratings in 10 classes, of which every image
/// is a function of (seed, split, index) alone.
/// </summary>
/// <remarks>
/// pixel[c, y, x] = 128 + brightness[c] + contrast[c] * pattern(x + dx, y + dy) + noise, limited to 0 to 255. The class is the pattern:
/// five orientations, coarse and fine. Shift, brightness and the contrast's strength and sign differ from image to image, so that the
/// classes have the same mean image and no linear classifier can tell them apart: a network has to learn features. All arithmetic per
/// pixel is in integers; every machine makes the same bytes.
/// </remarks>
public static class SyntheticImages
{
    /// <summary>The name of the data set in reports and manifests.</summary>
    public const string Name = "synthetic";

    /// <summary>Training images unless said otherwise.</summary>
    public const int DefaultTrainCount = 10_000;

    /// <summary>Test images unless said otherwise.</summary>
    public const int DefaultTestCount = 2_000;

    private const int Side = 32;
    private const int Unit = 256; // pattern values are multiples of 1 / 256

    // Tuned so that 3072-100-10 with He's initialisation reaches about 80 % in 5 epochs (SGD, learning rate 1e-3, momentum 0.9, batch
    // 64) and 96 % at 1e-2, with N(0, 1) weights 12 % and 80 %, and a linear classifier 11 %.
    private const int LargestBrightness = 32;
    private const int LargestContrast = 32;
    private const int NoiseStep = 16; // the noise is binomial, 16 coins, of this step: standard deviation 2 steps

    /// <summary>The most images that one array of pixels holds.</summary>
    internal static readonly int LargestCount = Array.MaxLength / ImageShape.Cifar10.Size;
    private static readonly int[][] Patterns = [.. MakePatterns()];

    /// <summary>The names of the classes, by label.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["columns", "rows", "rising", "falling", "checks", "fine columns", "fine rows", "fine rising", "fine falling", "fine checks"];

    /// <summary>Makes a training set, a test set, and the normalisation that the training set's statistics give.</summary>
    /// <param name="trainCount">Training images, at least 1.</param>
    /// <param name="testCount">Test images, at least 1.</param>
    /// <param name="seed">Another seed, other images of the same kind.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1, or above what an array holds.</exception>
    public static ImageDataset CreateDataset(int trainCount = DefaultTrainCount, int testCount = DefaultTestCount, long seed = 0)
    {
        ImageSet train = Generate(trainCount, seed, "train");
        return new ImageDataset(Name, ClassNames, train, Generate(testCount, seed, "test"), ChannelStatistics.Compute(train).ToNormalization());
    }

    /// <summary>Makes one set. Image i has class i mod 10, and is the same however many images are made.</summary>
    /// <param name="count">Images, at least 1.</param>
    /// <param name="seed">Another seed, other images of the same kind.</param>
    /// <param name="split">What the set is for, such as <c>train</c>; other splits have other images.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1, or above what an array holds.</exception>
    public static ImageSet Generate(int count, long seed, string split)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LargestCount);
        ImageShape shape = ImageShape.Cifar10;
        ImageSet set = new(shape, GC.AllocateUninitializedArray<byte>(count * shape.Size), new byte[count]);
        Parallel.For(0, count, index =>
        {
            int label = index % Patterns.Length;
            set.Labels[index] = (byte)label;
            Draw(Patterns[label], new PhiloxRandom(seed, $"{Name}/{split}/{index}"), set.Pixels.AsSpan(index * shape.Size, shape.Size));
        });
        return set;
    }

    private static void Draw(int[] pattern, PhiloxRandom random, Span<byte> pixels)
    {
        int shiftX = random.NextInt32(Side);
        int shiftY = random.NextInt32(Side);
        int sign = random.NextInt32(2) == 0 ? -1 : 1;
        for (int channel = 0; channel < ImageShape.Cifar10.Channels; channel++)
        {
            int brightness = 128 + random.NextInt32((2 * LargestBrightness) + 1) - LargestBrightness;
            int contrast = sign * random.NextInt32(LargestContrast + 1);
            Span<byte> plane = pixels.Slice(channel * Side * Side, Side * Side);
            for (int y = 0; y < Side; y++)
            {
                ReadOnlySpan<int> row = pattern.AsSpan((y + shiftY) % Side * Side, Side);
                for (int x = 0; x < Side; x += 2)
                {
                    uint bits = random.NextUInt32();
                    plane[(y * Side) + x] = Pixel(brightness, contrast, row[(x + shiftX) % Side], bits & 0xffff);
                    plane[(y * Side) + x + 1] = Pixel(brightness, contrast, row[(x + 1 + shiftX) % Side], bits >> 16);
                }
            }
        }
    }

    /// <summary>One pixel; its noise counts the ones among 16 random bits.</summary>
    private static byte Pixel(int brightness, int contrast, int pattern, uint bits) =>
        (byte)Math.Clamp(brightness + (contrast * pattern / Unit) + (NoiseStep * (BitOperations.PopCount(bits) - 8)), 0, 255);

    private static IEnumerable<int[]> MakePatterns()
    {
        foreach (int frequency in (int[])[1, 2])
        {
            yield return MakePattern((x, y) => Wave(frequency * x));
            yield return MakePattern((x, y) => Wave(frequency * y));
            yield return MakePattern((x, y) => Wave(frequency * (x + y)));
            yield return MakePattern((x, y) => Wave(frequency * (x - y)));
            yield return MakePattern((x, y) => Math.Sqrt(2) * Wave(frequency * x) * Wave(frequency * y));
        }
    }

    private static int[] MakePattern(Func<int, int, double> value)
    {
        int[] pattern = new int[Side * Side];
        for (int i = 0; i < pattern.Length; i++)
        {
            pattern[i] = (int)Math.Round(Unit * value(i % Side, i / Side));
        }

        return pattern;
    }

    /// <summary>cos of so many 32nds of a turn.</summary>
    private static double Wave(int steps) => Math.Cos(2 * Math.PI * steps / Side);
}
