using ScottPlot;
using SkiaSharp;

namespace OnnxInit.Cli.Figures;

/// <summary>DejaVu Sans, from this assembly: figures look the same everywhere, also where no font is installed, and it has superscripts and Greek.</summary>
internal sealed class FigureFont : IFontResolver
{
    /// <summary>Its name.</summary>
    public const string Family = "DejaVu Sans";

    private static readonly SKTypeface Typeface = Load();

    private FigureFont()
    {
    }

    /// <summary>The height of a line of text per font size.</summary>
    public static float LineHeight => 1.25f;

    /// <summary>Makes ScottPlot use it; doing so again changes nothing.</summary>
    public static void Install()
    {
        lock (Typeface)
        {
            if (Fonts.FontResolvers[0] is not FigureFont)
            {
                Fonts.FontResolvers.Insert(0, new FigureFont());
                Fonts.Default = Family;
            }
        }
    }

    /// <summary>The font at a size.</summary>
    /// <param name="size">Pixels.</param>
    public static SKFont OfSize(float size) => new(Typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

    /// <summary>The width of a line of text in pixels.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The font's size.</param>
    public static float Measure(string text, float size)
    {
        using SKFont font = OfSize(size);
        return font.MeasureText(text);
    }

    /// <summary>Breaks a text into lines at spaces; a word that is too long stays whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The font's size.</param>
    /// <param name="width">The width that a line may have.</param>
    public static IReadOnlyList<string> Wrap(string text, float size, float width)
    {
        using SKFont font = OfSize(size);
        List<string> lines = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = lines.Count == 0 ? word : $"{lines[^1]} {word}";
            if (lines.Count > 0 && font.MeasureText(longer) <= width)
            {
                lines[^1] = longer;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Family ? Typeface : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? Typeface : null;

    private static SKTypeface Load()
    {
        using Stream stream = typeof(FigureFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    }
}
