using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;

namespace OnnxInit.Contracts.Runs;

/// <summary>run.json: what was trained, how, on what, with which versions, and what came of it.</summary>
public sealed record RunManifest
{
    /// <summary>The version of this format that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The seed of the configuration.</summary>
    public required long Seed { get; init; }

    /// <summary>Where it was trained: <c>cpu</c>, <c>cuda:0</c>, <c>mps</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads that libtorch used. A resumed run uses the same number, since sums are rounded in their order.</summary>
    public required int Threads { get; init; }

    /// <summary>How it was trained.</summary>
    public required TrainingConfiguration Configuration { get; init; }

    /// <summary>The images.</summary>
    public required DatasetRecord Dataset { get; init; }

    /// <summary>The network.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>The trainable numbers of the network.</summary>
    public required long Parameters { get; init; }

    /// <summary>What the parameters were given before the training, those alike in one entry; null in runs of versions that did not record it.</summary>
    public IReadOnlyList<InitializationSummary>? Initialization { get; init; }

    /// <summary>What was running.</summary>
    public required VersionsRecord Versions { get; init; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    /// <summary>Which weights were tested and are exported by default: those of the epoch with the lowest validation loss.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Throws when the record contradicts itself, as one that was changed by hand may.</summary>
    /// <exception cref="InvalidInputException">The network is impossible, or has another number of classes or channels than the images.</exception>
    public void Validate()
    {
        IReadOnlyList<int> output = Model.Trace()[^1].Output;
        if (!output.SequenceEqual([Dataset.ClassNames.Count]) || Dataset.Normalization.Mean.Count != Model.Input[0])
        {
            throw new InvalidInputException(
                $"The record of the run contradicts itself: a network from [{string.Join(", ", Model.Input)}] to [{string.Join(", ", output)}], {Dataset.ClassNames.Count} class names, a normalisation of {Dataset.Normalization.Mean.Count} channels. Restore run.json, or train again into another folder.");
        }
    }

    /// <summary>Share of the test images that the best weights classify correctly, 0 to 1; null until the run is done.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Mean cross-entropy over the test images with the best weights; null until the run is done.</summary>
    public double? TestLoss { get; init; }
}

/// <summary>Which images a run saw.</summary>
public sealed record DatasetRecord
{
    /// <summary>What <c>--data</c> said.</summary>
    public required string Source { get; init; }

    /// <summary>cifar10 or synthetic.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 over labels and pixels.</summary>
    public required string Digest { get; init; }

    /// <summary>The name of every class, by label.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>How pixels become inputs.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>Images trained on.</summary>
    public required int TrainImages { get; init; }

    /// <summary>Images held out.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>Images tested on.</summary>
    public required int TestImages { get; init; }
}

/// <summary>What was running.</summary>
public sealed record VersionsRecord
{
    /// <summary>OnnxInit, with the source revision after a plus sign.</summary>
    public required string OnnxInit { get; init; }

    /// <summary>TorchSharp.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>The operating system.</summary>
    public required string OperatingSystem { get; init; }
}
