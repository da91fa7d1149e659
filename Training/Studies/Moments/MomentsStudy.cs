using System.Globalization;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Studies.Activations;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Moments;

/// <summary>What a linear layer and what each activation does to mean, variance, mean square and distribution.</summary>
/// <param name="options">The samples.</param>
public sealed class MomentsStudy(MomentsStudyOptions options) : Study
{
    private const double StandardErrors = 4;
    private const int HistogramFanIn = 100;
    private const double LeakySlope = 0.01;

    /// <summary>The inputs of the linear layer: what becomes of standard normal numbers.</summary>
    private static readonly LayerInput[] Inputs =
    [
        new("N(0, 1)", z => z, z => z),
        new("N(0, 1), ReLU", z => z.relu(), z => Math.Max(0, z)),
        new("N(0, 1), tanh", z => z.tanh(), Math.Tanh),
        new("N(0, 1), sigmoid", z => z.sigmoid(), ActivationFunction.Sigmoid.Value),
    ];

    private static readonly ActivationFunction[] Functions =
    [
        ActivationFunction.Relu,
        new("leaky ReLU", z => z > 0 ? z : LeakySlope * z, z => z > 0 ? 1 : LeakySlope, () => nn.LeakyReLU(LeakySlope)),
        new("GELU", z => z * StandardNormal.Cumulative(z), z => StandardNormal.Cumulative(z) + (z * StandardNormal.Density(z)), () => nn.GELU()),
        new("SiLU", z => z * ActivationFunction.Sigmoid.Value(z), z => ActivationFunction.Sigmoid.Value(z) + (z * ActivationFunction.Sigmoid.Slope(z)), () => nn.SiLU()),
        ActivationFunction.Tanh,
        ActivationFunction.Softsign,
        ActivationFunction.Sigmoid,
    ];

    /// <inheritdoc/>
    public override string Name => "moments";

    /// <inheritdoc/>
    public override string Title => "What one layer does to a distribution";

    /// <inheritdoc/>
    public override string Question => "What happens to mean, variance and shape of the activations' distribution in a linear layer, and what in an activation?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        IReadOnlyList<LinearMeasurement> linear = [.. Inputs.SelectMany(input => options.FanIns.Select(fanIn =>
        {
            LinearMeasurement one = Measure(input, fanIn, context);
            context.Report($"linear layer, {fanIn} inputs from {input.Name}: var(Wh)/(m var w) {Text(one.Outputs.Variance)}, E[h²] {Text(input.Moments.MeanSquare)}");
            return one;
        }))];
        double[] after = LinearLayerSample.Draw(options.Samples, HistogramFanIn, 1.0 / HistogramFanIn, z => z.relu(), context, "moments: linear histogram");
        IReadOnlyList<ActivationMeasurement> activations = [.. Functions.Select(function => Measure(function, context))];
        IReadOnlyList<Finding> findings = [.. linear.Select(Finding), .. activations.SelectMany(FindingsOf)];
        SampleMoments relu = activations[0].Measured;
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory = "A linear unit sums m products of independent factors, w h. If the weights have mean 0, the output has mean 0 and variance var(W h) = m var(w) E[h²], and for many inputs it is normal, whatever the inputs' own distribution is "
                + "(the central limit theorem); variance and mean are those over units, whose weights are drawn, and inputs together, while a single unit has weights, and so a mean, of its own. It is the mean square E[h²] that counts, not the variance: an activation whose mean is not 0 passes its mean on as variance. "
                + "An activation then bends the distribution: ReLU sets one half to zero, so that of z ~ N(0, s²) there remain E[ReLU(z)²] = s²/2, a mean of s/sqrt(2 pi), and var(ReLU(z)) = (s²/2)(1 - 1/pi). "
                + "Multiplying the two, a layer keeps its mean square if var(w) = 1/(m E[phi(z)²]): 2/m for ReLU, which is He's initialisation. Other activations: E[phi(z)²] by Gauss quadrature.",
            Verdict = $"ReLU: mean square {Text(relu.MeanSquare)} (expected 0.5), variance {Text(relu.Variance)} (expected {Text((1 - (1 / Math.PI)) / 2)}); "
                + $"var(Wh)/(m var(w)) after ReLU {Text(linear.Last(one => one.Input == Inputs[1]).Outputs.Variance)} (expected E[h²] = 0.5, not var(h) = 0.3408). "
                + $"{findings.Count(finding => finding.Holds)} of {findings.Count} moments are within {StandardErrors} standard errors of theory.",
            Findings = findings,
            Settings = new Dictionary<string, string>
            {
                ["samples"] = options.Samples.ToString("N0", CultureInfo.InvariantCulture),
                ["fan-ins"] = string.Join(", ", options.FanIns),
                ["activations' input"] = "z ~ N(0, 1)",
                ["bounds"] = $"{StandardErrors} standard errors",
            },
            Figures = [LinearFigure(linear, after), HistogramFigure(activations), TableFigure(activations)],
        };
    }

    private static string Text(double value) => (Math.Round(value, 4) + 0.0).ToString("F4", CultureInfo.InvariantCulture); // + 0.0 takes the sign off a negative zero

    private static SampleMoments TheoryOf(Func<double, double> function) => new(
        GaussianQuadrature.Expectation(function), GaussianQuadrature.Expectation(z => Math.Pow(function(z), 2)), GaussianQuadrature.Expectation(z => Math.Pow(function(z), 4)));

    private static Figure HistogramFigure(IReadOnlyList<ActivationMeasurement> activations) => new(
        "moments-activations", "What activations do to a normal distribution",
        "Histograms of z ~ N(0, 1) before the activation and of phi(z) after it, with the density that theory gives dashed. ReLU's spike at 0, which holds one half of all values, goes on beyond the panel, as do the spikes of its relatives.",
        [.. activations.Select(one => new LinePanel(one.Function.Name, new("value", -3, 3), new("density", 0, 2),
            [
                DensityHistogram.Bars("before: z", 6, one.Before),
                DensityHistogram.Bars("after: φ(z)", 0, one.After),
                DensityHistogram.Theory("theory", 0, one.Function.Value, 1),
            ]))],
        Columns: 4);

    private static Figure TableFigure(IReadOnlyList<ActivationMeasurement> activations)
    {
        IReadOnlyList<(string Name, Func<SampleMoments, double> Of)> columns = [("mean", moments => moments.Mean), ("variance", moments => moments.Variance), ("mean square", moments => moments.MeanSquare)];
        return new(
            "moments-table", "Moments of φ(z), z ~ N(0, 1): measured, and theory in brackets",
            "For the next layer the mean square counts. Where the mean is not 0 it is larger than the variance.",
            [
                new HeatMapPanel(string.Empty,
                    [.. activations.Select(one => one.Function.Name)],
                    [.. columns.Select(column => column.Name)],
                    [.. activations.Select(one => (IReadOnlyList<double>)[.. columns.Select(column => column.Of(one.Measured))])],
                    "value")
                {
                    Min = 0,
                    Max = 0.6,
                    Texts = [.. activations.Select(one => (IReadOnlyList<string>)[.. columns.Select(column => $"{Text(column.Of(one.Measured))} ({Text(column.Of(one.Theory))})")])],
                },
            ]);
    }

    private LinearMeasurement Measure(LayerInput input, int fanIn, StudyContext context)
    {
        double[] outputs = LinearLayerSample.Draw(options.Samples, fanIn, 1.0 / fanIn, input.Tensors, context, $"moments: linear, {input.Name}, fan-in {fanIn}");
        return new(input, fanIn, SampleMoments.Of(outputs));
    }

    private ActivationMeasurement Measure(ActivationFunction function, StudyContext context)
    {
        using nn.Module<Tensor, Tensor> module = function.CreateModule();
        (double[] before, double[] after) = LinearLayerSample.Through(options.Samples, module.call, context, $"moments: {function.Name}");
        ActivationMeasurement measurement = new(function, before, after, SampleMoments.Of(after), TheoryOf(function.Value));
        context.Report($"{function.Name}: mean {Text(measurement.Measured.Mean)}, variance {Text(measurement.Measured.Variance)}, mean square {Text(measurement.Measured.MeanSquare)}; theory {Text(measurement.Theory.Mean)}, {Text(measurement.Theory.Variance)}, {Text(measurement.Theory.MeanSquare)}");
        return measurement;
    }

    /// <summary>z is normal only for many inputs; the standard error is that of the sample itself.</summary>
    private Finding Finding(LinearMeasurement one) => Studies.Finding.Near(
        $"var(Wh)/(m var(w)) with h from {one.Input.Name}, m = {one.FanIn}", one.Outputs.Variance, one.Input.Moments.MeanSquare, StandardErrors * one.Outputs.MeanSquareError(options.Samples));

    private IEnumerable<Finding> FindingsOf(ActivationMeasurement one)
    {
        double meanError = StandardErrors * one.Theory.MeanError(options.Samples);
        double squareError = StandardErrors * one.Theory.MeanSquareError(options.Samples);
        yield return Studies.Finding.Near($"mean of {one.Function.Name}(z)", one.Measured.Mean, one.Theory.Mean, meanError);
        yield return Studies.Finding.Near($"mean square of {one.Function.Name}(z)", one.Measured.MeanSquare, one.Theory.MeanSquare, squareError);

        // First order in the errors of both moments.
        yield return Studies.Finding.Near($"variance of {one.Function.Name}(z)", one.Measured.Variance, one.Theory.Variance, squareError + (2 * Math.Abs(one.Theory.Mean) * meanError));
    }

    private Figure LinearFigure(IReadOnlyList<LinearMeasurement> linear, double[] after)
    {
        LayerInput relu = Inputs[1];
        double deviation = Math.Sqrt(relu.Moments.MeanSquare);
        double[] inputs = [.. Enumerable.Range(0, 100_000).Select(i => Math.Max(0, StandardNormal.Quantile((i + 0.5) / 100_000)))];
        double[] fanIns = [.. options.FanIns.Select(fanIn => Math.Log10(fanIn))];
        return new(
            "moments-linear", "What a linear layer does",
            $"Left: inputs that went through a ReLU, one half of them 0, and the output of a linear unit of m = {HistogramFanIn} of them with var(w) = 1/m: a normal distribution of variance E[h²] = 1/2. Right: the output's variance over m var(w) for four sorts of input; it is E[h²], dashed, at any m.",
            [
                new LinePanel("Before and after", new("value", -3, 3), new("density", 0, 1.2),
                    [
                        DensityHistogram.Bars("before: h = ReLU(z)", 6, inputs),
                        DensityHistogram.Bars("after: W h", 0, after),
                        DensityHistogram.Theory("theory: N(0, E[h²])", 0, z => z, deviation),
                    ]),
                new LinePanel("var(Wh) / (m var(w))", Axis.OfDecades("fan-in m"), new("ratio", 0, 1.2),
                    [
                        .. Inputs.Select((input, i) => new Series($"h from {input.Name}", SeriesStyle.Points, fanIns, [.. linear.Where(one => one.Input == input).Select(one => one.Outputs.Variance)]) { Color = i + 1 }),
                        .. Inputs.Select((input, i) => new Series(i == 0 ? "theory: E[h²]" : string.Empty, SeriesStyle.Theory, fanIns, [.. fanIns.Select(_ => input.Moments.MeanSquare)]) { Color = i + 1 }),
                    ]),
            ],
            Columns: 2);
    }

    private sealed record LayerInput(string Name, Func<Tensor, Tensor> Tensors, Func<double, double> Function)
    {
        public SampleMoments Moments { get; } = TheoryOf(Function);
    }

    private sealed record LinearMeasurement(LayerInput Input, int FanIn, SampleMoments Outputs);

    private sealed record ActivationMeasurement(ActivationFunction Function, double[] Before, double[] After, SampleMoments Measured, SampleMoments Theory);
}
