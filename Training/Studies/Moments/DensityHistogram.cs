using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Initialization;

namespace OnnxInit.Training.Studies.Moments;

/// <summary>Histograms as densities, of a sample and of what theory says, in bins of a common width.</summary>
internal static class DensityHistogram
{
    private const double Reach = 3.5;
    private const int Bins = 70;
    private const double Width = 2 * Reach / Bins;

    /// <summary>The bins' edges, one more than bins; the middle of a bin lies on 0.</summary>
    private static readonly double[] Edges = [.. Enumerable.Range(0, Bins + 2).Select(i => ((i - 0.5) * Width) - Reach)];

    /// <summary>A sample's bars.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="sample">The values.</param>
    public static Series Bars(string label, int color, IEnumerable<double> sample) => new(label, SeriesStyle.Bars, Edges, Densities(sample)) { Color = color };

    /// <summary>What theory says of phi(z), z ~ N(0, deviation^2): as the bars are, by the share of a bin, so that a spike has a height.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="color">The colour of the bars it is for.</param>
    /// <param name="function">phi.</param>
    /// <param name="deviation">The standard deviation of z.</param>
    public static Series Theory(string label, int color, Func<double, double> function, double deviation)
    {
        const int quantiles = 100_000;
        IEnumerable<double> values = Enumerable.Range(0, quantiles).Select(i => function(deviation * StandardNormal.Quantile((i + 0.5) / quantiles)));
        return new(label, SeriesStyle.Theory, [.. Enumerable.Range(0, Edges.Length - 1).Select(bin => (Edges[bin] + Edges[bin + 1]) / 2)], [.. Densities(values)]) { Color = color };
    }

    private static double[] Densities(IEnumerable<double> values)
    {
        long[] counts = new long[Edges.Length - 1];
        long all = 0;
        foreach (double value in values)
        {
            all++;
            int bin = (int)Math.Floor((value - Edges[0]) / Width);
            if (bin >= 0 && bin < counts.Length)
            {
                counts[bin]++;
            }
        }

        return [.. counts.Select(count => count / (all * Width))];
    }
}
