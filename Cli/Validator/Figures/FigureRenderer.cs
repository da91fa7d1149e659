using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using OnnxInit.Contracts.Figures;
using SkiaSharp;

namespace OnnxInit.Cli.Figures;

/// <summary>Draws figures, on a ground of their own: the page around them need not have their style.</summary>
internal static partial class FigureRenderer
{
    private const int Sharpness = 2;

    /// <summary>A PNG on white, with two dots per pixel of the page, for sharp screens.</summary>
    /// <param name="figure">The figure.</param>
    public static byte[] Png(Figure figure)
    {
        using FigureLayout layout = new(figure, FigureStyle.Default);
        using SKBitmap bitmap = new((int)layout.Width * Sharpness, (int)layout.Height * Sharpness, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(SKColors.White);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Scale(Sharpness);
            layout.Draw(canvas);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    /// <summary>An SVG. Its text is text, in DejaVu Sans or what is as wide as that; its title and description are the figure's title and caption.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="style">For which page; null for a wide, white one.</param>
    public static string Svg(Figure figure, FigureStyle? style = null)
    {
        using FigureLayout layout = new(figure, style ?? FigureStyle.Default);
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(layout.Width, layout.Height), stream))
        {
            layout.Draw(canvas);
        }

        string svg = StandardSvg.Renumber(StandardSvg.PlaceTexts(Encoding.UTF8.GetString(stream.ToArray())));
        return Opening().Replace(svg, match =>
            $"<svg{match.Groups[1].Value} viewBox=\"0 0 {match.Groups["width"].Value} {match.Groups["height"].Value}\" role=\"img\">\n"
            + $"<title>{SecurityElement.Escape(figure.Title)}</title>\n<desc>{SecurityElement.Escape(figure.Caption)}</desc>", 1);
    }

    [GeneratedRegex("<svg([^>]*? width=\"(?<width>[^\"]+)\" height=\"(?<height>[^\"]+)\"[^>]*)>")]
    private static partial Regex Opening();
}
