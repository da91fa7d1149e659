using System.Globalization;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.Variance;

/// <summary>What the variance of the weights does to signal and gradient in a deep ReLU network (Prince 2023, "Understanding Deep Learning", figure 7.7).</summary>
/// <param name="options">The networks.</param>
public sealed class VarianceStudy(VarianceStudyOptions options) : Study
{
    /// <summary>Networks that are computed side by side; their weights are in memory at once.</summary>
    private const int AtOnce = 20;

    private const double MedianTolerance = 0.5;
    private const double LayerTolerance = 2;

    /// <inheritdoc/>
    public override string Name => "variance";

    /// <inheritdoc/>
    public override string Title => "The variance of the weights decides what arrives";

    /// <inheritdoc/>
    public override string Question => "How do the activations and the gradients of a deep ReLU network grow or shrink with the variance of its weights, and where does float32 give up?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        List<VarianceSignal> signals = [];
        foreach (double variance in options.Variances)
        {
            signals.Add(Measure(variance, context));
            context.Report($"σ² = {Text(variance)}: log10 mean square after layer {options.Depth} is {Text(signals[^1].Forward[^1].Median, "F2")} in the median, theory {Text(Expected(variance, options.Depth), "F2")}");
        }

        IReadOnlyList<Finding> findings = [.. signals.SelectMany(Findings)];
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory = Theory(),
            Verdict = $"log10 mean square after layer {options.Depth} for σ² = {string.Join(", ", options.Variances.Select(variance => Text(variance)))}: "
                + $"measured {string.Join(", ", signals.Select(signal => Text(signal.Forward[^1].Median, "F1")))}; "
                + $"expected {string.Join(", ", options.Variances.Select(variance => Text(ExpectedMedian(variance, options.Depth), "F1")))}. "
                + (findings.All(finding => finding.Holds) ? "Theory and measurement agree." : "Theory and measurement do not agree."),
            Findings = findings,
            Settings = new Dictionary<string, string>
            {
                ["hidden layers"] = Text(options.Depth),
                ["width"] = Text(options.Width),
                ["networks per variance"] = Text(options.Networks),
                ["variances"] = string.Join(", ", options.Variances.Select(variance => Text(variance))),
                ["input"] = $"N(0, 1), {options.Width} dimensions",
                ["output"] = "one unit, target 0, loss y²",
                ["arithmetic"] = "float64, rescaled at every layer; float32 as it is",
            },
            Figures = [Figure(signals)],
        };
    }

    private static string Text(double value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);

    private static double? Median(IEnumerable<int?> layers)
    {
        double[] sorted = [.. layers.Select(layer => (double?)layer ?? double.PositiveInfinity).Order()];
        double middle = Percentiles.At(sorted, 0.5);
        return double.IsFinite(middle) ? middle : null;
    }

    private VarianceSignal Measure(double variance, StudyContext context)
    {
        List<double[]> forward = [];
        List<double[]> backward = [];
        List<SingleFailure> failures = [];
        for (int first = 0; first < options.Networks; first += AtOnce)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using DeepReluNetworks networks = new(
                Math.Min(AtOnce, options.Networks - first), options.Depth, options.Width, variance, context.Seed, $"variance {Text(variance)}, networks from {first}");
            (double[][] forwardPart, double[][] backwardPart) = networks.LogMeanSquares();
            forward.AddRange(forwardPart);
            backward.AddRange(backwardPart);
            failures.AddRange(networks.Float32Failures());
        }

        return new(
            variance,
            [.. Enumerable.Range(0, options.Depth).Select(layer => Percentiles.Of(forward.Select(network => network[layer])))],
            [.. Enumerable.Range(0, options.Depth).Select(layer => Percentiles.Of(backward.Select(network => network[layer])))],
            Percentiles.Of(backward.Select(network => network[0] - network[^1])).Median,
            Median(failures.Select(failure => failure.ActivationOverflow)),
            Median(failures.Select(failure => failure.MeanSquareOverflow)),
            Median(failures.Select(failure => failure.MeanSquareUnderflow)));
    }

    /// <summary>log10 of the expected mean square after some layers: layers * log10(D sigma^2 / 2).</summary>
    private double Expected(double variance, int layers) => layers * Math.Log10(options.Width * variance / 2);

    /// <summary>The median lies below the mean: ln of the mean square is about N(mean - 5 l / 2 n, 5 l / n) (Hanin and Nica 2018).</summary>
    private double ExpectedMedian(double variance, int layers) => Expected(variance, layers) - (5.0 * layers / (2 * options.Width) / Math.Log(10));

    private IEnumerable<Finding> Findings(VarianceSignal signal)
    {
        string of = $"σ² = {Text(signal.Variance)}";
        yield return Finding.Near($"median log10 mean square of the activations after layer {options.Depth}, {of}", signal.Forward[^1].Median, ExpectedMedian(signal.Variance, options.Depth), MedianTolerance);
        yield return Finding.Near($"median log10 growth of the gradient's mean square from layer {options.Depth} back to layer 1, {of}", signal.BackwardGrowth, ExpectedMedian(signal.Variance, options.Depth - 1), MedianTolerance);
        foreach ((string what, double? layer, double decades) in new[]
        {
            // The largest of n ReLUs has a square of about 4 ln(n / 2) mean squares. The sum of n squares overflows before their mean does, and is rounded to 0 after it.
            ("an activation overflows float32", signal.ActivationOverflow, (2 * Math.Log10(float.MaxValue)) - Math.Log10(4 * Math.Log(options.Width / 2.0))),
            ("the mean square overflows float32", signal.MeanSquareOverflow, Math.Log10(float.MaxValue) - Math.Log10(options.Width)),
            ("the mean square underflows float32 to 0", signal.MeanSquareUnderflow, Math.Log10(float.Epsilon) - Math.Log10(2)),
        })
        {
            double expected = Math.Ceiling(decades / (ExpectedMedian(signal.Variance, options.Depth) / options.Depth));
            if (expected > 0 && expected <= options.Depth - LayerTolerance)
            {
                yield return Finding.Near($"first layer at which {what}, {of}", layer ?? double.NaN, expected, LayerTolerance);
            }
        }
    }

    private Figure Figure(IReadOnlyList<VarianceSignal> signals)
    {
        double[] layers = [.. Enumerable.Range(1, options.Depth).Select(layer => (double)layer)];
        Level[] limits = [new("largest float32", Math.Log10(float.MaxValue)), new("smallest float32", Math.Log10(float.Epsilon))];
        return new(
            Name,
            "Mean square of activations and gradients, by layer",
            $"Median and 5-95 % band of {options.Networks} networks of {options.Depth} ReLU layers for five variances of the weights, with the theory (D σ² / 2) per layer dashed. "
            + $"Only at σ² = {Text(2.0 / options.Width)} = 2 / D does signal and gradient stay where it is; everywhere else it grows or shrinks exponentially, and in most cases leaves the range of float32.",
            [
                Panel("Forward: activations", "mean square of the activations", signal => signal.Forward, (signal, layer) => Expected(signal.Variance, layer)),
                Panel("Backward: gradients of the loss", "mean square of the gradient", signal => signal.Backward, ExpectedGradient),
            ],
            Columns: 2);

        LinePanel Panel(string title, string quantity, Func<VarianceSignal, IReadOnlyList<Percentiles>> measured, Func<VarianceSignal, int, double> theory) => new(
            title, new("layer"), Axis.OfDecades(quantity),
            [
                .. signals.Select((signal, i) => new Series($"σ² = {Text(signal.Variance)}", SeriesStyle.Measured, layers, [.. measured(signal).Select(layer => layer.Median)])
                {
                    Color = i,
                    Low = [.. measured(signal).Select(layer => layer.Low)],
                    High = [.. measured(signal).Select(layer => layer.High)],
                }),
                .. signals.Select((signal, i) => new Series(i == 0 ? "theory" : string.Empty, SeriesStyle.Theory, layers, [.. layers.Select(layer => theory(signal, (int)layer))]) { Color = i }),
            ])
        {
            Levels = limits,
        };
    }

    /// <summary>E[(2 y)^2] = 4 D sigma^2 E[h_L^2]; half of the units of layer L pass sigma^2 of it; each layer below multiplies by D sigma^2 / 2.</summary>
    private double ExpectedGradient(VarianceSignal signal, int layer) =>
        Math.Log10(4 * options.Width * signal.Variance * signal.Variance / 2) + Expected(signal.Variance, options.Depth) + Expected(signal.Variance, options.Depth - layer);

    private string Theory() =>
        $"A unit's pre-activation is a sum of D = {options.Width} products of independent weights and inputs, so its variance is D σ² E[h²]. ReLU sets one half to zero and keeps the other: E[h²] = Var(z)/2. "
        + "Every layer therefore multiplies the mean square by D σ² / 2, forward as well as backward (where the transposed weights and the same zeros multiply the gradient). "
        + "After L layers it is (D σ² / 2)^L: constant only for σ² = 2/D, He's initialisation; otherwise a straight line on a logarithmic axis. "
        + "That is the mean over networks. A single network's logarithm scatters: at width n the log of the mean square is about normal with mean -5L/2n beside the line and variance 5L/n, which is why the median lies a little below it. "
        + "Sources: He et al. 2015; Prince 2023, section 7.5; Hanin and Nica 2018.";
}

/// <summary>What was measured at one variance.</summary>
/// <param name="Variance">sigma^2.</param>
/// <param name="Forward">log10 mean square of the activations, by layer.</param>
/// <param name="Backward">log10 mean square of the gradients, by layer.</param>
/// <param name="BackwardGrowth">Median of the difference of the latter between the first layer and the last.</param>
/// <param name="ActivationOverflow">The median first layer with an infinite float32 activation; null where most networks have none.</param>
/// <param name="MeanSquareOverflow">The same of the mean square.</param>
/// <param name="MeanSquareUnderflow">The median first layer whose float32 mean square is 0.</param>
internal sealed record VarianceSignal(
    double Variance, IReadOnlyList<Percentiles> Forward, IReadOnlyList<Percentiles> Backward, double BackwardGrowth, double? ActivationOverflow, double? MeanSquareOverflow, double? MeanSquareUnderflow);
