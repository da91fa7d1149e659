using System.Text.Json;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Contracts.Runs;

/// <summary>The verdict on an export, <c>parity.json</c>: whether the exported model gives the trained model's answers, and the measurements behind it.</summary>
/// <remarks>All statistics are over N images times K classes of logits, in float64. a is TorchSharp's logit and b is ONNX Runtime's.</remarks>
public sealed record ParityReport
{
    /// <summary>
    /// Whether the accuracies are equal or every disagreement's margin is below 2 <see cref="Tolerance"/>, the greatest absolute difference
    /// is at most <see cref="Tolerance"/>, and no logit is NaN or infinite.
    /// </summary>
    public required bool Passed { get; init; }

    /// <summary>N.</summary>
    public required int Images { get; init; }

    /// <summary>How many images both sides put into the same class.</summary>
    public required int Agreements { get; init; }

    /// <summary>The trained model's share of right classes, 0 to 1.</summary>
    public required double TorchSharpAccuracy { get; init; }

    /// <summary>The exported model's share of right classes, 0 to 1.</summary>
    public required double OnnxRuntimeAccuracy { get; init; }

    /// <summary>max |a - b|.</summary>
    public required double MaxAbsoluteDifference { get; init; }

    /// <summary>mean |a - b|.</summary>
    public required double MeanAbsoluteDifference { get; init; }

    /// <summary>The smallest d such that at least 99 % of all |a - b| are at most d.</summary>
    public required double Percentile99AbsoluteDifference { get; init; }

    /// <summary>max |a - b| / max(|a|, |b|, 1e-6); the last keeps logits around zero from deciding.</summary>
    public required double MaxRelativeDifference { get; init; }

    /// <summary>The most float32 numbers that lie between an a and its b, b included; 0 for equal ones, and between 0 and -0.</summary>
    public required long MaxUlp { get; init; }

    /// <summary>sum(a b) / sqrt(sum(a^2) sum(b^2)) over all logits; 1 where both are all zero, 0 where one is.</summary>
    public required double CosineSimilarity { get; init; }

    /// <summary>10 log10(sum(a^2) / sum((a - b)^2)), in decibels. null where that is not finite: for identical logits, mostly (JSON has no infinity).</summary>
    public required double? SignalToNoiseDecibels { get; init; }

    /// <summary>How many logits of the two sides together are NaN or infinite; they are left out of the statistics above.</summary>
    public required long NonFinite { get; init; }

    /// <summary>The greatest absolute difference that passes.</summary>
    public required double Tolerance { get; init; }

    /// <summary>Every image that the sides put into different classes.</summary>
    public required IReadOnlyList<ParityDisagreement> Disagreements { get; init; }

    /// <summary>How the absolute differences of finite logits are distributed.</summary>
    public required DifferenceHistogram Differences { get; init; }

    /// <summary>What the trained model's answers are worth.</summary>
    public required ClassificationReport TorchSharpClassification { get; init; }

    /// <summary>What the exported model's answers are worth.</summary>
    public required ClassificationReport OnnxRuntimeClassification { get; init; }

    /// <summary>SHA-256 of the images and labels, as in <see cref="ReferenceLogits.DatasetDigest"/>.</summary>
    public required string DatasetDigest { get; init; }

    /// <summary>Which images, such as <c>test</c>.</summary>
    public required string Split { get; init; }

    /// <summary>The name of the model's file, without its folder.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model's file, in hexadecimal.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>What ONNX Runtime computed on: <c>cpu</c>, <c>cuda:0</c>, <c>directml:0</c>, <c>coreml</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The version of ONNX Runtime.</summary>
    public required string OnnxRuntimeVersion { get; init; }

    /// <summary>Threads inside one operator; 0: one per physical core.</summary>
    public required int Threads { get; init; }

    /// <summary>How far ONNX Runtime rewrote the graph: <c>none</c>, <c>basic</c>, <c>extended</c> or <c>all</c>.</summary>
    public required string Optimization { get; init; }

    /// <summary>Images per run of the model.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The times of the runs of whole batches, normalisation included; of the only batch, where that is smaller.</summary>
    public required LatencySummary BatchLatency { get; init; }

    /// <summary>Images per second of wall time, normalisation included, after a batch to warm up.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Writes the report as indented JSON with camelCase names, whole or not at all.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, ParityReportJson.Default.ParityReport) + "\n");

    /// <summary>Reads a report.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, cannot be read, or is no parity report.</exception>
    public static ParityReport Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, ParityReportJson.Default.ParityReport) ?? throw new JsonException("the file holds null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException($"'{path}' is no parity report: {exception.Message} Run `onnxinit verify` again, or choose another file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"Cannot read the parity report '{path}': {exception.Message} Run `onnxinit verify` first, or choose another file.", exception);
        }
    }
}
