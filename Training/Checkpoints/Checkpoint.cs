using System.Text.Json;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Training.Models;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Checkpoints;

/// <summary>
/// A training on disk: a safetensors file with the weights and statistics under their own names, the momentum buffers under
/// <c>optimizer.momentum.</c>, and the run and its state as metadata. It is enough to go on from, or to export.
/// </summary>
public static class Checkpoint
{
    private const string MomentumPrefix = "optimizer.momentum.";
    private const string VersionKey = "onnxinit.version";
    private const string RunKey = "onnxinit.run";
    private const string StateKey = "onnxinit.state";
    private const string Version = "1";

    /// <summary>Writes a checkpoint, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">Its momentum.</param>
    /// <param name="run">The run that it belongs to.</param>
    /// <param name="state">Where the training stands.</param>
    public static void Save(string path, nn.Module model, MomentumSgd optimizer, RunManifest run, TrainingState state)
    {
        IEnumerable<KeyValuePair<string, Tensor>> tensors = model.state_dict()
            .Concat(optimizer.Buffers.Select(buffer => KeyValuePair.Create(MomentumPrefix + buffer.Name, buffer.Value)));
        TensorFile.Save(path, tensors, new Dictionary<string, string>
        {
            ["format"] = "pt", // what PyTorch's loaders look for
            [VersionKey] = Version,
            [RunKey] = JsonSerializer.Serialize(run with { Epochs = [] }, RunJson.Lines.RunManifest),
            [StateKey] = JsonSerializer.Serialize(state, TrainingStateJson.Default.TrainingState),
        });
    }

    /// <summary>Reads the run that a checkpoint belongs to, without its tensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is absent, broken, of another version, or no checkpoint of a run.</exception>
    public static (RunManifest Run, TrainingState State) ReadState(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return ReadState(file);
    }

    /// <summary>Restores a network and its momentum; both are unchanged when the file does not fit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The network that the run's specification describes.</param>
    /// <param name="optimizer">Its optimizer; null when only the weights matter.</param>
    /// <returns>Where the training stood.</returns>
    /// <exception cref="InvalidInputException">The file is absent, broken, of another version, or does not fit the network.</exception>
    public static TrainingState Load(string path, nn.Module model, MomentumSgd? optimizer)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        (_, TrainingState state) = ReadState(file);
        List<string> problems = optimizer is null ? [] : [.. MomentumProblems(file, optimizer)];
        TensorFile.LoadInto(model, file, file.Tensors.Keys.Where(name => !IsMomentum(name)), strict: true, problems);
        if (optimizer is not null)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.Restore(file.Tensors.Keys.Where(IsMomentum).ToDictionary(name => name[MomentumPrefix.Length..], name => TensorFile.Read(file, name)));
        }

        return state;
    }

    /// <summary>Builds the network of a checkpoint and fills in its weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The network, in eval mode, on the CPU, and what it belongs to.</returns>
    /// <exception cref="InvalidInputException">The file is absent, broken, of another version, or no checkpoint of a run.</exception>
    public static (nn.Module<Tensor, Tensor> Model, RunManifest Run, TrainingState State) LoadModel(string path)
    {
        (RunManifest run, _) = ReadState(path);
        TorchSharp.Modules.Sequential model = ModelBuilder.Build(run.Model);
        TrainingState state = Load(path, model, optimizer: null);
        model.eval();
        return (model, run, state);
    }

    private static IEnumerable<string> MomentumProblems(SafetensorsFile file, MomentumSgd optimizer)
    {
        Dictionary<string, Tensor> parameters = optimizer.Parameters.ToDictionary(parameter => MomentumPrefix + parameter.Name, Tensor (parameter) => parameter.Value);
        return file.Tensors.Values.Where(entry => IsMomentum(entry.Name)).SelectMany(entry =>
            parameters.TryGetValue(entry.Name, out Tensor? parameter) ? TensorFile.Misfits(entry, parameter) : [$"'{entry.Name}' is not in the model"]);
    }

    private static bool IsMomentum(string name) => name.StartsWith(MomentumPrefix, StringComparison.Ordinal);

    private static (RunManifest Run, TrainingState State) ReadState(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(VersionKey, out string? version) || !file.Metadata.TryGetValue(RunKey, out string? run) || !file.Metadata.TryGetValue(StateKey, out string? state))
        {
            throw new InvalidInputException(
                $"'{file.FilePath}' is a safetensors file but no checkpoint of a run: its metadata lacks {VersionKey}, {RunKey} or {StateKey}. Load bare weights with TensorFile.LoadInto.");
        }

        if (version != Version)
        {
            throw new InvalidInputException($"'{file.FilePath}' is a checkpoint of version {version}; this program reads version {Version}. Use the version of OnnxInit that wrote it.");
        }

        try
        {
            RunManifest manifest = JsonSerializer.Deserialize(run, RunJson.Default.RunManifest) ?? throw new JsonException($"{RunKey} is null.");
            manifest.Validate();
            TrainingState training = JsonSerializer.Deserialize(state, TrainingStateJson.Default.TrainingState) ?? throw new JsonException($"{StateKey} is null.");
            return training is { Step: >= 0, StepInEpoch: >= 0 } ? (manifest, training) : throw new JsonException($"{StateKey} has a negative step.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"'{file.FilePath}': the checkpoint's metadata cannot be read: {exception.Message} Use another checkpoint.", exception);
        }
    }
}
