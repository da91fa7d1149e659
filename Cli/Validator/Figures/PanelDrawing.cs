using OnnxInit.Contracts.Figures;
using ScottPlot;
using SkiaSharp;

namespace OnnxInit.Cli.Figures;

/// <summary>A panel as a plot. The title and the legend are drawn by <see cref="FigureLayout"/>, which knows how wide they may be.</summary>
internal abstract class PanelDrawing : IDisposable
{
    protected const float TickFontSize = 12;
    protected const float LabelFontSize = 13;

    // ScottPlot's middle is that of a line with its leading; the middle of digits lies lower.
    protected const float MiddleOffset = 2.5f;

    // Half of the last label below the axis.
    private const float LeastRight = 14;

    /// <summary>An empty plot.</summary>
    /// <param name="style">For which page.</param>
    protected PanelDrawing(FigureStyle style)
    {
        Style = style;
        FigureFont.Install();
        Plot = new();
        Plot.RenderManager.ClearCanvasBeforeEachRender = false;
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.DataBackground.Color = style.Palette.Paper;
        Plot.HideLegend();
        Plot.Grid.MajorLineColor = style.Palette.Grid;
        Plot.Grid.MajorLineWidth = 1;
        Plot.Axes.Title.IsVisible = false;
        foreach (IAxis axis in Plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontName = FigureFont.Family;
            axis.TickLabelStyle.FontSize = TickFontSize;
            axis.TickLabelStyle.ForeColor = style.Palette.Ink;
            axis.Label.FontName = FigureFont.Family;
            axis.Label.FontSize = LabelFontSize;
            axis.Label.Bold = false;
            axis.Label.ForeColor = style.Palette.Ink;
            axis.FrameLineStyle.Color = style.Palette.PaleInk;
            axis.FrameLineStyle.Width = 1;
            axis.MajorTickStyle.Color = style.Palette.PaleInk;
            axis.MinorTickStyle.Length = 0;
        }

        Plot.Axes.Left.TickLabelStyle.OffsetY = MiddleOffset;
        Plot.Axes.Top.FrameLineStyle.Width = 0;
        Plot.Axes.Right.FrameLineStyle.Width = 0;
    }

    /// <summary>What stands above it; empty for none.</summary>
    public abstract string Title { get; }

    /// <summary>What its legend names.</summary>
    public virtual IReadOnlyList<LegendEntry> Legend => [];

    /// <summary>The height that its data area needs whatever its width; null takes the figure's.</summary>
    public virtual float? NeededDataHeight => null;

    /// <summary>Whether the horizontal axis is named; not, where the panel below names the same one.</summary>
    public bool NamesX { get; set; } = true;

    /// <summary>Whether the vertical axis is named; not, where the panel at the left names the same one.</summary>
    public bool NamesY { get; set; } = true;

    protected FigureStyle Style { get; }

    protected Plot Plot { get; }

    public static PanelDrawing Of(Panel panel, FigureStyle style) => panel switch
    {
        LinePanel lines => new LinePanelDrawing(lines, style),
        HeatMapPanel map => new HeatMapDrawing(map, style),
        _ => throw new NotSupportedException($"There is no drawing for a {panel.GetType().Name}."),
    };

    /// <summary>Chooses ticks, and breaks labels into lines, for a size.</summary>
    /// <param name="width">Of the data area, in pixels.</param>
    /// <param name="height">Of the data area.</param>
    public abstract void Fit(float width, float height);

    /// <summary>The room that axes and labels take on each side.</summary>
    /// <param name="width">Of the data area, in pixels, about.</param>
    /// <param name="height">Of the data area.</param>
    public PixelPadding Measure(float width, float height)
    {
        Fit(width, height);
        Plot.Layout.Default();
        using SKNoDrawCanvas nowhere = new(1, 1);
        Plot.Render(nowhere, new PixelRect(0, width + 80, height + 60, 0));
        PixelPadding padding = Plot.LastRender.Padding;
        return new(padding.Left, Math.Max(padding.Right, LeastRight), padding.Bottom, TickFontSize / 2);
    }

    /// <summary>Draws it.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="area">The whole panel.</param>
    /// <param name="padding">What of it is for axes and labels.</param>
    public void Draw(SKCanvas canvas, PixelRect area, PixelPadding padding)
    {
        Plot.Layout.Fixed(padding);
        using (SKNoDrawCanvas nowhere = new(1, 1))
        {
            Plot.Render(nowhere, area); // a first rendering may repeat itself, and would then be in the SVG twice
        }

        Plot.Render(canvas, area);
    }

    /// <inheritdoc/>
    public void Dispose() => Plot.Dispose();

    protected static string Lines(string text, float width) => string.Join('\n', FigureFont.Wrap(text, LabelFontSize, width));

    protected static void Mark(IAxis axis, AxisTicks ticks) => axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual(ticks.Positions, ticks.Labels);
}
