using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Clipping;

/// <summary>The network of <see cref="ClippingStudy"/>.</summary>
public sealed record ClippingStudyOptions
{
    /// <summary>The settings that take seconds.</summary>
    public static ClippingStudyOptions Quick { get; } = new() { Steps = 200 };

    /// <summary>Hidden ReLU layers. Default 8.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Units of a hidden layer. Default 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>He's standard deviation is multiplied by this: a mistake that a deep network does not forgive. Default 1.3.</summary>
    public double Gain { get; init; } = 1.3;

    /// <summary>The step size. Default 0.05, with momentum 0.9.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>The largest norm of the gradient. Default 1. A bound of 4 keeps the numbers finite, but in three of four trainings the first steps left all units dead, and the loss at ln 10.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The largest entry of the gradient. Default 0.01.</summary>
    public double ClipValue { get; init; } = 0.01;

    /// <summary>Steps of every training. Default 1,500, about two epochs of CIFAR-10.</summary>
    public int Steps { get; init; } = 1_500;

    /// <summary>Images of a step. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Throws when a number makes no sense.</summary>
    /// <exception cref="InvalidInputException">Says which.</exception>
    public void Validate()
    {
        if (Depth < 1 || Width < 1 || Steps < 1 || BatchSize < 1 || !(Gain > 0) || !(LearningRate > 0) || !(ClipNorm > 0) || !(ClipValue > 0))
        {
            throw new InvalidInputException(
                $"The study needs numbers above 0; found depth {Depth}, width {Width}, steps {Steps}, batch {BatchSize}, gain {Gain}, learning rate {LearningRate}, norm {ClipNorm} and value {ClipValue}.");
        }
    }
}
