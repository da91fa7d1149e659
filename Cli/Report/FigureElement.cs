using System.Text;
using OnnxInit.Cli.Figures;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Cli.Report;

/// <summary>
/// A figure on a page, drawn for wide and narrow screens, light and dark. Drawings are images, and not inline SVG, so that the names inside one cannot
/// meet those inside another.
/// </summary>
internal static class FigureElement
{
    private const string Narrow = "(max-width: 40rem)";
    private const string Dark = "screen and (prefers-color-scheme: dark)"; // paper is white

    /// <summary>The element.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="titled">Whether its title is drawn; a heading above may say it.</param>
    /// <param name="alwaysNarrow">Whether others stand beside it, so that it is narrow on a wide screen too.</param>
    public static Html Of(Figure figure, bool titled = true, bool alwaysNarrow = false)
    {
        Figure drawn = titled ? figure : figure with { Title = string.Empty };
        Html narrow = alwaysNarrow ? Html.Empty : Html.Of($"""
            <source media="{Dark} and {Narrow}" srcset="{Data(drawn, FigurePalette.Dark, narrow: true)}" />
            <source media="{Narrow}" srcset="{Data(drawn, FigurePalette.Light, narrow: true)}" />

            """);
        return Html.Of($"""
            <figure>
            <picture>
            {narrow}<source media="{Dark}" srcset="{Data(drawn, FigurePalette.Dark, alwaysNarrow)}" />
            <img alt="{figure.Title}" src="{Data(drawn, FigurePalette.Light, alwaysNarrow)}" />
            </picture>
            <figcaption>{figure.Caption}</figcaption>
            </figure>

            """);
    }

    private static string Data(Figure figure, FigurePalette palette, bool narrow) =>
        $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(FigureRenderer.Svg(figure, new FigureStyle(palette, narrow))))}";
}
