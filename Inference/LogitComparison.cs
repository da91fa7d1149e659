using OnnxInit.Contracts.Runs;

namespace OnnxInit.Inference;

/// <summary>Compares two sides' logits for the same images; sums are accumulated in float64.</summary>
public static class LogitComparison
{
    /// <summary>The greatest absolute difference that passes where nobody says otherwise: float32 sums over some thousand terms differ by 1e-6 to 1e-5 when their order changes.</summary>
    public const double DefaultTolerance = 1e-4;

    // Below this, a relative difference says nothing about a logit.
    private const double RelativeGuard = 1e-6;

    /// <summary>Compares.</summary>
    /// <param name="reference">[N, K], a: the side that is right by definition.</param>
    /// <param name="found">[N, K], b.</param>
    /// <param name="labels">[N], the true classes.</param>
    /// <param name="tolerance">The greatest |a - b| that passes, from 0.</param>
    /// <exception cref="ArgumentException">There are no labels or no logits, or the lengths do not fit together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or NaN.</exception>
    public static ParityComparison Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> found, ReadOnlySpan<byte> labels, double tolerance = DefaultTolerance)
    {
        if (labels.IsEmpty || reference.IsEmpty || reference.Length != found.Length || reference.Length % labels.Length != 0)
        {
            throw new ArgumentException($"There are {reference.Length} reference logits, {found.Length} found logits and {labels.Length} labels; expected N K, N K and N, all above 0.");
        }

        if (double.IsNaN(tolerance) || tolerance < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance is a number from 0.");
        }

        LogitDifferences differences = Measure(reference, found);
        (int referenceCorrect, int foundCorrect, List<ParityDisagreement> disagreements) = Classify(reference, found, labels);
        return new ParityComparison(
            labels.Length,
            referenceCorrect,
            foundCorrect,
            disagreements,
            differences.MaxAbsolute,
            differences.MeanAbsolute,
            differences.Percentile(0.99),
            differences.MaxRelative,
            differences.MaxUlp,
            differences.CosineSimilarity,
            differences.SignalToNoiseDecibels,
            differences.NonFinite,
            tolerance)
        {
            Differences = differences.Histogram(),
        };
    }

    /// <summary>How many float32 numbers lie from one to the other, the second included: 0 for equal ones, and between 0 and -0.</summary>
    /// <param name="left">Not NaN.</param>
    /// <param name="right">Not NaN.</param>
    public static long UlpDistance(float left, float right) => Math.Abs(Position(left) - Position(right));

    private static LogitDifferences Measure(ReadOnlySpan<float> reference, ReadOnlySpan<float> found)
    {
        LogitDifferences differences = new(reference.Length);
        for (int i = 0; i < reference.Length; i++)
        {
            if (float.IsFinite(reference[i]) && float.IsFinite(found[i]))
            {
                differences.Add(reference[i], found[i], RelativeGuard);
            }
            else
            {
                differences.NonFinite += (float.IsFinite(reference[i]) ? 0 : 1) + (float.IsFinite(found[i]) ? 0 : 1);
            }
        }

        return differences;
    }

    private static (int ReferenceCorrect, int FoundCorrect, List<ParityDisagreement> Disagreements) Classify(ReadOnlySpan<float> reference, ReadOnlySpan<float> found, ReadOnlySpan<byte> labels)
    {
        int classes = reference.Length / labels.Length;
        int referenceCorrect = 0;
        int foundCorrect = 0;
        List<ParityDisagreement> disagreements = [];
        for (int image = 0; image < labels.Length; image++)
        {
            Prediction expected = Prediction.Of(reference.Slice(image * classes, classes));
            Prediction actual = Prediction.Of(found.Slice(image * classes, classes));
            referenceCorrect += expected.Class == labels[image] ? 1 : 0;
            foundCorrect += actual.Class == labels[image] ? 1 : 0;
            if (expected.Class != actual.Class)
            {
                disagreements.Add(new ParityDisagreement(image, labels[image], expected.Class, actual.Class, Math.Min(expected.Margin, actual.Margin)));
            }
        }

        return (referenceCorrect, foundCorrect, disagreements);
    }

    // Counts float32 numbers from 0 upwards and downwards.
    private static long Position(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : (long)int.MinValue - bits;
    }
}
