namespace OnnxInit.Training.Diagnostics;

/// <summary>
/// Cuts a sequence of steps where their mean changes: the cut that lowers the sum of squares most, again and again on both sides, as long as it
/// lowers it by more than chance would (a penalty of 6 ln N times the noise, whose size is taken from the differences of neighbours).
/// </summary>
internal static class GrowthSegments
{
    private const int Shortest = 3;
    private const double Penalty = 6;

    // Decades: a network without noise is not to be cut at rounding errors.
    private const double SmallestNoise = 0.01;

    /// <summary>Segments as [start, end) of the steps.</summary>
    /// <param name="steps">The steps.</param>
    public static IReadOnlyList<(int Start, int End)> Of(IReadOnlyList<double> steps)
    {
        if (steps.Count == 0)
        {
            return [];
        }

        double[] sums = new double[steps.Count + 1];
        for (int i = 0; i < steps.Count; i++)
        {
            sums[i + 1] = sums[i] + steps[i];
        }

        double noise = Noise(steps);
        double least = Penalty * Math.Log(Math.Max(2, steps.Count)) * noise * noise;
        List<(int, int)> segments = [];
        Stack<(int Start, int End)> open = new([(0, steps.Count)]);
        while (open.TryPop(out (int Start, int End) part))
        {
            (int cut, double gain) = BestCut(sums, part.Start, part.End);
            if (gain > least)
            {
                open.Push((cut, part.End));
                open.Push((part.Start, cut));
            }
            else
            {
                segments.Add(part);
            }
        }

        return segments;
    }

    private static (int Cut, double Gain) BestCut(double[] sums, int start, int end)
    {
        (int cut, double best) = (start, 0);
        double whole = Energy(start, end);
        for (int i = start + Shortest; i <= end - Shortest; i++)
        {
            double gain = Energy(start, i) + Energy(i, end) - whole;
            (cut, best) = gain > best ? (i, gain) : (cut, best);
        }

        return (cut, best);

        double Energy(int from, int to) => (sums[to] - sums[from]) * (sums[to] - sums[from]) / (to - from);
    }

    /// <summary>The median of |difference of neighbours|, which a change of the mean hardly moves, as a standard deviation.</summary>
    private static double Noise(IReadOnlyList<double> steps)
    {
        const double medianOfNormal = 0.6745;
        double[] differences = [.. steps.Zip(steps.Skip(1), (left, right) => Math.Abs(left - right)).Order()];
        return differences.Length == 0 ? SmallestNoise : Math.Max(SmallestNoise, differences[differences.Length / 2] / medianOfNormal / Math.Sqrt(2));
    }
}
