namespace OnnxInit.Cli.Figures;

/// <summary>For which page a figure is drawn.</summary>
/// <param name="Palette">Its colours.</param>
/// <param name="Narrow">Whether for the screen of a telephone: one column, 360 pixels wide, its letters as large as on the wide one.</param>
internal sealed record FigureStyle(FigurePalette Palette, bool Narrow)
{
    /// <summary>On white, as wide as its panels want.</summary>
    public static FigureStyle Default { get; } = new(FigurePalette.Light, Narrow: false);
}
