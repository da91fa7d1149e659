using OnnxInit.Contracts.Data;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnnxInit.Cli.Data;

/// <summary>
/// Images in the terminal, as many side by side as its width allows, index and class below. A character shows two pixels: its upper
/// half in the foreground's colour, its lower half in the background's. Without colours, characters of growing weight show the brightness.
/// </summary>
internal sealed class TerminalPicture : Renderable
{
    private const string UpperHalfBlock = "\u2580";
    private const string UnicodeShades = " \u2591\u2592\u2593\u2588";
    private const string AsciiShades = " .:-=+*#%@";
    private const int Gap = 2;

    private readonly ImageSet _set;
    private readonly IReadOnlyList<int> _indices;
    private readonly IReadOnlyList<string> _classNames;

    private TerminalPicture(ImageSet set, IReadOnlyList<int> indices, IReadOnlyList<string> classNames) =>
        (_set, _indices, _classNames) = (set, indices, classNames);

    /// <summary>Prints images.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="set">Where the images come from; grey (1 channel) or RGB (3).</param>
    /// <param name="indices">Which images, in the order of reading.</param>
    /// <param name="classNames">The class names by label.</param>
    public static void Write(IAnsiConsole console, ImageSet set, IReadOnlyList<int> indices, IReadOnlyList<string> classNames) =>
        console.Write(new TerminalPicture(set, indices, classNames));

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int perRow = Math.Max(1, (maxWidth + Gap) / (_set.Shape.Width + Gap));
        foreach (int[] row in _indices.Chunk(perRow))
        {
            for (int y = 0; y < _set.Shape.Height; y += 2)
            {
                foreach (Segment segment in Line(row, index => PixelRows(options, index, y, Math.Min(_set.Shape.Width, maxWidth))))
                {
                    yield return segment;
                }
            }

            foreach (Segment segment in Line(row, Caption))
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }
    }

    private static IEnumerable<Segment> Line(int[] row, Func<int, IEnumerable<Segment>> image)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (i > 0)
            {
                yield return Segment.Padding(Gap);
            }

            foreach (Segment segment in image(row[i]))
            {
                yield return segment;
            }
        }

        yield return Segment.LineBreak;
    }

    /// <summary>Two rows of an image's pixels, as one line of characters.</summary>
    private IEnumerable<Segment> PixelRows(RenderOptions options, int index, int y, int width)
    {
        for (int x = 0; x < width; x++)
        {
            Color upper = PixelColor(index, y, x);
            Color lower = PixelColor(index, Math.Min(y + 1, _set.Shape.Height - 1), x);
            yield return options is { Unicode: true, ColorSystem: not ColorSystem.NoColors }
                ? new Segment(UpperHalfBlock, new Style(upper, lower))
                : new Segment(Shade(options.Unicode ? UnicodeShades : AsciiShades, upper, lower));
        }
    }

    private IEnumerable<Segment> Caption(int index)
    {
        int width = _set.Shape.Width;
        string text = $"{index} {_classNames[_set.Labels[index]]}";
        yield return new Segment((text.Length > width ? text[..width] : text).PadRight(width));
    }

    private Color PixelColor(int index, int y, int x)
    {
        (byte red, byte green, byte blue) = _set.Rgb(index, y, x);
        return new Color(red, green, blue);
    }

    /// <summary>A character as heavy as two pixels are bright (luma of ITU-R BT.601).</summary>
    private static string Shade(string shades, Color upper, Color lower)
    {
        return shades[(Luma(upper) + Luma(lower)) * shades.Length / (2 * 256 * 1000)].ToString();

        static int Luma(Color color) => (299 * color.R) + (587 * color.G) + (114 * color.B);
    }
}
