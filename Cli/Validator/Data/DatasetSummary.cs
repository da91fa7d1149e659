using System.Text.Json.Serialization;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Cli.Data;

/// <summary>What <c>data stats</c> measures.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="Digest">SHA-256 over labels and pixels.</param>
/// <param name="TrainCount">Training images.</param>
/// <param name="TestCount">Test images.</param>
/// <param name="Shape">The shape of an image, [C, H, W].</param>
/// <param name="ClassNames">The class names by label.</param>
/// <param name="Channels">The training set's statistics by channel.</param>
internal sealed record DatasetSummary(
    string Name,
    string Digest,
    int TrainCount,
    int TestCount,
    IReadOnlyList<int> Shape,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<ChannelSummary> Channels)
{
    /// <summary>Measures the training set, as it is, normalised by its own statistics, and as the data set's normalisation makes it.</summary>
    public static DatasetSummary Compute(ImageDataset dataset)
    {
        ChannelStatistics statistics = ChannelStatistics.Compute(dataset.Train);
        Normalization normalization = dataset.Normalization;
        (IReadOnlyList<double> standardMean, IReadOnlyList<double> standardStd) = statistics.Normalized(statistics.ToNormalization());
        (IReadOnlyList<double> normalizedMean, IReadOnlyList<double> normalizedStd) = statistics.Normalized(normalization);
        ImageShape shape = dataset.Train.Shape;
        return new DatasetSummary(
            dataset.Name,
            dataset.Digest,
            dataset.Train.Count,
            dataset.Test.Count,
            [shape.Channels, shape.Height, shape.Width],
            dataset.ClassNames,
            [.. Enumerable.Range(0, shape.Channels).Select(channel => new ChannelSummary(
                ChannelName(shape, channel),
                statistics.Mean[channel],
                statistics.Std[channel],
                standardMean[channel],
                standardStd[channel],
                normalization.Mean[channel],
                normalization.Std[channel],
                normalizedMean[channel],
                normalizedStd[channel]))]);
    }

    private static string ChannelName(ImageShape shape, int channel) =>
        shape.Channels == 3 ? ((string[])["red", "green", "blue"])[channel] : $"{channel}";
}

/// <summary>One channel of the training set; pixels in units of 1 = white.</summary>
/// <param name="Channel">red, green or blue, else the channel's number.</param>
/// <param name="Mean">The mean of its pixels.</param>
/// <param name="Std">Their population standard deviation.</param>
/// <param name="StandardizedMean">The mean of the float32 values that these two normalise the channel to: 0, but for rounding.</param>
/// <param name="StandardizedStd">Their standard deviation: 1, but for rounding.</param>
/// <param name="SubtractedMean">The mean that the data set's normalisation subtracts.</param>
/// <param name="DividingStd">The standard deviation that it divides by.</param>
/// <param name="NormalizedMean">The mean of the values that this normalises to; 0 when it fits the set.</param>
/// <param name="NormalizedStd">Their standard deviation; 1 when it fits.</param>
internal sealed record ChannelSummary(
    string Channel, double Mean, double Std, double StandardizedMean, double StandardizedStd, double SubtractedMean, double DividingStd, double NormalizedMean, double NormalizedStd);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DatasetSummary))]
internal sealed partial class DatasetSummaryJson : JsonSerializerContext;
