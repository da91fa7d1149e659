using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>A histogram as a line through the middles of its bins, with its peak at 1: distributions of very different width fit into one panel.</summary>
internal static class Histogram
{
    private const int Bins = 40;

    /// <summary>Counts.</summary>
    /// <param name="label">Its name in the legend.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="values">The values, in any order; those that are not finite are left out.</param>
    public static Series Of(string label, int color, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
        {
            return new(label, SeriesStyle.Measured, [], []) { Color = color };
        }

        // The outermost thousandths would stretch the bins of a long-tailed distribution over nothing.
        double low = Percentiles.At(sorted, 0.001);
        double high = Percentiles.At(sorted, 0.999);
        double width = Math.Max((high - low) / Bins, double.Epsilon);
        int[] counts = new int[Bins];
        foreach (double value in sorted.Where(value => value >= low && value <= high))
        {
            counts[Math.Min(Bins - 1, (int)((value - low) / width))]++;
        }

        double peak = counts.Max();
        return new(label, SeriesStyle.Measured, [.. Enumerable.Range(0, Bins).Select(bin => low + ((bin + 0.5) * width))], [.. counts.Select(count => count / peak)]) { Color = color };
    }
}
