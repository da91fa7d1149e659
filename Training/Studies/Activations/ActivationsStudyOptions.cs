using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>The settings of <see cref="ActivationsStudy"/>.</summary>
public sealed record ActivationsStudyOptions
{
    /// <summary>Seconds instead of minutes: narrow networks and few steps.</summary>
    public static ActivationsStudyOptions Quick { get; } = new() { Width = 100, Networks = 5, Images = 100, Steps = 350, BatchSize = 10, LearningRate = 0.1, Observations = 10 };

    /// <summary>Hidden layers. Default 5, as in the paper.</summary>
    public int HiddenLayers { get; init; } = 5;

    /// <summary>Units of a hidden layer. Default 300; the paper has 1,000, which take five times as long and show the same.</summary>
    public int Width { get; init; } = 300;

    /// <summary>Networks measured at initialisation, each drawn with a seed of its own. Default 10. The first of them is trained.</summary>
    public int Networks { get; init; } = 10;

    /// <summary>Images on which activations and gradients are observed, always the same. Default 100.</summary>
    public int Images { get; init; } = 100;

    /// <summary>Updates of every training. Default 3,000.</summary>
    public int Steps { get; init; } = 3000;

    /// <summary>Images of one update. Default 10, as in the paper.</summary>
    public int BatchSize { get; init; } = 10;

    /// <summary>Step size of plain SGD, without momentum. Default 0.05.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>How often the training is observed. Default 40.</summary>
    public int Observations { get; init; } = 40;

    /// <summary>Throws when a number makes no sense.</summary>
    /// <exception cref="InvalidInputException">Says which.</exception>
    public void Validate()
    {
        if (HiddenLayers < 2 || new[] { Width, Networks, Images, Steps, BatchSize, Observations }.Any(count => count < 1) || !(LearningRate > 0))
        {
            throw new InvalidInputException(
                $"The study needs at least 2 hidden layers, and 1 unit, network, image, step, image of a batch and observation, and a learning rate above 0; found {HiddenLayers}, {Width}, {Networks}, {Images}, {Steps}, {BatchSize}, {Observations} and {LearningRate}.");
        }
    }
}
