using System.Globalization;
using OnnxInit.Training.Initialization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>What flows through a network of saturating activations, layer by layer, at initialisation and in training (Glorot and Bengio 2010).</summary>
/// <param name="options">Its settings.</param>
public sealed class ActivationsStudy(ActivationsStudyOptions options) : Study
{
    // Decades per layer; a factor of 1.12 in the mean square.
    private const double GrowthTolerance = 0.05;

    // Mean activation of sigmoid units that started at 1/2, while those of the first layer stay there.
    private const double Saturated = 0.4;

    /// <inheritdoc/>
    public override string Name => "activations";

    /// <inheritdoc/>
    public override string Title => "Activations and gradients, layer by layer";

    /// <inheritdoc/>
    public override string Question =>
        "What do tanh, softsign, sigmoid and ReLU do to the activations and to the back-propagated gradient from layer to layer, under the standard initialisation and under Xavier's, at the start and in training?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        using DisposeScope scope = NewDisposeScope();
        using ActivationsMeasurement measurement = new(context, options);
        List<InitialState> initial = [];
        foreach (ObservedNetwork network in ObservedNetwork.All)
        {
            initial.Add(measurement.AtInitialization(network));
            context.Report($"{network.Name}: {options.Networks} networks at initialisation");
        }

        TrainingCourse[] courses = [.. ObservedNetwork.All.Select(measurement.InTraining)];
        Finding[] findings = [.. initial.SelectMany(GrowthFindings), .. CourseFindings(courses)];
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory =
                "A weight layer of n inputs multiplies the mean square of the signal by n Var(w) and takes the mean square of the activation: q' = n Var(w) E[phi(sqrt(q) z)²] with z normal. "
                + "Backward the gradient's mean square is multiplied by n Var(w) E[phi'(sqrt(q) z)²]. The standard initialisation U(+-1/sqrt n) has n Var(w) = 1/3: where the activation is about linear, as tanh at 0, "
                + "signal and gradient lose two thirds of their mean square at every layer. Xavier's U(+-sqrt(6 / (n + m))) has n Var(w) = 1 between layers of equal width, so that tanh loses only what its curvature takes. "
                + "ReLU halves both even then, since it passes half of the units. The sigmoid has its mean at 1/2 and a slope of at most 1/4: the signal's mean square does not fall, but the gradient's falls by 16 and more per layer. "
                + "In training the bias and the weights of the output first learn to ignore a signal that says nothing yet, and push the last sigmoid layer to 0, where its slope vanishes (Glorot and Bengio, AISTATS 2010; the recursion: Poole et al. 2016).",
            Verdict = Verdict(initial, courses, findings),
            Findings = findings,
            Settings = Settings(context),
            Figures = [.. InitialFigures.Create(initial, options), .. CourseFigures.Create(courses, options)],
        };
    }

    private static IEnumerable<Finding> GrowthFindings(InitialState state)
    {
        yield return Finding.Near(
            $"{state.Network.Name}: log10 growth of the activations' mean square per layer, forward",
            Growth(state.MedianSignal),
            Growth(state.Theory.Signal),
            GrowthTolerance);
        yield return Finding.Near(
            $"{state.Network.Name}: log10 growth of the gradient's mean square per layer, backward",
            -Growth(state.MedianGradient),
            -Growth(state.Theory.Gradient),
            GrowthTolerance);
    }

    private IEnumerable<Finding> CourseFindings(IReadOnlyList<TrainingCourse> courses)
    {
        foreach (TrainingCourse sigmoid in courses.Where(course => course.Network.Function == ActivationFunction.Sigmoid))
        {
            yield return Finding.Between(
                $"{sigmoid.Network.Name}: lowest mean activation of hidden layer {options.HiddenLayers} in training, from 0.5",
                sigmoid.Layers.Min(layers => layers[^1].Mean),
                0,
                Saturated);
            yield return Finding.Near($"{sigmoid.Network.Name}: mean activation of hidden layer 1 at the end", sigmoid.Layers[^1][0].Mean, 0.5, 0.05);
        }

        foreach (ActivationFunction function in (ActivationFunction[])[ActivationFunction.Softsign, ActivationFunction.Relu])
        {
            yield return Finding.Between(
                $"{function.Name}: mean loss over the training, standard minus Xavier",
                MeanLoss(function, ObservedNetwork.Standard) - MeanLoss(function, InitializationSchemes.XavierUniform),
                0,
                double.PositiveInfinity);
        }

        double MeanLoss(ActivationFunction function, VarianceScaling scheme) =>
            courses.Single(course => course.Network.Function == function && course.Network.Scheme == scheme).Losses.Average();
    }

    private static string Verdict(List<InitialState> initial, TrainingCourse[] courses, Finding[] findings)
    {
        InitialState standard = initial[0];
        InitialState xavier = initial[1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Backward, tanh multiplies the gradient's mean square by {Factor(standard.MedianGradient):F2} per layer under the standard initialisation (theory {Factor(standard.Theory.Gradient):F2}) and by {Factor(xavier.MedianGradient):F2} under Xavier's ({Factor(xavier.Theory.Gradient):F2}); ")
            + string.Create(CultureInfo.InvariantCulture, $"final losses {FinalLoss(courses[0]):F2} and {FinalLoss(courses[1]):F2}; {findings.Count(finding => finding.Holds)} of {findings.Length} findings hold.");

        static double Factor(IReadOnlyList<double> gradient) => Math.Pow(10, -Growth(gradient));
    }

    /// <summary>Decades per layer, from the first hidden layer to the last.</summary>
    private static double Growth(IReadOnlyList<double> meanSquares) => Math.Log10(meanSquares[^1] / meanSquares[0]) / (meanSquares.Count - 1);

    private static double FinalLoss(TrainingCourse course) => course.Losses.TakeLast(Math.Max(1, course.Losses.Count / 10)).Average();

    private Dictionary<string, string> Settings(StudyContext context) => new(StringComparer.Ordinal)
    {
        ["hidden layers"] = Text(options.HiddenLayers),
        ["width"] = Text(options.Width),
        ["networks at initialisation"] = Text(options.Networks),
        ["images observed"] = Text(options.Images),
        ["training"] = string.Create(CultureInfo.InvariantCulture, $"{options.Steps} steps of SGD, batch {options.BatchSize}, learning rate {options.LearningRate}, no momentum"),
        ["data"] = context.Data.Name,
        ["seed"] = context.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
