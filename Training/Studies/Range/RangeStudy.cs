using System.Globalization;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.Range;

/// <summary>At which layer a product of L matrices a I leaves what float16, bfloat16, float32 and float64 hold.</summary>
/// <param name="options">The products.</param>
public sealed class RangeStudy(RangeStudyOptions options) : Study
{
    /// <inheritdoc/>
    public override string Name => "range";

    /// <inheritdoc/>
    public override string Title => "How many layers a number format survives";

    /// <inheritdoc/>
    public override string Question => "If every layer multiplies by 10, or by 0.1, after how many layers is the product infinite, zero or not a number?";

    /// <inheritdoc/>
    public override StudyResult Run(StudyContext context)
    {
        options.Validate();
        List<Measurement> all = [];
        foreach (double factor in options.Factors)
        {
            foreach (FloatFormat format in FloatFormat.All)
            {
                Measurement measurement = new(
                    format, factor, format.FirstFailure(factor, options.Depth), format.FirstFailure(factor, options.Depth, flush: true),
                    MatrixProduct.Compute(format, factor, options, backward: false, context.Cancellation),
                    MatrixProduct.Compute(format, factor, options, backward: true, context.Cancellation));
                all.Add(measurement);
                context.Report($"{format.Name}, factor {Text(factor)}: {Outcome(measurement.Forward)}, predicted {Text(measurement.Predicted)}");
            }
        }

        IReadOnlyList<Finding> findings = [.. all.SelectMany(Findings)];
        return new()
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Theory = "A product of L matrices a I is a^L I. A floating-point format holds numbers up to its largest, about 2^(emax + 1), and down to half its smallest subnormal number; so the product is infinite from the first L with "
                + "a^L > largest on, that is L > log(largest)/log(a), and zero from the first with a^L < smallest/2 on. Jacobians multiply backward, so the gradient fails after as many layers, counted from the loss. "
                + "One layer after the first infinity the matrix holds inf * 0 = NaN, and NaN spreads to everything. bfloat16 has the exponent of float32 and so its range; float16 has not. "
                + "Some processors take subnormal numbers for 0, to be faster: x86's instruction for products of bfloat16 does. There the product is 0 as soon as it is below the smallest normal number, a few layers earlier.",
            Verdict = string.Join("; ", options.Factors.Select(factor => $"factor {Text(factor)}: " + string.Join(", ", all.Where(one => one.Factor == factor).Select(one => $"{one.Format.Name} {Outcome(one.Forward)} (predicted {Prediction(one)})"))))
                + (findings.All(finding => finding.Holds) ? ". All as predicted, forward and backward." : ". Not all as predicted."),
            Findings = findings,
            Settings = new Dictionary<string, string>
            {
                ["matrices"] = $"{options.Depth}, {options.Size} x {options.Size}, each a I",
                ["factors"] = string.Join(", ", options.Factors.Select(factor => Text(factor))),
                ["formats"] = string.Join(", ", FloatFormat.All.Select(format => $"{format.Name} (to {format.Largest.ToString("G3", CultureInfo.InvariantCulture)}, from {format.Smallest.ToString("G3", CultureInfo.InvariantCulture)})")),
            },
            Figures = [Lines(all), Table(all)],
        };
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(int? layer) => layer is null ? "never" : $"at layer {layer}";

    private static string Outcome(MatrixProduct product) => product.Zero is int zero ? $"0 at layer {zero}"
        : product.Infinite is int infinite ? $"infinite at layer {infinite}" + (product.NaN is int nan ? $", NaN at {nan}" : string.Empty)
        : "never fails";

    private static string Prediction(Measurement one) => Text(one.Predicted) + (one.Flushes ? $", or {one.PredictedIfFlushed} where subnormal numbers are taken for 0, as they are here" : string.Empty);

    private static int? Failure(MatrixProduct product) => product.Infinite ?? product.Zero;

    private static Finding Exactly(string claim, int? measured, int? expected) =>
        new(claim, measured ?? double.NaN, expected is null ? "never" : Text((double)expected), measured == expected);

    private static Finding Fails(string claim, int? measured, Measurement one)
    {
        Finding exact = Exactly(claim, measured, one.Predicted);
        return one.PredictedIfFlushed == one.Predicted ? exact
            : exact with { Expected = $"{exact.Expected}, or {one.PredictedIfFlushed} where subnormal numbers are taken for 0", Holds = exact.Holds || measured == one.PredictedIfFlushed };
    }

    private IEnumerable<Finding> Findings(Measurement one)
    {
        string what = one.Factor > 1 ? "infinite" : "zero";
        string of = $"{one.Format.Name}, factor {Text(one.Factor)}";
        yield return Fails($"first layer at which the product is {what}, {of}", Failure(one.Forward), one);
        yield return Fails($"first layer, from the loss, at which the product of Jacobians is {what}, {of}", Failure(one.Backward), one);
        if (one.Factor > 1 && one.Predicted < options.Depth)
        {
            yield return Exactly($"first layer with a NaN, {of}", one.Forward.NaN, one.Predicted + 1);
        }
    }

    private Figure Lines(IReadOnlyList<Measurement> all) => new(
        Name, "The product of L matrices a I, by number format",
        "The product's diagonal after each layer, until it is infinite or zero, and a^L dashed, which goes on. The line ends where the format does.",
        [.. all.Select(Panel)],
        Columns: FloatFormat.All.Count);

    private LinePanel Panel(Measurement one)
    {
        // Until a little after the format fails; nothing changes from there on.
        const double beyond = 1.25;
        int last = Math.Max(2, (int)Math.Min(options.Depth, beyond * (one.Predicted ?? options.Depth)));
        double[] layers = [.. Enumerable.Range(1, last).Select(layer => (double)layer)];
        double limit = one.Factor > 1 ? one.Format.Largest : one.Format.Smallest;
        return new LinePanel($"{one.Format.Name}, a = {Text(one.Factor)}", new("layer"), Axis.OfDecades("entry of the product"),
            [
                new Series("measured", SeriesStyle.Measured, layers, [.. one.Forward.Logarithms.Take(last)]) { Color = 0 },
                new Series("theory: a^L", SeriesStyle.Theory, layers, [.. layers.Select(layer => layer * Math.Log10(one.Factor))]) { Color = 0 },
            ])
        {
            Levels = [new((one.Factor > 1 ? "largest " : "smallest ") + one.Format.Name, Math.Log10(limit))],
        };
    }

    private Figure Table(IReadOnlyList<Measurement> all)
    {
        IReadOnlyList<Func<Measurement, int?>> columns = [one => one.Predicted, one => Failure(one.Forward), one => Failure(one.Backward), one => one.Forward.NaN];
        return new(
            $"{Name}-layers", "The first layer that fails",
            "Predicted from the format with its subnormal numbers, observed in the product forward and in the product of Jacobians backward, and where the first NaN follows. A cell without a number: it does not happen.",
            [.. options.Factors.Select(factor => new HeatMapPanel($"a = {Text(factor)}: {(factor > 1 ? "infinite" : "zero")}",
                [.. FloatFormat.All.Select(format => format.Name)],
                ["predicted", "forward", "backward", "NaN"],
                [.. all.Where(one => one.Factor == factor).Select(one => (IReadOnlyList<double>)[.. columns.Select(column => column(one) is int layer ? Math.Log10(layer) : double.NaN)])],
                "log10 layer")
            {
                Texts = [.. all.Where(one => one.Factor == factor).Select(one => (IReadOnlyList<string>)[.. columns.Select(column => column(one) is int layer ? Text((double)layer) : string.Empty)])],
                Min = 0,
                Max = 3,
            })],
            Columns: 2);
    }

    private sealed record Measurement(FloatFormat Format, double Factor, int? Predicted, int? PredictedIfFlushed, MatrixProduct Forward, MatrixProduct Backward)
    {
        public bool Flushes => Failure(Forward) == PredictedIfFlushed && PredictedIfFlushed != Predicted;
    }
}
