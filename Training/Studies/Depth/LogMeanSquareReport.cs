using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Initialization;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>The claims and the figures of the log-normal law.</summary>
/// <param name="width">Units of a layer.</param>
/// <param name="depth">Layers.</param>
internal sealed class LogMeanSquareReport(int width, int depth)
{
    private const double StandardErrors = 4;
    private const int DrawnLayers = 200;
    private const int Bins = 24;

    private readonly LogMeanSquareLaw _gaussian = LogMeanSquareLaw.Gaussian(width);

    /// <summary>The layers that are also stated as numbers.</summary>
    private IEnumerable<int> Layers => new[] { 2, 4, 50, 100, 1_000 }.Where(layers => layers < depth).Append(depth);

    /// <summary>The claims on He's networks: mean and variance are those of the exact law, within four standard errors, forward and backward.</summary>
    /// <param name="he">The networks.</param>
    public IEnumerable<Finding> OfHe(LogMeanSquareSample he)
    {
        int count = he.Forward.Count;
        (double mean, double variance) = LogMeanSquareSample.Moments(he.Forward, depth);
        (double gradientMean, double gradientVariance) = LogMeanSquareSample.Moments(he.Backward, depth - 1);
        yield return Mean($"mean of ln(mean square) of the activations after {depth} layers, He, {count} networks", mean, _gaussian, depth, count);
        yield return Variance("variance of the same over the networks", variance, _gaussian, depth, count);
        yield return Mean($"mean of ln(mean square) of the gradient {depth - 1} layers down, He", gradientMean, _gaussian, depth - 1, count);
        yield return Variance("variance of the same over the networks, gradient", gradientVariance, _gaussian, depth - 1, count);
        double distance = NormalDistance([.. he.Forward.Select(network => network[^1])]);
        yield return Finding.Between(
            "largest difference between their distribution function and that of the normal law (Kolmogorov-Smirnov, 0.1 % level)", distance, double.NegativeInfinity, 1.95 / Math.Sqrt(count));
    }

    /// <summary>The claims on orthogonal networks: mean and variance are 3/5 of He's.</summary>
    /// <param name="orthogonal">The networks.</param>
    public IEnumerable<Finding> OfOrthogonal(LogMeanSquareSample orthogonal)
    {
        LogMeanSquareLaw exact = LogMeanSquareLaw.Orthogonal(width);
        int count = orthogonal.Forward.Count;
        (double mean, double variance) = LogMeanSquareSample.Moments(orthogonal.Forward, depth);
        yield return Mean($"mean of ln(mean square) after {depth} layers, orthogonal times sqrt 2, {count} networks", mean, exact, depth, count);
        yield return Variance("variance of the same over the networks, orthogonal", variance, exact, depth, count);
    }

    /// <summary>What was measured and what was expected, after some layers.</summary>
    /// <param name="he">The networks.</param>
    public string Table(LogMeanSquareSample he) => string.Join("; ", Layers.Select(layers =>
    {
        (double mean, double variance) = LogMeanSquareSample.Moments(he.Forward, layers);
        return $"L = {layers}: {mean:F2}, {variance:F2} (exact law {_gaussian.Mean * layers:F2}, {_gaussian.Variance * layers:F2})";
    }));

    /// <summary>Median and band by layer, and the histogram after the last one.</summary>
    /// <param name="he">He's networks.</param>
    /// <param name="orthogonal">Orthogonal ones; null where there are none.</param>
    public IEnumerable<Figure> Figures(LogMeanSquareSample he, LogMeanSquareSample? orthogonal)
    {
        yield return new(
            "depth-law",
            "At He's initialisation the signal wanders: ln of the mean square by layer",
            $"Median and 5-95 % band of {he.Forward.Count} ReLU networks of {width} units; dashed the mean of the theory and the edges of its band, mean ± 1.645 standard deviations. "
            + "The mean of the mean square stays 1; the typical network falls below it layer by layer, and networks move apart.",
            [
                Bands("Forward: activations", "ln(mean square)", sample => sample.Forward, he, orthogonal),
                Bands("Backward: gradient, by layers below the last", "ln(mean square), relative", sample => sample.Backward, he, orthogonal),
            ],
            Columns: 2);
        yield return new(
            "depth-histogram",
            $"ln of the mean square after {depth} layers, over networks",
            $"Bars: {he.Forward.Count} networks. Dashed: the normal law with the exact mean {_gaussian.Mean * depth:F1} and variance {_gaussian.Variance * depth:F1}, and with the first order in 1/n, {-2.5 * depth / width:F1} and {5.0 * depth / width:F1}.",
            [
                Histogram("Activations", he.Forward, depth),
                Histogram("Gradient", he.Backward, depth - 1),
            ],
            Columns: 2);
    }

    private static Finding Mean(string claim, double measured, LogMeanSquareLaw law, int layers, int networks) =>
        Finding.Near(claim, measured, law.Mean * layers, StandardErrors * Math.Sqrt(law.Variance * layers / networks));

    /// <summary>A variance estimated from a normal sample has the relative standard error sqrt(2 / (count - 1)).</summary>
    private static Finding Variance(string claim, double measured, LogMeanSquareLaw law, int layers, int networks) =>
        Finding.Near(claim, measured, law.Variance * layers, StandardErrors * law.Variance * layers * Math.Sqrt(2.0 / (networks - 1)));

    private static double Density(LogMeanSquareLaw law, int layers, double x)
    {
        double deviation = Math.Sqrt(law.Variance * layers);
        return StandardNormal.Density((x - (law.Mean * layers)) / deviation) / deviation;
    }

    private double NormalDistance(double[] values)
    {
        Array.Sort(values);
        double deviation = Math.Sqrt(_gaussian.Variance * depth);
        return values.Select((value, i) =>
        {
            double expected = StandardNormal.Cumulative((value - (_gaussian.Mean * depth)) / deviation);
            return Math.Max(Math.Abs(((i + 1.0) / values.Length) - expected), Math.Abs(((double)i / values.Length) - expected));
        }).Max();
    }

    private LinePanel Bands(string title, string quantity, Func<LogMeanSquareSample, IReadOnlyList<double[]>> part, LogMeanSquareSample he, LogMeanSquareSample? orthogonal)
    {
        const double edge = 1.6448536269514722; // the 95th percentile of N(0, 1)
        int last = part(he)[0].Length;
        int[] drawn = [.. Enumerable.Range(1, last).Where(layer => layer == last || layer % Math.Max(1, last / DrawnLayers) == 0)];
        double[] x = [.. drawn.Select(layer => (double)layer)];
        List<Series> series = [.. Of("He", he, _gaussian, 0)];
        if (orthogonal is not null)
        {
            series.AddRange(Of("orthogonal, gain √2", orthogonal, LogMeanSquareLaw.Orthogonal(width), 1));
        }

        return new(title, new("layers"), new(quantity), series);

        IEnumerable<Series> Of(string label, LogMeanSquareSample sample, LogMeanSquareLaw law, int color)
        {
            Percentiles[] measured = [.. drawn.Select(layer => Percentiles.Of(part(sample).Select(network => network[layer - 1])))];
            yield return new(label, SeriesStyle.Measured, x, [.. measured.Select(layer => layer.Median)])
            {
                Color = color,
                Low = [.. measured.Select(layer => layer.Low)],
                High = [.. measured.Select(layer => layer.High)],
            };
            foreach ((string name, double deviations) in new[] { ($"{label}, exact law", 0), (string.Empty, -edge), (string.Empty, edge) })
            {
                yield return new(name, SeriesStyle.Theory, x, [.. x.Select(layer => (law.Mean * layer) + (deviations * Math.Sqrt(law.Variance * layer)))]) { Color = color };
            }
        }
    }

    private LinePanel Histogram(string title, IReadOnlyList<double[]> sample, int layers)
    {
        const int curvePoints = 120;
        double[] values = [.. sample.Select(network => network[layers - 1])];
        double low = values.Min();
        double size = (values.Max() - low) / Bins;
        double[] density = new double[Bins];
        foreach (double value in values)
        {
            density[Math.Min(Bins - 1, (int)((value - low) / size))] += 1 / (size * values.Length);
        }

        double[] x = [.. Enumerable.Range(0, curvePoints + 1).Select(i => low - size + ((values.Max() - low + (2 * size)) * i / curvePoints))];
        return new(
            title, new($"ln(mean square) after {layers} layers"), new("density"),
            [
                new("networks", SeriesStyle.Bars, [.. Enumerable.Range(0, Bins + 1).Select(i => low + (i * size))], density) { Color = 0 },
                new("exact law", SeriesStyle.Theory, x, [.. x.Select(at => Density(_gaussian, layers, at))]) { Color = 0 },
                new("first order in 1/n", SeriesStyle.Theory, x, [.. x.Select(at => Density(LogMeanSquareLaw.GaussianFirstOrder(width), layers, at))]) { Color = 1 },
            ]);
    }
}
