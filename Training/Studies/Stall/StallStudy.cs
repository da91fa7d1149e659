using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Stall;

/// <summary>Deep ReLU networks from He's initialisation and from Xavier's (He et al. 2015, figures 2 and 3).</summary>
/// <param name="options">The networks.</param>
public sealed class StallStudy(StallStudyOptions options) : Study
{
    private const int JudgedDepth = 20; // the depth of which the accuracies are known
    private const double HeAccuracy = 0.38;
    private const double XavierAccuracy = 0.25;
    private const int SmoothedSteps = 50;
    private const int LevelSteps = 20;
    private const int StallingDepth = 30;
    private const double Fall = 0.01;
    private const int ReportEvery = 50;

    private static readonly (string Name, WeightInitializer Scheme)[] Schemes = [("He", InitializationSchemes.KaimingNormal), ("Xavier", InitializationSchemes.XavierNormal)];

    /// <inheritdoc/>
    public override string Name => "stall";

    /// <inheritdoc/>
    public override string Title => "Xavier stalls where He learns";

    /// <inheritdoc/>
    public override string Question => "Does the factor 2 that He's variance has over Xavier's matter in a deep ReLU network?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        List<StalledTraining> trainings = [];
        foreach (int depth in options.Depths)
        {
            foreach ((string name, WeightInitializer scheme) in Schemes)
            {
                trainings.Add(Train(depth, name, scheme, context));
                context.Report($"{depth} hidden layers, {name}: loss {trainings[^1].Losses.FinalLoss:F3}, test accuracy {trainings[^1].Accuracy:P1}");
            }
        }

        IReadOnlyList<Finding> findings = [.. options.Depths.SelectMany(depth => Findings(depth, [.. trainings.Where(training => training.Depth == depth)]))];
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory = Theory(),
            Verdict = string.Join("; ", options.Depths.Select(depth => $"{depth} hidden layers: {string.Join(", ", trainings.Where(training => training.Depth == depth).Select(training => $"{training.Scheme} {training.Accuracy:P1}"))}"))
                + $" test accuracy; {findings.Count(finding => finding.Holds)} of {findings.Count} claims hold.",
            Findings = findings,
            Settings = new Dictionary<string, string>
            {
                ["hidden layers"] = string.Join(", ", options.Depths),
                ["width"] = $"{options.Width}",
                ["data"] = context.Data.Name,
                ["budget"] = options.MaxSteps is int steps ? $"{steps} steps" : $"{options.Epochs} epochs",
                ["batch"] = $"{options.BatchSize}",
                ["optimiser"] = $"SGD, learning rate {options.LearningRate:G3}, momentum 0.9, no BatchNorm, no clipping",
                ["seed"] = $"{context.Seed}",
            },
            Figures = [Figure(trainings)],
        };
    }

    private static Series Line(StalledTraining training, int color)
    {
        IReadOnlyList<double> smoothed = training.Losses.Smoothed(SmoothedSteps);
        return new($"{training.Scheme}, test {training.Accuracy:P1}", SeriesStyle.Measured, [.. Enumerable.Range(1, smoothed.Count).Select(step => (double)step)], smoothed) { Color = color };
    }

    private StalledTraining Train(int depth, string name, WeightInitializer scheme, StudyContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        using TorchSharp.Modules.Sequential network = ModelBuilder.Build(ModelPresets.MlpDeep(depth, options.Width, batchNorm: false));
        Initializer.Apply(network, scheme, context.Seed);
        using ShortTraining training = new(network, context.Data, new TrainingConfiguration
        {
            Epochs = options.Epochs,
            MaxSteps = options.MaxSteps,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            Seed = context.Seed,
        });
        LossCurve losses = training.Run(context.ReportLosses($"{depth} hidden layers, {name}", ReportEvery), context.Cancellation);
        return new(depth, name, losses, training.TestAccuracy(context.Cancellation));
    }

    private IEnumerable<Finding> Findings(int depth, IReadOnlyList<StalledTraining> trainings)
    {
        StalledTraining he = trainings[0];
        StalledTraining xavier = trainings[1];
        if (depth == JudgedDepth && options.MaxSteps is null)
        {
            yield return Finding.Between($"test accuracy of {depth} hidden layers, He", he.Accuracy, HeAccuracy, double.PositiveInfinity);
            yield return Finding.Between($"test accuracy of {depth} hidden layers, Xavier", xavier.Accuracy, double.NegativeInfinity, XavierAccuracy);
        }

        // Xavier's first tenths of the way are a plateau at ln 10: nothing of the input arrives.
        yield return Finding.Between($"fall of the loss below ln 10, {depth} hidden layers, He", Math.Log(10) - Last(he), Fall, double.PositiveInfinity);
        yield return Finding.Between($"loss of Xavier above He's, {depth} hidden layers", Last(xavier) - Last(he), Fall, double.PositiveInfinity);
        if (depth >= StallingDepth)
        {
            yield return Finding.Near($"loss of {depth} hidden layers, Xavier, stays ln 10", Last(xavier), Math.Log(10), Fall);
        }

        static double Last(StalledTraining training) => training.Losses.Smoothed(LevelSteps)[^1];
    }

    private Figure Figure(IReadOnlyList<StalledTraining> trainings) => new(
        Name,
        "Training loss of deep ReLU networks: He against Xavier",
        $"Means of {SmoothedSteps} steps. ln 10 is the loss of guessing: a network stays there for as long as nothing of the images arrives at its output.",
        [
            .. options.Depths.Select(depth => new LinePanel(
                $"{depth} hidden layers of {options.Width}", new("step"), new("training loss"),
                [.. trainings.Where(training => training.Depth == depth).Select(Line)])
            {
                Levels = [new("ln 10", Math.Log(10))],
            }),
        ],
        Columns: Math.Min(2, options.Depths.Count));

    private string Theory()
    {
        int deepest = options.Depths.Max();
        return "Xavier's variance 2 / (fan_in + fan_out) is made for activations that keep the signal near 0, as tanh does. ReLU sets half of it to zero, so that in layers of equal width every layer multiplies the mean square by n (1/n) / 2 = 1/2; "
            + $"after {deepest} layers 2^-{deepest} = {Math.Pow(2, -deepest):0.0e+0} is left of it, and as much of the gradient. The logits hardly depend on the image, and the gradient of every layer's weights, signal times gradient, is about as small: only the biases of the output can learn, and the loss stays ln 10. He's variance 2 / fan_in makes the factor 1. "
            + "He et al. 2015 (arXiv 1502.01852): of 22 layers both converge, He's earlier; of 30, Xavier's completely stalls.";
    }
}

/// <summary>One training.</summary>
/// <param name="Depth">Hidden layers.</param>
/// <param name="Scheme">He or Xavier.</param>
/// <param name="Losses">Its losses.</param>
/// <param name="Accuracy">On the test images, 0 to 1.</param>
internal sealed record StalledTraining(int Depth, string Scheme, LossCurve Losses, double Accuracy);
