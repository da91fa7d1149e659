using System.Diagnostics;

namespace OnnxInit.Benchmarks;

/// <summary>
/// Times variants in one process, in turn, round after round, so that a machine whose speed drifts slows all of them alike; what is
/// compared is the median over rounds of the ratio to the first variant.
/// </summary>
internal static class PairedTiming
{
    public static void Run(string title, int rounds, params (string Name, Action Body)[] variants)
    {
        double[][] seconds = [.. variants.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++) // the first round warms up
        {
            for (int i = 0; i < variants.Length; i++)
            {
                long started = Stopwatch.GetTimestamp();
                variants[i].Body();
                if (round >= 0)
                {
                    seconds[i][round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
                }
            }
        }

        Console.WriteLine($"{title}, {rounds} rounds");
        Console.WriteLine($"{"variant",-36} {"min",9} {"median",9} {"max",9}   ratio to the first: min, median, max");
        for (int i = 0; i < variants.Length; i++)
        {
            double[] ratios = [.. seconds[i].Zip(seconds[0], (mine, first) => mine / first).Order()];
            double[] sorted = [.. seconds[i].Order()];
            Console.WriteLine($"{variants[i].Name,-36} {sorted[0] * 1e3,7:F1}ms {sorted[rounds / 2] * 1e3,7:F1}ms {sorted[^1] * 1e3,7:F1}ms   {ratios[0]:F2} {ratios[rounds / 2]:F2} {ratios[^1]:F2}");
        }
    }
}
