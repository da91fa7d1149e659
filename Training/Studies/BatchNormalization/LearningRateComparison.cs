using System.Globalization;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Data;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace OnnxInit.Training.Studies.BatchNormalization;

/// <summary>One training of the comparison.</summary>
/// <param name="Scheme">The initialisation's name.</param>
/// <param name="BatchNorm">Whether the network normalises.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="Steps">The updates after which accuracy was measured, ascending.</param>
/// <param name="Accuracies">The accuracy on the test images then, 0 to 1.</param>
/// <param name="Diverged">Whether the loss became infinite or NaN; nothing was measured after that.</param>
internal sealed record ComparedTraining(string Scheme, bool BatchNorm, double LearningRate, IReadOnlyList<double> Steps, IReadOnlyList<double> Accuracies, bool Diverged)
{
    /// <summary>The accuracy at the end; NaN when the training diverged.</summary>
    public double FinalAccuracy => Diverged ? double.NaN : Accuracies[^1];

    /// <summary>What the network is worth at the end: one that diverged, no more than guessing.</summary>
    /// <param name="classes">The number of classes.</param>
    public double Worth(int classes) => Diverged ? 1.0 / classes : Accuracies[^1];

    /// <summary>The updates until an accuracy was first measured; NaN when it never was.</summary>
    /// <param name="target">The accuracy.</param>
    public double StepsTo(double target)
    {
        int index = Accuracies.TakeWhile(accuracy => accuracy < target).Count();
        return index < Accuracies.Count ? Steps[index] : double.NaN;
    }
}

/// <summary>Trains the lecture's network - Flatten, Linear, BatchNorm or nothing, ReLU, Linear - over learning rate x BatchNorm x initialisation.</summary>
internal static class LearningRateComparison
{
    /// <summary>Trains them all. Networks of the same initialisation start from the same weights, and all see the images in the same order.</summary>
    /// <param name="context">Seed and data.</param>
    /// <param name="options">The grid.</param>
    public static IReadOnlyList<ComparedTraining> Run(StudyContext context, BatchNormStudyOptions options)
    {
        List<ComparedTraining> trainings = [];
        foreach (string scheme in options.Schemes)
        {
            foreach (bool batchNorm in (bool[])[false, true])
            {
                foreach (double learningRate in options.LearningRates)
                {
                    ComparedTraining training = Train(context, options, scheme, batchNorm, learningRate);
                    trainings.Add(training);
                    context.Report(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{scheme}, {(batchNorm ? "BatchNorm" : "no BatchNorm")}, learning rate {learningRate}: {(training.Diverged ? "diverged" : $"accuracy {training.FinalAccuracy:P1}")}"));
                }
            }
        }

        return trainings;
    }

    private static ComparedTraining Train(StudyContext context, BatchNormStudyOptions options, string scheme, bool batchNorm, double learningRate)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using Sequential network = ModelBuilder.Build(ModelPresets.MlpDeep(depth: 1, options.Width, batchNorm));
        _ = Initializer.Apply(network, InitializationSchemes.Get(scheme), (long)new PhiloxRandom(context.Seed, $"batchnorm/{scheme}").NextUInt64());
        using HostBatches test = new(context.Data.Test, context.Data.Normalization);
        int[] testImages = [.. Enumerable.Range(0, Math.Min(options.TestImages, context.Data.Test.Count))];
        List<double> steps = [];
        List<double> accuracies = [];
        using ShortTraining training = new(network, context.Data, new()
        {
            Epochs = int.MaxValue,
            MaxSteps = options.Steps,
            BatchSize = options.BatchSize,
            LearningRate = learningRate,
            Momentum = options.Momentum,
            Seed = context.Seed,
        });
        Observe(0);
        IReadOnlyList<double> losses = training.Run((step, _) => Observe(step), context.Cancellation).Losses;
        return new(scheme, batchNorm, learningRate, steps, accuracies, !double.IsFinite(losses[^1]));

        void Observe(int step)
        {
            if (step % options.EvaluationInterval == 0 || step == options.Steps)
            {
                steps.Add(step);
                accuracies.Add(Evaluation.Of(network, test, testImages, context.Cancellation).Accuracy);
            }
        }
    }
}
