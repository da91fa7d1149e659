using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.BatchNormalization;

/// <summary>The settings of <see cref="BatchNormStudy"/>.</summary>
public sealed record BatchNormStudyOptions
{
    /// <summary>Seconds instead of minutes.</summary>
    public static BatchNormStudyOptions Quick { get; } = new()
    {
        LearningRates = [0.02, 0.1, 0.5],
        LargeLearningRate = 0.5,
        Schemes = ["kaiming-normal", "normal:0.1"],
        Steps = 150,
        TestImages = 400,
        EvaluationInterval = 25,
        TargetAccuracy = 0.25,
        DriftSteps = 400,
        DriftObservations = 40,
    };

    /// <summary>The learning rates of the comparison, ascending. Default 0.001 to 1.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.001, 0.01, 0.05, 0.1, 0.3, 1];

    /// <summary>One of <see cref="LearningRates"/> that suits BatchNorm and is too large without it. Default 0.1.</summary>
    public double LargeLearningRate { get; init; } = 0.1;

    /// <summary>The initialisations of the comparison, by name. Default He's, Xavier's and N(0, 0.1^2).</summary>
    public IReadOnlyList<string> Schemes { get; init; } = ["kaiming-normal", "xavier-normal", "normal:0.1"];

    /// <summary>Updates of every training of the comparison. Default 1,500, about two epochs of CIFAR-10.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Images of one update of the comparison. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The momentum of SGD in the comparison. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Units of the hidden layer of the compared networks. Default 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Test images on which accuracy is measured, from the first. Default 2,000: a standard error of 1.1 points.</summary>
    public int TestImages { get; init; } = 2000;

    /// <summary>Updates between two measurements of the accuracy. Default 100.</summary>
    public int EvaluationInterval { get; init; } = 100;

    /// <summary>The accuracy that counts as trained: how many steps until it is reached is reported, and a learning rate is usable that reaches it. Default 0.4.</summary>
    public double TargetAccuracy { get; init; } = 0.4;

    /// <summary>Hidden layers of the sigmoid network. Default 3, as in the paper.</summary>
    public int DriftLayers { get; init; } = 3;

    /// <summary>Updates of the sigmoid network. Default 5,000; the paper has 50,000.</summary>
    public int DriftSteps { get; init; } = 5000;

    /// <summary>Images of one update of the sigmoid network. Default 60, as in the paper.</summary>
    public int DriftBatchSize { get; init; } = 60;

    /// <summary>Step size of the sigmoid network, plain SGD. Default 0.1.</summary>
    public double DriftLearningRate { get; init; } = 0.1;

    /// <summary>The initialisation of the sigmoid network: small Gaussian weights, as in the paper. Default Xavier's normal.</summary>
    public string DriftScheme { get; init; } = "xavier-normal";

    /// <summary>How often the units' inputs are observed. Default 100.</summary>
    public int DriftObservations { get; init; } = 100;

    /// <summary>Throws when a number makes no sense.</summary>
    /// <exception cref="InvalidInputException">Says which.</exception>
    public void Validate()
    {
        if (!LearningRates.Contains(LargeLearningRate) || Schemes.Count == 0)
        {
            throw new InvalidInputException($"The study needs an initialisation, and the large learning rate {LargeLearningRate} among the others; found {Schemes.Count} and {string.Join(", ", LearningRates)}.");
        }

        if (new[] { Steps, BatchSize, Width, TestImages, EvaluationInterval, DriftLayers, DriftSteps, DriftBatchSize, DriftObservations }.Any(count => count < 1))
        {
            throw new InvalidInputException("A number of steps, images, units, layers or observations is below 1; expected at least 1 of each.");
        }
    }
}
