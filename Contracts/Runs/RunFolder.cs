using System.Text;
using System.Text.Json;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Contracts.Runs;

/// <summary>The folder of one run, and the names of the files in it.</summary>
/// <param name="path">The folder; it need not exist yet.</param>
public sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>What was trained, how, and what came of it.</summary>
    public string Manifest => File("run.json");

    /// <summary>One line of JSON per epoch.</summary>
    public string Metrics => File("metrics.jsonl");

    /// <summary>
    /// One line of JSON per diagnosed step: a <see cref="SignalRecord"/>. The first is of the network before any update, the last of the trained one, with the
    /// images of the first.
    /// </summary>
    public string Signals => File("signals.jsonl");

    /// <summary>The newest state: weights, BatchNorm statistics, momentum, progress.</summary>
    public string Checkpoint => File("checkpoint.safetensors");

    /// <summary>The same at the epoch with the lowest validation loss.</summary>
    public string BestCheckpoint => File("best.safetensors");

    /// <summary>The exported model.</summary>
    public string Model => File("model.onnx");

    /// <summary>TorchSharp's logits on the test set.</summary>
    public string Reference => File("reference.safetensors");

    /// <summary>The verdict on the exported model.</summary>
    public string Parity => File("parity.json");

    /// <summary>Writes run.json and metrics.jsonl.</summary>
    /// <param name="manifest">The run.</param>
    public void Save(RunManifest manifest)
    {
        AtomicFile.WriteText(Metrics, string.Concat(manifest.Epochs.Select(epoch => JsonSerializer.Serialize(epoch, RunJson.Lines.EpochRecord) + "\n")));
        AtomicFile.WriteText(Manifest, JsonSerializer.Serialize(manifest, RunJson.Default.RunManifest) + "\n");
    }

    /// <summary>Reads run.json.</summary>
    /// <exception cref="InvalidInputException">There is none, it is broken, or it is of another version.</exception>
    public RunManifest Load()
    {
        if (!System.IO.File.Exists(Manifest))
        {
            throw new InvalidInputException(Directory.Exists(Path)
                ? $"'{Path}' holds no run: run.json is missing. Name the folder that 'onnxinit train --out' wrote."
                : System.IO.File.Exists(Path) ? $"'{Path}' is a file, and no run's folder. Name the folder that 'onnxinit train --out' wrote."
                : $"There is no run folder '{Path}'. Name the folder that 'onnxinit train --out' wrote.");
        }

        try
        {
            byte[] json = System.IO.File.ReadAllBytes(Manifest);
            using (JsonDocument document = JsonDocument.Parse(json))
            {
                int? version = document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty("formatVersion", out JsonElement element)
                    && element.TryGetInt32(out int number) ? number : null;
                if (version != RunManifest.CurrentVersion)
                {
                    throw new InvalidInputException(
                        $"'{Manifest}' is of version {version?.ToString() ?? "unknown"}; this program reads version {RunManifest.CurrentVersion}. Use the version of OnnxInit that wrote it.");
                }
            }

            RunManifest? manifest = JsonSerializer.Deserialize(json, RunJson.Default.RunManifest);
            manifest!.Validate();
            return manifest;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{Manifest}' cannot be read: {exception.Message} Restore it, or train again into another folder.", exception);
        }
    }

    /// <summary>Adds a line to signals.jsonl.</summary>
    /// <param name="record">What was measured.</param>
    public void Append(SignalRecord record)
    {
        using FileStream stream = new(Signals, FileMode.Append, FileAccess.Write);
        stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(record, RunJson.Lines.SignalRecord) + "\n"));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Reads signals.jsonl. A last line without an end, which a killed process may leave, does not count.</summary>
    /// <returns>One record per diagnosed step; none when there is no such file.</returns>
    /// <exception cref="InvalidInputException">A line cannot be read; the message has its number.</exception>
    public IEnumerable<SignalRecord> LoadSignals() => SignalLines().Select(line => line.Record);

    /// <summary>Takes the records of steps that are to be made again out of signals.jsonl.</summary>
    /// <param name="step">Steps done; records of this one and of later ones go.</param>
    public void ForgetSignalsFrom(long step)
    {
        if (System.IO.File.Exists(Signals))
        {
            AtomicFile.Write(Signals, stream =>
            {
                foreach ((string text, _) in SignalLines().TakeWhile(line => line.Record.Step < step))
                {
                    stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
                }
            });
        }
    }

    private IEnumerable<(string Text, SignalRecord Record)> SignalLines()
    {
        if (!System.IO.File.Exists(Signals))
        {
            yield break;
        }

        bool complete = EndsWithALineBreak();
        string? before = null;
        int number = 0;
        foreach (string line in System.IO.File.ReadLines(Signals))
        {
            if (before is not null)
            {
                yield return (before, Parse(before, number));
            }

            (before, number) = (line, number + 1);
        }

        if (before is not null && complete)
        {
            yield return (before, Parse(before, number));
        }
    }

    private bool EndsWithALineBreak()
    {
        using FileStream stream = System.IO.File.OpenRead(Signals);
        return stream.Length > 0 && stream.Seek(-1, SeekOrigin.End) >= 0 && stream.ReadByte() == '\n';
    }

    private SignalRecord Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RunJson.Lines.SignalRecord) ?? throw new JsonException("The line is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException($"'{Signals}', line {number}, cannot be read: {exception.Message} Remove the file to go on without it.", exception);
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
