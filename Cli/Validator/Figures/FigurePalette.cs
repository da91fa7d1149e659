using ScottPlot;

namespace OnnxInit.Cli.Figures;

/// <summary>The colours of figures, told apart also by people who see red and green alike.</summary>
internal static class FigureColors
{
    /// <summary>
    /// Okabe and Ito 2008, "Color Universal Design", without the yellow, which is pale on white; in an order in which neighbours differ in lightness; then
    /// three of Tol's "muted" scheme.
    /// </summary>
    private static readonly Color[] SeriesColors =
    [
        new("#0072B2"), new("#D55E00"), new("#009E73"), new("#CC79A7"), new("#E69F00"), new("#56B4E9"), new("#595959"), new("#882255"), new("#999933"),
        new("#332288"),
    ];

    public static Color Paper { get; } = new("#FFFFFF");

    public static Color Ink { get; } = new("#222222");

    public static Color PaleInk { get; } = new("#595959");

    public static Color Grid { get; } = new("#E6E6E6");

    public static Color Level { get; } = new("#8C8C8C");

    public static Color NoValue { get; } = new("#D0D0D0");

    /// <summary>The colour of a series.</summary>
    /// <param name="index">Its index; those beyond the palette begin again.</param>
    public static Color Series(int index) => SeriesColors[index % SeriesColors.Length];

    /// <summary>The colour of a theory over its measurement: the same, darker.</summary>
    /// <param name="index">The index of the measurement.</param>
    public static Color Theory(int index) => Series(index).Darken(0.45);

    /// <summary>Black or white, whichever contrasts more with a background (WCAG 2's relative luminance).</summary>
    /// <param name="background">The background.</param>
    public static Color TextOn(Color background)
    {
        // 0.179: where the contrast with black equals that with white.
        return (0.2126 * Linear(background.R)) + (0.7152 * Linear(background.G)) + (0.0722 * Linear(background.B)) > 0.179 ? Colors.Black : Colors.White;

        static double Linear(byte channel) => channel <= 10 ? channel / 255.0 / 12.92 : Math.Pow(((channel / 255.0) + 0.055) / 1.055, 2.4);
    }
}
