using System.Globalization;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Contracts.Runs;

/// <summary>reference.safetensors: what TorchSharp computed for every image of a set, for Inference to compare with.</summary>
/// <param name="Logits">float32 [N, K], row by row.</param>
/// <param name="Labels">The class of every image, [N].</param>
/// <param name="Classes">K.</param>
/// <param name="DatasetDigest">The digest of the images' dataset.</param>
/// <param name="Split">Which part of it: <c>test</c>.</param>
public sealed record ReferenceLogits(float[] Logits, byte[] Labels, int Classes, string DatasetDigest, string Split)
{
    private const string LogitsName = "logits";
    private const string LabelsName = "labels";
    private const string DigestKey = "onnxinit.dataset";
    private const string SplitKey = "onnxinit.split";

    /// <summary>The number of images, N.</summary>
    public int Count => Labels.Length;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public void Save(string path) => SafetensorsWriter.Save(
        path,
        [SafetensorsTensor.Create(LogitsName, [Count, Classes], Logits), SafetensorsTensor.Create(LabelsName, [Count], Labels)],
        new Dictionary<string, string> { [DigestKey] = DatasetDigest, [SplitKey] = Split });

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is absent, broken, or holds something else.</exception>
    public static ReferenceLogits Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        IReadOnlyList<long> shape = file.Find(LogitsName).Shape;
        IReadOnlyList<long> labels = file.Find(LabelsName).Shape;
        if (shape.Count != 2 || labels.Count != 1 || shape[0] != labels[0] || shape[1] < 1
            || !file.Metadata.TryGetValue(DigestKey, out string? digest) || !file.Metadata.TryGetValue(SplitKey, out string? split))
        {
            throw new InvalidInputException(
                $"'{path}' holds no reference logits: expected {LogitsName} [N, K], {LabelsName} [N] and the metadata {DigestKey} and {SplitKey}; "
                + $"found {LogitsName} [{string.Join(", ", shape)}], {LabelsName} [{string.Join(", ", labels)}]. 'onnxinit train' writes such a file.");
        }

        return new(file.Read<float>(LogitsName), file.Read<byte>(LabelsName), int.CreateChecked(shape[1]), digest, split);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} x {Classes} logits of {Split}");
}
