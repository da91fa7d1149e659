using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace OnnxInit.Cli.Figures;

/// <summary>Mends what Skia writes as SVG, for readers of all makes.</summary>
internal static partial class StandardSvg
{
    /// <summary>
    /// Gives each text one position, and the width that it has in our font: where that font is missing, another is stretched to it, and what is centred stays
    /// centred. Skia gives the position of each letter, in lists that end with a comma, which the standard does not allow and not every browser takes.
    /// </summary>
    /// <param name="svg">As Skia writes it.</param>
    public static string PlaceTexts(string svg) => TextElement().Replace(svg, element =>
    {
        string text = element.Groups["text"].Value.Trim();
        float size = float.Parse(element.Groups["size"].Value, CultureInfo.InvariantCulture);
        string width = FigureFont.Measure(WebUtility.HtmlDecode(text), size).ToString("F2", CultureInfo.InvariantCulture);
        string attributes = element.Groups["attributes"].Value.Replace(
            $"font-family=\"{FigureFont.Family}\"", $"font-family=\"{FigureFont.Family}, Verdana, sans-serif\"", StringComparison.Ordinal);
        return $"<text{attributes} x=\"{element.Groups["x"].Value}\" y=\"{element.Groups["y"].Value}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>";
    });

    /// <summary>Numbers the clip paths from 1: Skia counts those of the whole process, so that a second drawing would differ from the first.</summary>
    /// <param name="svg">As Skia writes it.</param>
    public static string Renumber(string svg)
    {
        Dictionary<string, string> names = [];
        return ClipName().Replace(svg, name =>
        {
            names.TryAdd(name.Value, $"clip{names.Count + 1}");
            return names[name.Value];
        });
    }

    [GeneratedRegex("\\bcl_[0-9a-f]+\\b")]
    private static partial Regex ClipName();

    [GeneratedRegex("<text(?<attributes>[^>]*? font-size=\"(?<size>[^\"]+)\"[^>]*?) x=\"(?<x>[^,\"]+)[^\"]*\" y=\"(?<y>[^,\"]+)[^\"]*\">(?<text>[^<]*)</text>")]
    private static partial Regex TextElement();
}
