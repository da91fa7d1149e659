namespace OnnxInit.Contracts.Runs;

/// <summary>What a classifier's logits are worth against the true classes. N images, K classes.</summary>
public sealed record ClassificationReport
{
    private const int CalibrationBins = 15; // as Guo et al. 2017 have it
    private const int Top = 5;

    /// <summary>N.</summary>
    public required int Images { get; init; }

    /// <summary>Share of the images whose greatest logit is the true class's, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Share of the images whose true class is among the five greatest logits, 0 to 1; of equal logits the first is the greater.</summary>
    public required double Top5Accuracy { get; init; }

    /// <summary>
    /// How far confidence is from accuracy: sum over <see cref="Calibration"/> of n_b / N |accuracy_b - confidence_b|, 0 to 1; the confidence of
    /// an image is the greatest of its softmax probabilities (Guo et al. 2017, arXiv 1706.04599).
    /// </summary>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>Fifteen bins of equal width over the confidence, 0 to 1; a confidence at an edge belongs to the bin below.</summary>
    public required IReadOnlyList<CalibrationBin> Calibration { get; init; }

    /// <summary>Share of each class's images that are classified correctly, 0 to 1; null for a class without images.</summary>
    public required IReadOnlyList<double?> ClassAccuracy { get; init; }

    /// <summary>[K, K], images by true class (row) and predicted class (column).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Images whose logits are all NaN: wrong, and in no column of <see cref="Confusion"/> nor bin of <see cref="Calibration"/>.</summary>
    public required int Unclassified { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="labels">[N], the true classes, 0 to K - 1.</param>
    /// <exception cref="ArgumentException">There are no labels or no logits, or the lengths do not fit together, or a label is no class.</exception>
    public static ClassificationReport Of(ReadOnlySpan<float> logits, ReadOnlySpan<byte> labels)
    {
        if (labels.IsEmpty || logits.IsEmpty || logits.Length % labels.Length != 0)
        {
            throw new ArgumentException($"There are {logits.Length} logits and {labels.Length} labels; expected N K and N, both above 0.");
        }

        int classes = logits.Length / labels.Length;
        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        int[] ofClass = new int[classes];
        (int Images, int Correct, double Confidence)[] bins = new (int, int, double)[CalibrationBins];
        double[] probabilities = new double[classes];
        int unclassified = 0;
        int amongTop = 0;
        for (int image = 0; image < labels.Length; image++)
        {
            ReadOnlySpan<float> own = logits.Slice(image * classes, classes);
            int label = labels[image];
            if (label >= classes)
            {
                throw new ArgumentException($"Image {image} has the label {label}, and there are logits of {classes} classes.", nameof(labels));
            }

            ofClass[label]++;
            int predicted = Prediction.Of(own).Class;
            if (predicted < 0)
            {
                unclassified++;
                continue;
            }

            confusion[label][predicted]++;
            amongTop += Rank(own, label) < Top ? 1 : 0;
            Prediction.Softmax(own, probabilities);
            double confidence = probabilities[predicted];
            ref (int Images, int Correct, double Confidence) bin = ref bins[Math.Clamp((int)Math.Ceiling(confidence * CalibrationBins) - 1, 0, CalibrationBins - 1)];
            bin = (bin.Images + 1, bin.Correct + (predicted == label ? 1 : 0), bin.Confidence + confidence);
        }

        return new()
        {
            Images = labels.Length,
            Accuracy = (double)Enumerable.Range(0, classes).Sum(label => confusion[label][label]) / labels.Length,
            Top5Accuracy = (double)amongTop / labels.Length,
            ExpectedCalibrationError = bins.Sum(bin => Math.Abs(bin.Correct - bin.Confidence)) / labels.Length,
            Calibration = [.. bins.Select(bin => new CalibrationBin(bin.Images, bin.Images == 0 ? 0 : (double)bin.Correct / bin.Images, bin.Images == 0 ? 0 : bin.Confidence / bin.Images))],
            ClassAccuracy = [.. ofClass.Select((count, label) => count == 0 ? (double?)null : (double)confusion[label][label] / count)],
            Confusion = confusion,
            Unclassified = unclassified,
        };
    }

    /// <summary>How many classes come before one; a NaN is as minus infinity.</summary>
    private static int Rank(ReadOnlySpan<float> logits, int label)
    {
        int before = 0;
        float own = float.IsNaN(logits[label]) ? float.NegativeInfinity : logits[label];
        for (int i = 0; i < logits.Length; i++)
        {
            before += logits[i] > own || (i < label && logits[i] == own) ? 1 : 0;
        }

        return before;
    }
}

/// <summary>The images of one range of confidence.</summary>
/// <param name="Images">How many.</param>
/// <param name="Accuracy">Share of them that are classified correctly, 0 to 1; 0 where there are none.</param>
/// <param name="Confidence">Their mean confidence, 0 to 1; 0 where there are none.</param>
public sealed record CalibrationBin(int Images, double Accuracy, double Confidence);
