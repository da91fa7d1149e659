using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Cli.Commands;

/// <summary>What is in a safetensors file.</summary>
/// <param name="File">The file.</param>
/// <param name="Tensors">Its tensors, in the order of their bytes.</param>
/// <param name="Metadata">Its texts.</param>
internal sealed record TensorFileSummary(string File, IReadOnlyList<TensorSummary> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    public static TensorFileSummary Of(SafetensorsFile file) => new(
        file.FilePath,
        [.. file.Tensors.Values.Select(entry => new TensorSummary(entry.Name, entry.Type.Spelling(), entry.Shape, entry.ByteLength))],
        file.Metadata);
}

/// <summary>A tensor or a constant.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record TensorSummary(string Name, string Type, IReadOnlyList<long> Shape, long Bytes);
