using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace OnnxInit.Cli.Figures;

/// <summary>
/// Makes the text of Skia's SVG what readers of all makes show alike. Skia gives the position of each letter, in lists that end with a comma, which the
/// standard does not allow and not every browser takes. Here a text has one position, and the width that it has in our font: where that font is missing, another
/// is stretched to it, and what is centred stays centred.
/// </summary>
internal static partial class SvgText
{
    /// <summary>Rewrites the text elements.</summary>
    /// <param name="svg">As Skia writes it.</param>
    public static string Simplify(string svg) => TextElement().Replace(svg, element =>
    {
        string text = element.Groups["text"].Value.Trim();
        float size = float.Parse(element.Groups["size"].Value, CultureInfo.InvariantCulture);
        string width = FigureFont.Measure(WebUtility.HtmlDecode(text), size).ToString("F2", CultureInfo.InvariantCulture);
        string attributes = element.Groups["attributes"].Value.Replace(
            $"font-family=\"{FigureFont.Family}\"", $"font-family=\"{FigureFont.Family}, Verdana, sans-serif\"", StringComparison.Ordinal);
        return $"<text{attributes} x=\"{element.Groups["x"].Value}\" y=\"{element.Groups["y"].Value}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>";
    });

    [GeneratedRegex("<text(?<attributes>[^>]*? font-size=\"(?<size>[^\"]+)\"[^>]*?) x=\"(?<x>[^,\"]+)[^\"]*\" y=\"(?<y>[^,\"]+)[^\"]*\">(?<text>[^<]*)</text>")]
    private static partial Regex TextElement();
}
