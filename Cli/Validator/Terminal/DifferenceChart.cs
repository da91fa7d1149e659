using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows how large the differences of logits are.</summary>
internal static class DifferenceChart
{
    private const int Width = 72;

    /// <summary>Prints a bar for every decade.</summary>
    /// <param name="histogram">The differences.</param>
    /// <param name="console">Where.</param>
    public static void Show(DifferenceHistogram histogram, IAnsiConsole console)
    {
        BarChart chart = new BarChart().Width(Width).Label("logits by absolute difference").LeftAlignLabel().UseValueFormatter(value => $"{value:N0}").AddItem("identical", histogram.Equal, Color.Green);
        IEnumerable<(int Decade, long Count)> decades = histogram.Counts
            .Select((count, bin) => (Decade: (int)Math.Floor(histogram.Log10Lower + ((double)bin / DifferenceHistogram.BinsPerDecade)), count))
            .GroupBy(bin => bin.Decade, (decade, bins) => (decade, bins.Sum(bin => bin.count)));
        foreach ((int decade, long count) in decades)
        {
            chart.AddItem($"from 1e{decade}", count, Color.Blue);
        }

        console.Write(chart);
    }
}
