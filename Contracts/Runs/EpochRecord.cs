namespace OnnxInit.Contracts.Runs;

/// <summary>What one epoch did; a line of metrics.jsonl.</summary>
public sealed record EpochRecord
{
    /// <summary>1 for the first.</summary>
    public required int Epoch { get; init; }

    /// <summary>Optimisation steps since the run began, at the end of the epoch.</summary>
    public required long Step { get; init; }

    /// <summary>Mean cross-entropy over the epoch's training images, each as its batch saw it.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean cross-entropy over the validation images after the epoch.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Share of the validation images that are classified correctly, 0 to 1.</summary>
    public required double ValidationAccuracy { get; init; }

    /// <summary>The learning rate of the epoch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Wall-clock time of the epoch's training and validation; only what was not interrupted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training images per second, without validation.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>With clipping by value: the share of gradient entries that were clamped, 0 to 1.</summary>
    public double? ClippedEntries { get; init; }

    /// <summary>With clipping by norm: the share of steps whose gradient was scaled down, 0 to 1.</summary>
    public double? ClippedSteps { get; init; }

    /// <summary>With <see cref="TrainingConfiguration.DiagnoseEvery"/>: what flowed through the network when it was last measured in this epoch.</summary>
    public SignalSummary? Signals { get; init; }
}
