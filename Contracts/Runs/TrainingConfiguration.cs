namespace OnnxInit.Contracts.Runs;

/// <summary>How a network is trained: stochastic gradient descent on the cross-entropy. Recorded with the run.</summary>
public sealed record TrainingConfiguration
{
    /// <summary>Passes over the training set. Default 5.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Steps after which the training ends, inside an epoch if need be, which then counts as it is; null (the default) sets no limit.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Images of one step; the last of an epoch may be smaller. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The step size at the start. Default 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The share of the last update that is kept: b = momentum b + g. Default 0.9; 0 is plain gradient descent.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Everything random - weights, split, order - is a function of it. Default 17.</summary>
    public long Seed { get; init; } = 17;

    /// <summary>The scheme that draws the weights; biases start at 0. Default <c>kaiming-uniform</c>.</summary>
    public string Initialization { get; init; } = "kaiming-uniform";

    /// <summary>The share of the training set that is held out to validate on. Default 0.1.</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>When the learning rate drops.</summary>
    public PlateauConfiguration Plateau { get; init; } = new();

    /// <summary>Gradient entries are clamped to +-this; null (the default) leaves them.</summary>
    public double? ClipValue { get; init; }

    /// <summary>The whole gradient is scaled down to this Euclidean norm; null (the default) leaves it.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Goes on when a loss or a gradient is not finite. Default false: stop and say where.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Steps between two checkpoints inside an epoch; 0 saves at the end of every epoch only. Default 500.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Steps between two histograms of weights and gradients for TensorBoard; 0 (the default) writes none.</summary>
    public int HistogramEvery { get; init; }

    /// <summary>Steps between two measurements of what flows through every layer; 0 (the default) makes only those of every training: before the first update, and after the last.</summary>
    public int DiagnoseEvery { get; init; }

    /// <summary>Throws when a value makes no sense.</summary>
    /// <exception cref="InvalidInputException">Names every such value at once.</exception>
    public void Validate()
    {
        List<string> problems = [];
        Require(Epochs >= 1, "epochs", Epochs, "at least 1");
        Require(MaxSteps is null or >= 1, "greatest number of steps", MaxSteps, "at least 1");
        Require(BatchSize >= 1, "batch size", BatchSize, "at least 1");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning rate", LearningRate, "a number above 0");
        Require(Momentum is >= 0 and < 1, "momentum", Momentum, "at least 0 and below 1");
        Require(ValidationFraction is > 0 and < 1, "validation fraction", ValidationFraction, "above 0 and below 1");
        Require(Plateau.Factor is > 0 and < 1, "plateau factor", Plateau.Factor, "above 0 and below 1");
        Require(Plateau.Patience >= 0, "plateau patience", Plateau.Patience, "at least 0");
        Require(Plateau.Threshold is >= 0 and < 1, "plateau threshold", Plateau.Threshold, "at least 0 and below 1");
        Require(Plateau.Cooldown >= 0, "plateau cooldown", Plateau.Cooldown, "at least 0");
        Require(Plateau.MinLearningRate >= 0, "smallest learning rate", Plateau.MinLearningRate, "at least 0");
        Require(ClipValue is null or > 0, "clip value", ClipValue, "above 0");
        Require(ClipNorm is null or > 0, "clip norm", ClipNorm, "above 0");
        Require(CheckpointEvery >= 0, "steps between checkpoints", CheckpointEvery, "at least 0");
        Require(HistogramEvery >= 0, "steps between histograms", HistogramEvery, "at least 0");
        Require(DiagnoseEvery >= 0, "steps between diagnoses", DiagnoseEvery, "at least 0");
        if (problems.Count > 0)
        {
            throw new InvalidInputException($"The training options are impossible: {string.Join("; ", problems)}.");
        }

        void Require(bool holds, string what, object? found, string expected)
        {
            if (!holds)
            {
                problems.Add($"{what} is {found}, expected {expected}");
            }
        }
    }
}

/// <summary>ReduceLROnPlateau on the validation loss, as PyTorch defines it (mode min, threshold mode rel).</summary>
public sealed record PlateauConfiguration
{
    /// <summary>The learning rate is multiplied by this. Default 0.1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Epochs without improvement that are tolerated. Default 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>An improvement is a loss below best (1 - threshold). Default 1e-4.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>Epochs after a drop in which nothing is counted. Default 0.</summary>
    public int Cooldown { get; init; }

    /// <summary>The learning rate never drops below this. Default 0.</summary>
    public double MinLearningRate { get; init; }
}
