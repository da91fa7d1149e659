using System.Globalization;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Contracts.Runs;

/// <summary>The trained model's logits, <c>reference.safetensors</c>, that every runtime is compared with.</summary>
/// <remarks>The file holds the tensors <c>logits</c> (F32 [N, K]) and <c>labels</c> (U8 [N]), and the metadata <c>dataset.digest</c>, <c>split</c> and <c>step</c>.</remarks>
public sealed record ReferenceLogits
{
    private const string LogitsName = "logits";
    private const string LabelsName = "labels";
    private const string DigestKey = "dataset.digest";
    private const string SplitKey = "split";
    private const string StepKey = "step";

    /// <summary>Takes the arrays as they are; nothing is copied.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="labels">[N], the true classes.</param>
    /// <param name="classCount">K, at least 1.</param>
    /// <param name="datasetDigest">What the images are; see <see cref="DatasetDigest"/>.</param>
    /// <param name="split">Which images, such as <c>test</c>.</param>
    /// <exception cref="ArgumentException">There are no labels or no classes, or the logits are not labels times classes.</exception>
    public ReferenceLogits(float[] logits, byte[] labels, int classCount, string datasetDigest, string split)
    {
        if (labels.Length == 0 || classCount < 1 || logits.LongLength != (long)labels.Length * classCount)
        {
            throw new ArgumentException($"{labels.Length} labels of {classCount} classes want {(long)labels.Length * classCount} logits, at least one, and there are {logits.LongLength}.", nameof(logits));
        }

        Logits = logits;
        Labels = labels;
        ClassCount = classCount;
        DatasetDigest = datasetDigest;
        Split = split;
    }

    /// <summary>[N, K], row-major.</summary>
    public float[] Logits { get; }

    /// <summary>[N], the true classes.</summary>
    public byte[] Labels { get; }

    /// <summary>N, the number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>K, the number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The <see cref="Data.ImageDigest"/> of these images alone, in their order, without the other split.</summary>
    public string DatasetDigest { get; }

    /// <summary>Which images, such as <c>test</c>.</summary>
    public string Split { get; }

    /// <summary>The training step that the weights are of; null where the file does not say.</summary>
    public long? Step { get; init; }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path) => SafetensorsWriter.Save(
        path,
        [SafetensorsTensor.Create(LogitsName, [Count, ClassCount], Logits), SafetensorsTensor.Create(LabelsName, [Count], Labels)],
        Step is long step
            ? new Dictionary<string, string> { [DigestKey] = DatasetDigest, [SplitKey] = Split, [StepKey] = step.ToString(CultureInfo.InvariantCulture) }
            : new Dictionary<string, string> { [DigestKey] = DatasetDigest, [SplitKey] = Split });

    /// <summary>Reads a file.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, is no safetensors file, or lacks a tensor or metadata, or their shapes do not fit.</exception>
    public static ReferenceLogits Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        IReadOnlyList<long> shape = file.Find(LogitsName).Shape;
        IReadOnlyList<long> labelShape = file.Find(LabelsName).Shape;
        if (shape is not [> 0, > 0 and <= int.MaxValue] || labelShape is not [long count] || count != shape[0])
        {
            throw new InvalidInputException($"The reference '{path}' has '{LogitsName}' of shape [{string.Join(", ", shape)}] and '{LabelsName}' of shape [{string.Join(", ", labelShape)}]; expected [N, K] and [N], at least one of each. Train or export again to write it anew.");
        }

        return new ReferenceLogits(file.Read<float>(LogitsName), file.Read<byte>(LabelsName), (int)shape[1], Text(file, DigestKey), Text(file, SplitKey))
        {
            Step = file.Metadata.TryGetValue(StepKey, out string? step) && long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null,
        };
    }

    private static string Text(SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new InvalidInputException($"The reference '{file.FilePath}' has no '{key}' in its metadata; expected '{DigestKey}' and '{SplitKey}', found {(file.Metadata.Count == 0 ? "nothing" : string.Join(", ", file.Metadata.Keys.Order(StringComparer.Ordinal)))}. Train or export again to write it anew.");
}
