namespace OnnxInit.Contracts.Runs;

/// <summary>How a smaller model compares with the one in float32, both in ONNX Runtime on the same test images.</summary>
/// <remarks>Statistics over logits are in float64: a is the float32 model's logit and b the smaller one's.</remarks>
public sealed record QuantizationVerification
{
    /// <summary>N.</summary>
    public required int Images { get; init; }

    /// <summary>SHA-256 of these images and their labels.</summary>
    public required string DatasetDigest { get; init; }

    /// <summary>The float32 model's share of right classes, 0 to 1.</summary>
    public required double FloatAccuracy { get; init; }

    /// <summary>The smaller model's share of right classes, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>How many images both models put into the same class.</summary>
    public required int Agreements { get; init; }

    /// <summary>max |a - b|.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>10 log10(sum(a^2) / sum((a - b)^2)), in decibels; null for identical logits, and where that is not finite.</summary>
    public required double? SignalToNoiseDecibels { get; init; }

    /// <summary>Logits of the smaller model and of the other that are NaN or infinite; they are left out of the statistics.</summary>
    public required long NonFinite { get; init; }

    /// <summary>What ONNX Runtime computed on.</summary>
    public required string Provider { get; init; }

    /// <summary>The version of ONNX Runtime.</summary>
    public required string OnnxRuntimeVersion { get; init; }

    /// <summary>Images per run of the models.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The float32 model's images per second of wall time, normalisation included: the median of rounds in which the models took turns; null where speeds were not measured.</summary>
    public required double? FloatImagesPerSecond { get; init; }

    /// <summary>The smaller model's images per second.</summary>
    public required double? ImagesPerSecond { get; init; }

    /// <summary>How many times as fast the smaller model is: the median of the rounds' ratios, which a machine whose speed drifts does not move.</summary>
    public required double? SpeedRatio { get; init; }

    /// <summary>How many of the images <see cref="Layers"/> were measured on.</summary>
    public required int LayerImages { get; init; }

    /// <summary>What every layer gives in the one model and in the other, in the graph's order; everything before it is of the smaller model too.</summary>
    public required IReadOnlyList<LayerNoise> Layers { get; init; }
}
