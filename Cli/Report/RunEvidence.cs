using System.Security.Cryptography;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report;

/// <summary>Everything that a run has left on disk and that a report shows; what is absent is null.</summary>
internal sealed record RunEvidence
{
    private RunEvidence(RunFolder folder, string name, RunManifest manifest) => (Folder, Name, Manifest) = (folder, name, manifest);

    /// <summary>Where it is.</summary>
    public RunFolder Folder { get; }

    /// <summary>What tells it from the others.</summary>
    public string Name { get; }

    /// <summary>run.json.</summary>
    public RunManifest Manifest { get; }

    /// <summary>What flowed through the network before its first step.</summary>
    public SignalRecord? Start { get; private init; }

    /// <summary>The same after the last one, with the same images.</summary>
    public SignalRecord? End { get; private init; }

    /// <summary>TorchSharp's logits on the test images.</summary>
    public ReferenceLogits? Answers { get; private init; }

    /// <summary>What they are worth.</summary>
    public ClassificationReport? Classification { get; private init; }

    /// <summary>The test images.</summary>
    public TestImages Images { get; private init; } = TestImages.None;

    /// <summary>The verdict on <see cref="Model"/>; not that on another file.</summary>
    public ParityReport? Parity { get; private init; }

    /// <summary>The exported model.</summary>
    public ExportedFile? Model { get; private init; }

    /// <summary>The names of the classes, by label.</summary>
    public IReadOnlyList<string> ClassNames => Manifest.Dataset.ClassNames;

    /// <summary>Reads a run's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">What tells it from the others.</param>
    /// <param name="images">Opens the data set.</param>
    /// <exception cref="Contracts.InvalidInputException">There is no run in the folder, or a file in it is damaged.</exception>
    public static RunEvidence Load(RunFolder folder, string name, TestImageSource images)
    {
        RunManifest manifest = folder.Load();
        (SignalRecord? start, SignalRecord? end) = Signals(folder, manifest);
        ReferenceLogits? answers = File.Exists(folder.Reference) ? ReferenceLogits.Load(folder.Reference) : null;
        ExportedFile? model = File.Exists(folder.Model) ? ExportedFile.Load(folder.Model) : null;
        ParityReport? parity = File.Exists(folder.Parity) ? ParityReport.Load(folder.Parity) : null;
        return new(folder, name, manifest)
        {
            Start = start,
            End = end,
            Answers = answers,
            Classification = answers is null ? null : ClassificationReport.Of(answers.Logits, answers.Labels),
            Images = answers is null ? TestImages.None : images.Open(manifest.Dataset.Source, answers.DatasetDigest),
            Parity = parity?.ModelDigest == model?.Digest ? parity : null,
            Model = model,
        };
    }

    /// <summary>A command line on this run.</summary>
    /// <param name="verb">What comes before the folder.</param>
    public string Command(string verb)
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), Folder.Path);
        string path = relative.StartsWith("..", StringComparison.Ordinal) ? Folder.Path : relative;
        return $"onnxinit {verb} {(path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path)}";
    }

    /// <summary>The first measurement, if it was before any update; and the last, if it is of the trained network.</summary>
    private static (SignalRecord? Start, SignalRecord? End) Signals(RunFolder folder, RunManifest manifest)
    {
        SignalRecord? first = folder.LoadSignals().FirstOrDefault();
        SignalRecord? last = folder.LoadSignals().LastOrDefault();
        long? trained = manifest.Epochs.Count == 0 ? null : manifest.Epochs[^1].Step;
        return (first?.Step == 0 ? first : null, last?.Step == trained ? last : null);
    }
}

/// <summary>The exported model of a run.</summary>
/// <param name="Digest">SHA-256 of its file, in hexadecimal.</param>
/// <param name="Bytes">Of its file, and of those beside it that hold its weights.</param>
/// <param name="Graph">The model.</param>
/// <param name="Cost">What a run of it costs.</param>
internal sealed record ExportedFile(string Digest, long Bytes, ModelProto Graph, ModelCost Cost)
{
    private const string Location = "location";

    public static ExportedFile Load(string path)
    {
        ModelProto model = OnnxFile.Load(path);
        string folder = Path.GetDirectoryName(path)!;
        IEnumerable<string> beside = model.Graph.Initializer.SelectMany(constant => constant.ExternalData).Where(entry => entry.Key == Location).Select(entry => Path.Combine(folder, entry.Value)).Distinct();
        using FileStream stream = File.OpenRead(path);
        return new(
            Convert.ToHexStringLower(SHA256.HashData(stream)),
            stream.Length + beside.Where(File.Exists).Sum(file => new FileInfo(file).Length),
            model,
            ModelCost.Of(model));
    }
}
