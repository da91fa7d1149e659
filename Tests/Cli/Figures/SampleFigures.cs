using OnnxInit.Contracts.Figures;

namespace OnnxInit.Tests.Cli.Figures;

/// <summary>Figures that have everything a figure can have.</summary>
internal static class SampleFigures
{
    public static Figure Lines { get; } = new(
        "lines", "Signal & gradient <by layer>", "A caption.",
        [
            new LinePanel("Forward", new("layer"), Axis.OfDecades("mean square"),
                [
                    new("measured", SeriesStyle.Measured, [1, 2, 3], [0, double.NaN, -400.5]) { Low = [-1, -2, -500], High = [1, 2, -300], Color = 0 },
                    new("theory", SeriesStyle.Theory, [1, 2, 3], [0, -200, -400]) { Color = 0 },
                ])
            {
                Levels = [new("smallest float64", -323.3)],
            },
            new LinePanel("Histogram", new("value"), new("density"), [new("after, \"here\"", SeriesStyle.Bars, [0, 0.5, 1], [0.1, 1.0 / 3])]),
            new LinePanel("Points", new("value"), new("density"), [new(string.Empty, SeriesStyle.Points, [0, 1], [2, 3])]),
        ],
        Columns: 2);

    public static Figure HeatMap { get; } = new(
        "map", "Loss", "A caption.",
        [new HeatMapPanel("depth 100", ["He", "Xavier"], ["plain", "BatchNorm"], [[1.25, double.NaN], [2.5, -3]], "loss")]);

    /// <summary>Twelve panels in four columns, each with its place in its title.</summary>
    public static Figure Twelve { get; } = new(
        "twelve", "Twelve", string.Empty,
        [.. Enumerable.Range(1, 12).Select(i => new LinePanel($"panel {i}", new("layer"), new("loss"), [new("loss", SeriesStyle.Measured, [0, 1000], [i, 0]) { Color = 0 }]))],
        Columns: 4);
}
