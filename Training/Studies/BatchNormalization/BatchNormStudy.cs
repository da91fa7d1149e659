using System.Globalization;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.BatchNormalization;

/// <summary>What batch normalisation buys: the learning rates at which a network trains, and inputs of sigmoid units that stay where they are (Ioffe and Szegedy 2015).</summary>
/// <param name="options">Its settings.</param>
public sealed class BatchNormStudy(BatchNormStudyOptions options) : Study
{
    /// <inheritdoc/>
    public override string Name => "batchnorm";

    /// <inheritdoc/>
    public override string Title => "Batch normalisation";

    /// <inheritdoc/>
    public override string Question =>
        "At which learning rates and from which initial weights does a network train with BatchNorm and without, and how far do the inputs of a sigmoid unit wander in training?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        IReadOnlyList<ComparedTraining> trainings = LearningRateComparison.Run(context, options);
        UnitInputs without = UnitInputs.Observe(context, options, batchNorm: false);
        UnitInputs with = UnitInputs.Observe(context, options, batchNorm: true);
        int classes = context.Data.ClassNames.Count;
        Finding[] findings = [.. options.Schemes.SelectMany(scheme => ComparisonFindings([.. trainings.Where(training => training.Scheme == scheme)], scheme, classes)), DriftFinding(without, with)];
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory =
                "BatchNorm subtracts a unit's mean over the batch and divides by its standard deviation, y = gamma (x - mean) / sqrt(var + eps) + beta. What comes out does not change when the weights before it are multiplied by a number a, "
                + "and the gradient with respect to them is then divided by a: the initial scale cancels, and large weights take small steps, so that a learning rate that throws a plain network out is slowed down by itself. "
                + "It promises nothing where the learning rate suits a plain network too, and large initial weights are slow to turn where it is small. "
                + "The layer above sees inputs whose mean and spread are beta and gamma, which move slowly, however the layers below change: Ioffe and Szegedy 2015 (arXiv 1502.03167) show it for a sigmoid unit in their figure 1.",
            Verdict = Verdict(trainings, without, with, findings),
            Findings = findings,
            Settings = Settings(context),
            Figures = BatchNormFigures.Create(trainings, without, with, options),
        };
    }

    private IEnumerable<Finding> ComparisonFindings(IReadOnlyList<ComparedTraining> trainings, string scheme, int classes)
    {
        yield return Finding.Between(
            $"{scheme}: BatchNorm gains no more than 3 points at the smallest learning rate, {Text(options.LearningRates[0])}; accuracy with it minus without",
            Gain(options.LearningRates[0]),
            double.NegativeInfinity,
            0.03);
        yield return Finding.Between(
            $"{scheme}: the same at the learning rate {Text(options.LargeLearningRate)}, where a training that diverged counts as guessing",
            Gain(options.LargeLearningRate),
            0.1,
            double.PositiveInfinity);
        string largest = $"{scheme}: largest learning rate that reaches {100 * options.TargetAccuracy:F0} %, with BatchNorm";
        yield return Largest(false) > 0
            ? Finding.Between($"{largest} / without", Largest(true) / Largest(false), 2, double.PositiveInfinity)
            : new($"{largest}, where none does without", Largest(true), "any", Largest(true) > 0);

        double Gain(double learningRate) => Worth(batchNorm: true, learningRate) - Worth(batchNorm: false, learningRate);

        double Worth(bool batchNorm, double learningRate) =>
            trainings.Single(training => training.BatchNorm == batchNorm && training.LearningRate == learningRate).Worth(classes);

        double Largest(bool batchNorm) =>
            trainings.Where(training => training.BatchNorm == batchNorm && training.Worth(classes) >= options.TargetAccuracy).Select(training => training.LearningRate).DefaultIfEmpty(0).Max();
    }

    private static Finding DriftFinding(UnitInputs without, UnitInputs with) => Finding.Between(
        "sigmoid units: range of the input's median over the training, relative to its spread; median over the units, with BatchNorm / without",
        Median(with.Drifts) / Median(without.Drifts),
        double.NegativeInfinity,
        0.5);

    private string Verdict(IReadOnlyList<ComparedTraining> trainings, UnitInputs without, UnitInputs with, Finding[] findings)
    {
        string scheme = options.Schemes[0];
        IEnumerable<string> rates = ((double[])[options.LearningRates[0], options.LargeLearningRate]).Select(rate =>
            $"{Accuracy(rate, true)} with BatchNorm and {Accuracy(rate, false)} without at {Text(rate)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"From {scheme}: {string.Join(", ", rates)}; the median of a sigmoid unit's input wanders over {Median(with.Drifts):F2} of its spread with BatchNorm and {Median(without.Drifts):F2} without; {findings.Count(finding => finding.Holds)} of {findings.Length} findings hold.");

        string Accuracy(double rate, bool batchNorm)
        {
            ComparedTraining training = trainings.Single(training => training.Scheme == scheme && training.BatchNorm == batchNorm && training.LearningRate == rate);
            return training.Diverged ? "divergence" : string.Create(CultureInfo.InvariantCulture, $"{100 * training.FinalAccuracy:F1} %");
        }
    }

    private Dictionary<string, string> Settings(StudyContext context) => new(StringComparer.Ordinal)
    {
        ["network"] = $"Flatten, Linear({options.Width}), BatchNorm or none, ReLU, Linear(10)",
        ["learning rates"] = string.Join(", ", options.LearningRates.Select(Text)),
        ["initialisations"] = string.Join(", ", options.Schemes),
        ["training"] = string.Create(CultureInfo.InvariantCulture, $"{options.Steps} steps of SGD, batch {options.BatchSize}, momentum {options.Momentum}"),
        ["accuracy"] = string.Create(CultureInfo.InvariantCulture, $"on {Math.Min(options.TestImages, context.Data.Test.Count)} test images every {options.EvaluationInterval} steps; trained at {100 * options.TargetAccuracy} %"),
        ["sigmoid network"] = string.Create(CultureInfo.InvariantCulture, $"{options.DriftLayers} hidden layers of {options.Width}, {options.DriftScheme}, {options.DriftSteps} steps of SGD, batch {options.DriftBatchSize}, learning rate {options.DriftLearningRate}, no momentum"),
        ["data"] = context.Data.Name,
        ["seed"] = context.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static double Median(IEnumerable<double> values) => Percentiles.Of(values).Median;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
