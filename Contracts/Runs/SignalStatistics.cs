using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>
/// What the entries of one tensor are like. Moments are those of the finite entries, summed in float64, so that they neither overflow nor
/// underflow where the tensor's own type would; without finite entries they are NaN.
/// </summary>
public sealed record SignalStatistics
{
    /// <summary>Entries.</summary>
    public required long Count { get; init; }

    /// <summary>Entries that are infinite or NaN.</summary>
    public required long NonFinite { get; init; }

    /// <summary>log10 of the mean of x^2; minus infinity when every entry is 0.</summary>
    public required double Log10MeanSquare { get; init; }

    /// <summary>The mean.</summary>
    public required double Mean { get; init; }

    /// <summary>The mean of (x - mean)^2: divided by the count, not by one less.</summary>
    public required double Variance { get; init; }

    /// <summary>The smallest.</summary>
    public required double Min { get; init; }

    /// <summary>The largest.</summary>
    public required double Max { get; init; }

    /// <summary>Share of the entries that are 0, from 0 to 1.</summary>
    public required double Zeros { get; init; }

    /// <summary>Share of the entries at the flat ends of an activation, such as |tanh| above 0.99; null where there are no such ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Saturated { get; init; }

    /// <summary>Units: columns of a linear layer's output, channels of a convolution's; null where they were not looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Units { get; init; }

    /// <summary>Units that are 0 for every example of the batch, at every position.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DeadUnits { get; init; }

    /// <summary>How the finite entries are distributed; null when nobody asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignalHistogram? Histogram { get; init; }

    /// <summary>sqrt of the mean square; 0 or infinity where float64 cannot hold it, which <see cref="Log10MeanSquare"/> can.</summary>
    [JsonIgnore]
    public double RootMeanSquare => Math.Pow(10, Log10MeanSquare / 2);
}

/// <summary>Counts in bins of equal width.</summary>
/// <param name="Lower">Where the first bin begins.</param>
/// <param name="Upper">Where the last ends; entries there belong to it.</param>
/// <param name="Counts">Entries per bin.</param>
public sealed record SignalHistogram(double Lower, double Upper, IReadOnlyList<long> Counts);
