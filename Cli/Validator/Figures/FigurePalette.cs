using ScottPlot;

namespace OnnxInit.Cli.Figures;

/// <summary>The colours of figures, told apart also by people who see red and green alike.</summary>
internal sealed class FigurePalette
{
    private readonly Color[] _series;
    private readonly Func<Color, Color> _emphasis;

    private FigurePalette(Func<Color, Color> emphasis, params Color[] series) => (_emphasis, _series) = (emphasis, series);

    /// <summary>
    /// On white. Okabe and Ito 2008, "Color Universal Design", without the yellow, which is pale on white; in an order in which neighbours differ in lightness;
    /// then three of Tol's "muted" scheme.
    /// </summary>
    public static FigurePalette Light { get; } = new(
        color => color.Darken(0.45),
        new("#0072B2"), new("#D55E00"), new("#009E73"), new("#CC79A7"), new("#E69F00"), new("#56B4E9"), new("#595959"), new("#882255"), new("#999933"), new("#332288"))
    {
        Paper = new("#FFFFFF"),
        Ink = new("#222222"),
        PaleInk = new("#595959"),
        Grid = new("#E6E6E6"),
        Level = new("#8C8C8C"),
        NoValue = new("#D0D0D0"),
    };

    /// <summary>On a dark page: the same hues, lighter.</summary>
    public static FigurePalette Dark { get; } = new(
        color => color.Lighten(0.45),
        new("#58B0F0"), new("#FF8A3D"), new("#2CC79B"), new("#E794C4"), new("#F2B632"), new("#A3D5F7"), new("#B3B8BF"), new("#E5739A"), new("#C7C75A"), new("#A497F0"))
    {
        Paper = new("#1B1E23"),
        Ink = new("#E6E8EB"),
        PaleInk = new("#B0B6BE"),
        Grid = new("#32373E"),
        Level = new("#7E858E"),
        NoValue = new("#43484F"),
    };

    public required Color Paper { get; init; }

    public required Color Ink { get; init; }

    public required Color PaleInk { get; init; }

    public required Color Grid { get; init; }

    public required Color Level { get; init; }

    public required Color NoValue { get; init; }

    /// <summary>The colour of a series.</summary>
    /// <param name="index">Its index; those beyond the palette begin again.</param>
    public Color Series(int index) => _series[index % _series.Length];

    /// <summary>The colour of a theory over its measurement: the same, farther from the paper's.</summary>
    /// <param name="index">The index of the measurement.</param>
    public Color Theory(int index) => _emphasis(Series(index));

    /// <summary>Black or white, whichever contrasts more with a background (WCAG 2's relative luminance).</summary>
    /// <param name="background">The background.</param>
    public static Color TextOn(Color background)
    {
        // 0.179: where the contrast with black equals that with white.
        return (0.2126 * Linear(background.R)) + (0.7152 * Linear(background.G)) + (0.0722 * Linear(background.B)) > 0.179 ? Colors.Black : Colors.White;

        static double Linear(byte channel) => channel <= 10 ? channel / 255.0 / 12.92 : Math.Pow(((channel / 255.0) + 0.055) / 1.055, 2.4);
    }
}
