using System.Text.Json.Serialization;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Optimization;

namespace OnnxInit.Training.Checkpoints;

/// <summary>Where a training stands, apart from its tensors.</summary>
public sealed record TrainingState
{
    /// <summary>Steps since the run began.</summary>
    public long Step { get; init; }

    /// <summary>Steps of the epoch under way; 0 between two epochs.</summary>
    public int StepInEpoch { get; init; }

    /// <summary>What the epoch under way has added up.</summary>
    public EpochSums Sums { get; init; } = new();

    /// <summary>The learning rate and what decides on it.</summary>
    public required ReduceLROnPlateau Schedule { get; init; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    /// <summary>The epoch with the lowest validation loss; null before there is one.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>That loss.</summary>
    public double BestLoss { get; init; } = double.PositiveInfinity;
}

/// <summary>Sums over the steps of one epoch.</summary>
public sealed record EpochSums
{
    /// <summary>Loss times images.</summary>
    public double Loss { get; init; }

    /// <summary>Images.</summary>
    public long Images { get; init; }

    /// <summary>Gradient entries that were clamped.</summary>
    public long ClippedEntries { get; init; }

    /// <summary>Gradient entries that there were, when clipping by value.</summary>
    public long Entries { get; init; }

    /// <summary>Steps whose gradient was scaled down.</summary>
    public long ClippedSteps { get; init; }

    /// <summary>The last measurement of the epoch; null when there was none.</summary>
    public SignalSummary? Signals { get; init; }

    /// <summary>Seconds of training that the checkpoint accounts for.</summary>
    public double Seconds { get; init; }
}

/// <summary>The JSON form inside a checkpoint's metadata.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrainingState))]
internal sealed partial class TrainingStateJson : JsonSerializerContext;
