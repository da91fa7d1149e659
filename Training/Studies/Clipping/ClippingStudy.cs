using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Clipping;

/// <summary>A network that diverges, and trains when its gradient is clipped; and how much of the gradient that takes.</summary>
/// <param name="options">The network.</param>
public sealed class ClippingStudy(ClippingStudyOptions options) : Study
{
    private const int SmoothedSteps = 20;
    private const int ReportEvery = 50;
    private const double Fall = 0.02;

    /// <inheritdoc/>
    public override string Name => "clipping";

    /// <inheritdoc/>
    public override string Title => "Clipping: a hack that saves a training";

    /// <inheritdoc/>
    public override string Question => "Can a network whose gradient explodes be trained by clipping it, and how often does that happen?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();

        // A bound that nothing exceeds measures the norm and changes nothing.
        LossCurve control = Train("no clipping, He", 1, new TrainingConfiguration { ClipNorm = double.MaxValue }, context);
        LossCurve none = Train("no clipping", options.Gain, new TrainingConfiguration { ClipNorm = double.MaxValue }, context);
        LossCurve norm = Train($"norm clipped to {options.ClipNorm:G3}", options.Gain, new TrainingConfiguration { ClipNorm = options.ClipNorm }, context);
        LossCurve value = Train($"entries clipped to {options.ClipValue:G3}", options.Gain, new TrainingConfiguration { ClipValue = options.ClipValue }, context);
        IReadOnlyList<Finding> findings = [.. Findings(control, none, norm, value)];
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory = Theory(),
            Verdict = $"Without clipping the training {Outcome(none)} (at He's own gain it {Outcome(control)}), clipped by norm it reached {norm.FinalLoss:F2} ({norm.ScaledFraction:P0} of the steps scaled), "
                + $"by value {value.FinalLoss:F2} ({value.ClippedEntries.DefaultIfEmpty(1).Average():P2} of the entries clamped); expected: diverged, below ln 10 = 2.30, below 2.30. {findings.Count(finding => finding.Holds)} of {findings.Count} claims hold.",
            Findings = findings,
            Settings = new Dictionary<string, string>
            {
                ["network"] = $"{options.Depth} hidden ReLU layers of {options.Width}, no BatchNorm",
                ["initialisation"] = $"N(0, 2/fan_in), standard deviations times {options.Gain:G3}",
                ["optimiser"] = $"SGD, learning rate {options.LearningRate:G3}, momentum 0.9, {options.Steps} steps of batch {options.BatchSize}",
                ["clipping"] = $"none; norm {options.ClipNorm:G3}; value {options.ClipValue:G3}",
                ["data"] = context.Data.Name,
                ["seed"] = $"{context.Seed}",
            },
            Figures = [Figure(none, norm, value)],
        };
    }

    private static string Outcome(LossCurve losses) => losses.Diverged ? $"diverged at step {losses.Losses.Count}" : $"reached a loss of {losses.FinalLoss:F2}";

    private static double[] Steps(int count) => [.. Enumerable.Range(1, count).Select(step => (double)step)];

    private static Series Line(string label, IReadOnlyList<double> values, int color) => new(label, SeriesStyle.Measured, Steps(values.Count), values) { Color = color };

    /// <summary>Both ends of a list, a fifth of it each.</summary>
    private static (double First, double Last) Ends(IReadOnlyList<double> values)
    {
        int fifth = Math.Max(1, values.Count / 5);
        return (values.Take(fifth).DefaultIfEmpty(double.NaN).Average(), values.TakeLast(fifth).DefaultIfEmpty(double.NaN).Average());
    }

    private LossCurve Train(string name, double gain, TrainingConfiguration clipping, StudyContext context)
    {
        using DisposeScope scope = NewDisposeScope();
        using TorchSharp.Modules.Sequential network = ModelBuilder.Build(ModelPresets.MlpDeep(options.Depth, options.Width, batchNorm: false));
        Initializer.Apply(network, Kaiming.Normal(gain: Math.Sqrt(2) * gain), context.Seed);
        using ShortTraining training = new(network, context.Data, clipping with
        {
            Epochs = int.MaxValue,
            MaxSteps = options.Steps,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            Seed = context.Seed,
        });
        LossCurve losses = training.Run(context.ReportLosses(name, ReportEvery), context.Cancellation);
        context.Report($"{name}: {(losses.Diverged ? $"diverged at step {losses.Losses.Count}" : $"loss {losses.FinalLoss:F3}")}");
        return losses;
    }

    private IEnumerable<Finding> Findings(LossCurve control, LossCurve none, LossCurve norm, LossCurve value)
    {
        yield return new("step at which the training without clipping diverges (loss or gradient not finite)", none.Diverged ? none.Losses.Count : double.NaN, $"at most {options.Steps}", none.Diverged);
        yield return new(
            "step at which the same training diverges from He's own gain", control.Diverged ? control.Losses.Count : double.NaN, $"never, or later than at {none.Losses.Count}",
            !control.Diverged || control.Losses.Count > none.Losses.Count);
        yield return Finding.Between("loss clipped by norm", norm.FinalLoss, double.NegativeInfinity, Math.Log(10) - Fall);
        yield return Finding.Between("loss clipped by value", value.FinalLoss, double.NegativeInfinity, Math.Log(10) - Fall);
        (double first, double last) = Ends(norm.Norms);
        yield return new("mean norm of the gradient before clipping by norm, last fifth of the steps", last, $"below the first fifth's, {first:G3}", last < first);
        (first, last) = Ends(value.ClippedEntries);
        yield return new("share of the entries clamped, last fifth of the steps", last, $"below the first fifth's, {first:G3}", last < first);
    }

    private Figure Figure(LossCurve none, LossCurve norm, LossCurve value)
    {
        string byNorm = $"norm clipped to {options.ClipNorm:G3}";
        string byValue = $"entries clipped to {options.ClipValue:G3}";
        return new(
            Name,
            "A network that diverges, with its gradient clipped and without",
            $"The line without clipping ends where a number is no longer finite. Right: the norm before clipping, and what was clipped, means of {SmoothedSteps} steps.",
            [
                new LinePanel("Training loss", new("step"), Axis.OfDecades("training loss", max: 2),
                [
                    Line("no clipping", Logarithms(none.Losses), 0),
                    Line(byNorm, Logarithms(norm.Smoothed(SmoothedSteps)), 1),
                    Line(byValue, Logarithms(value.Smoothed(SmoothedSteps)), 2),
                ])
                {
                    Levels = [new("ln 10", Math.Log10(Math.Log(10)))],
                },
                new LinePanel("Gradient before clipping", new("step"), Axis.OfDecades("norm of the gradient", max: 3),
                [
                    Line("no clipping", Logarithms(none.Norms), 0),
                    Line(byNorm, Logarithms(norm.Norms), 1),
                ])
                {
                    Levels = [new("bound", Math.Log10(options.ClipNorm))],
                },
                new LinePanel("What was clipped", new("step"), new("share", 0, 1.05),
                [
                    Line("steps scaled by norm", LossCurve.RunningMean([.. norm.ScaledSteps.Select(scaled => scaled ? 1.0 : 0)], SmoothedSteps), 1),
                    Line("entries clamped", LossCurve.RunningMean(value.ClippedEntries, SmoothedSteps), 2),
                ]),
            ],
            Columns: 3);

        static double[] Logarithms(IReadOnlyList<double> values) => [.. values.Select(one => one > 0 ? Math.Log10(one) : double.NaN)];
    }

    private string Theory() =>
        $"With He's standard deviation times {options.Gain:G3} every layer multiplies the mean square by {options.Gain * options.Gain:G3}: after {options.Depth + 1} weight layers signal and gradient are {Math.Pow(options.Gain, options.Depth + 1):G2} times as large as they should be, "
        + "and a step goes so far that the next gradient is larger still. Clipping bounds the step: by norm, g becomes g min(1, c / |g|), which keeps its direction (Pascanu, Mikolov, Bengio 2013); by value every entry becomes min(max(g, -c), c), which does not. "
        + "It treats the symptom. A training that is clipped at every step moves at a speed that the bound sets, and not the gradient; the share that is clipped says whether the cause is still there.";
}
