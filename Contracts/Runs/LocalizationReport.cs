using System.Text.Json;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Contracts.Runs;

/// <summary>Where an exported model first departs from TorchSharp: every node measured alone, given TorchSharp's values as its inputs.</summary>
/// <remarks>A difference is max |a - b|, a TorchSharp's value and b ONNX Runtime's; it is infinite where one of the two alone is NaN or infinite, or where they have different shapes.</remarks>
public sealed record LocalizationReport
{
    /// <summary>What was found.</summary>
    public required LocalizationVerdict Verdict { get; init; }

    /// <summary>The nodes, or groups of nodes, that alone depart, in the order of the graph: the first is the answer, later ones have causes of their own.</summary>
    public required IReadOnlyList<Departure> Departures { get; init; }

    /// <summary>Operations that the model was exported with, and whose values no node of it computes any more.</summary>
    public required IReadOnlyList<LocalizedNode> Missing { get; init; }

    /// <summary>Nodes whose operator is not the one that was exported.</summary>
    public required IReadOnlyList<ChangedOperator> Changed { get; init; }

    /// <summary>Every value that was compared, in the order of the graph.</summary>
    public required IReadOnlyList<ComparedValue> Values { get; init; }

    /// <summary>The output with the greatest difference, as the whole model computes it.</summary>
    public required ComparedValue Output { get; init; }

    /// <summary>The name of the model's file, without its folder.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model's file, in hexadecimal.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>SHA-256 of the model file that the intermediate values were written with; null where they do not say.</summary>
    public required string? ExportedDigest { get; init; }

    /// <summary>Whether the file is, bit for bit, the one that was exported. External data is not looked at.</summary>
    public bool IsExportedFile => ModelDigest == ExportedDigest;

    /// <summary>What the model was run on: <c>8 test images of cifar10</c>.</summary>
    public required string Sample { get; init; }

    /// <summary>What ONNX Runtime computed on: <c>cpu</c>, <c>cuda:0</c>, <c>directml:0</c>, <c>coreml</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The version of ONNX Runtime.</summary>
    public required string OnnxRuntimeVersion { get; init; }

    /// <summary>Writes the report as indented JSON with camelCase names, whole or not at all; what is infinite as <c>"Infinity"</c>.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, LocalizationReportJson.Default.LocalizationReport) + "\n");
}
