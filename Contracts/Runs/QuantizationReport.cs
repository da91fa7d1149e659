using System.Text.Json;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Contracts.Runs;

/// <summary>What making a model smaller did to it: what was done, and how the smaller model compares with the one in float32.</summary>
public sealed record QuantizationReport
{
    /// <summary>What it was made into: <c>fp16</c> or <c>int8</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The name of the smaller model's file, without its folder.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the smaller model's file, in hexadecimal.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Bytes of the smaller model.</summary>
    public required long Bytes { get; init; }

    /// <summary>The name of the float32 model's file, without its folder.</summary>
    public required string FloatModel { get; init; }

    /// <summary>SHA-256 of the float32 model's file, in hexadecimal.</summary>
    public required string FloatModelDigest { get; init; }

    /// <summary>Bytes of the float32 model, with the weights that lie in files beside it.</summary>
    public required long FloatBytes { get; init; }

    /// <summary><see cref="Bytes"/> as a share of <see cref="FloatBytes"/>.</summary>
    public double Share => (double)Bytes / FloatBytes;

    /// <summary>How the ranges of activations were found; null for fp16, which needs none.</summary>
    public required QuantizationCalibration? Calibration { get; init; }

    /// <summary>BatchNorm layers folded into the layers before them.</summary>
    public required int FoldedBatchNorms { get; init; }

    /// <summary>Nodes with weights that stay in float32: by choice, or since there is no kernel for them.</summary>
    public required IReadOnlyList<string> LayersInFloat { get; init; }

    /// <summary>fp16: weights other than 0 that became 0.</summary>
    public required long UnderflowingWeights { get; init; }

    /// <summary>fp16: activations other than 0 that become 0, on the images that were looked at.</summary>
    public required long UnderflowingActivations { get; init; }

    /// <summary>The comparison; null where there were no images for it.</summary>
    public required QuantizationVerification? Verification { get; init; }

    /// <summary>Writes the report as indented JSON with camelCase names.</summary>
    /// <param name="stream">Where to.</param>
    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, QuantizationReportJson.Default.QuantizationReport);

    /// <summary>Writes the report to a file, whole or not at all.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);
}
