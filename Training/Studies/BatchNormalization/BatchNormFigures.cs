using System.Globalization;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.BatchNormalization;

/// <summary>The figures of <see cref="BatchNormStudy"/>.</summary>
internal static class BatchNormFigures
{
    /// <summary>Draws them.</summary>
    /// <param name="trainings">The comparison.</param>
    /// <param name="without">The sigmoid network without BatchNorm.</param>
    /// <param name="with">The same with it.</param>
    /// <param name="options">The study's settings.</param>
    public static IReadOnlyList<Figure> Create(IReadOnlyList<ComparedTraining> trainings, UnitInputs without, UnitInputs with, BatchNormStudyOptions options) =>
    [
        new(
            "accuracy-by-learning-rate",
            "Accuracy by learning rate and initialisation",
            $"On test images after {options.Steps} steps; NaN where the loss became infinite or NaN.",
            [.. ((bool[])[false, true]).Select(batchNorm => Map(
                trainings, batchNorm, options, "accuracy [%]", 10, 100 * trainings.Where(training => !training.Diverged).Select(training => training.FinalAccuracy).DefaultIfEmpty(1).Max(), training => 100 * training.FinalAccuracy, "F1", _ => "NaN"))],
            Columns: 2),
        new(
            "steps-to-accuracy",
            string.Create(CultureInfo.InvariantCulture, $"Steps to an accuracy of {100 * options.TargetAccuracy:F0} %, by learning rate and initialisation"),
            $"Measured every {options.EvaluationInterval} steps; never where it was not reached within {options.Steps}, NaN where the loss became infinite or NaN before.",
            [.. ((bool[])[false, true]).Select(batchNorm => Map(
                trainings, batchNorm, options, "steps", options.EvaluationInterval, options.Steps, training => training.StepsTo(options.TargetAccuracy), "F0", training => training.Diverged ? "NaN" : "never"))],
            Columns: 2),
        new(
            "accuracy-in-training",
            "Accuracy in training",
            "A line that ends early diverged.",
            [.. options.Schemes.SelectMany(scheme => ((bool[])[false, true]).Select(batchNorm => new LinePanel(
                $"{scheme}, {Title(batchNorm)}",
                new Axis("step", 0, options.Steps),
                new Axis("accuracy [%]", 0, 105 * trainings.Max(training => training.Accuracies.Max())),
                [.. trainings.Where(training => training.Scheme == scheme && training.BatchNorm == batchNorm).Select((training, color) => new Series(
                    $"learning rate {Text(training.LearningRate)}", SeriesStyle.Measured, training.Steps, [.. training.Accuracies.Select(accuracy => 100 * accuracy)]) { Color = color })])))],
            Columns: 2),
        new(
            "sigmoid-input",
            "The input of a typical sigmoid unit in training",
            "15th, 50th and 85th percentile over images, for the unit of the last hidden layer whose median wanders as far as that of half of the units.",
            [.. ((UnitInputs[])[without, with]).Select(inputs => Inputs(
                inputs,
                Math.Min(without.Units[without.TypicalUnit].Min(input => input.Low), with.Units[with.TypicalUnit].Min(input => input.Low)),
                Math.Max(without.Units[without.TypicalUnit].Max(input => input.High), with.Units[with.TypicalUnit].Max(input => input.High))))],
            Columns: 2),
        new(
            "sigmoid-accuracy",
            "Accuracy of the sigmoid network in training",
            "The same two trainings.",
            [new LinePanel(string.Empty, new Axis("step"), new Axis("accuracy [%]", 0), [.. ((UnitInputs[])[without, with]).Select((inputs, color) => new Series(
                Title(inputs.BatchNorm), SeriesStyle.Measured, inputs.Steps, [.. inputs.Accuracies.Select(accuracy => 100 * accuracy)]) { Color = color })])]),
    ];

    private static HeatMapPanel Map(
        IReadOnlyList<ComparedTraining> trainings, bool batchNorm, BatchNormStudyOptions options, string label, double min, double max, Func<ComparedTraining, double> value, string format, Func<ComparedTraining, string> missing)
    {
        ComparedTraining[][] rows = [.. options.Schemes.Select(scheme => trainings.Where(training => training.Scheme == scheme && training.BatchNorm == batchNorm).ToArray())];
        return new($"{Title(batchNorm)}, by learning rate", options.Schemes, [.. options.LearningRates.Select(Text)], [.. rows.Select(row => row.Select(value).ToArray())], label)
        {
            Min = min,
            Max = max,
            Texts = [.. rows.Select(row => row.Select(training => double.IsNaN(value(training)) ? missing(training) : value(training).ToString(format, CultureInfo.InvariantCulture)).ToArray())],
        };
    }

    private static LinePanel Inputs(UnitInputs inputs, double min, double max)
    {
        IReadOnlyList<InputPercentiles> unit = inputs.Units[inputs.TypicalUnit];
        return new(
            $"{Title(inputs.BatchNorm)}, unit {inputs.TypicalUnit + 1}",
            new Axis("step"),
            new Axis("input of the sigmoid", min, max),
            [new("median, 15-85 %", SeriesStyle.Measured, inputs.Steps, [.. unit.Select(input => input.Median)]) { Color = 0, Low = [.. unit.Select(input => input.Low)], High = [.. unit.Select(input => input.High)] }]);
    }

    private static string Title(bool batchNorm) => batchNorm ? "BatchNorm" : "no BatchNorm";

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
