using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Stall;

/// <summary>The networks of <see cref="StallStudy"/>.</summary>
public sealed record StallStudyOptions
{
    /// <summary>The settings that take seconds; they say nothing about accuracies.</summary>
    public static StallStudyOptions Quick { get; } = new() { MaxSteps = 150, Depths = [20] };

    /// <summary>Hidden layers. Default 20 and 30.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [20, 30];

    /// <summary>Units of a hidden layer. Default 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Passes over the training set. Default 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Steps after which a training ends earlier; null (the default) sets no limit.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Images of a step. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The step size. Default 1e-3, with momentum 0.9.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Throws when a number makes no sense.</summary>
    /// <exception cref="InvalidInputException">Says which.</exception>
    public void Validate()
    {
        if (Depths.Count == 0 || Depths.Any(depth => depth < 1) || Width < 1 || Epochs < 1 || MaxSteps < 1 || BatchSize < 1 || !(LearningRate > 0))
        {
            throw new InvalidInputException(
                $"The study needs depths, a width, epochs, steps and a batch of at least 1 and a learning rate above 0; found {string.Join(", ", Depths)}; {Width}; {Epochs}; {MaxSteps}; {BatchSize}; {LearningRate}.");
        }
    }
}
