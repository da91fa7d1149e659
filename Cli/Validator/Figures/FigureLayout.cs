using OnnxInit.Contracts.Figures;
using ScottPlot;
using SkiaSharp;

namespace OnnxInit.Cli.Figures;

/// <summary>
/// Where everything of a figure is. The data areas of a column have the same width and left edge, those of a row the same height and upper edge.
/// Pixels are those of a page at 100 %.
/// </summary>
internal sealed class FigureLayout : IDisposable
{
    private const float Margin = 14;
    private const float ColumnGap = 12;
    private const float RowGap = 14;
    private const float TitleSize = 16;
    private const float PanelTitleSize = 13;
    private const float LegendGap = 8;
    private const float NarrowWidth = 360;
    private const float NarrowHeight = 190;

    private readonly Figure _figure;
    private readonly FigureStyle _style;
    private readonly PanelDrawing[] _panels;
    private readonly PixelPadding[] _paddings;
    private readonly IReadOnlyList<string>[] _titles;
    private readonly FigureLegend[] _legends;
    private readonly FigureLegend _commonLegend;
    private readonly IReadOnlyList<string> _title;
    private readonly int _columns;
    private readonly float _dataWidth;
    private readonly float[] _dataHeights;

    /// <summary>Places a figure's parts.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="style">For which page.</param>
    public FigureLayout(Figure figure, FigureStyle style)
    {
        _figure = figure;
        _style = style;
        _columns = style.Narrow ? 1 : Math.Clamp(figure.Columns, 1, Math.Max(1, figure.Panels.Count));
        Width = style.Narrow ? NarrowWidth : _columns switch { 1 => 760, 2 => 860, _ => 40 + (250 * _columns) };
        _panels = [.. figure.Panels.Select(panel => PanelDrawing.Of(panel, style))];
        NameSharedAxesOnce();
        _title = FigureFont.Wrap(figure.Title, TitleSize, Width - (2 * Margin));
        float height = style.Narrow ? NarrowHeight : _columns switch { 1 when Rows == 1 => 360, 1 => 240, 2 => 240, 3 => 190, _ => 165 };
        _dataHeights = [.. Enumerable.Range(0, Rows).Select(row => Row(row).Max(panel => panel.NeededDataHeight) ?? height)];

        // Labels are broken for a width that depends on the room that labels take.
        float guess = (Width / _columns) - 80;
        _paddings = [];
        for (int pass = 0; pass < 2; pass++)
        {
            _paddings = [.. _panels.Select((panel, i) => panel.Measure(guess, _dataHeights[i / _columns]))];
            guess = DataWidth();
        }

        _dataWidth = guess;
        bool common = LegendsAgree();
        _titles = [.. _panels.Select((panel, i) => FigureFont.Wrap(panel.Title, PanelTitleSize, _dataWidth + Right(i % _columns)))];
        _legends = [.. _panels.Select(panel => new FigureLegend(common ? [] : panel.Legend, _dataWidth, style.Palette))];
        _commonLegend = new(common ? _panels.SelectMany(panel => panel.Legend) : [], Width - (2 * Margin) - Left(0), style.Palette);
        Height = MathF.Ceiling((2 * Margin) + Lines(_title, TitleSize) + Enumerable.Range(0, Rows).Sum(RowHeight) + (RowGap * (Rows - 1)) + (_commonLegend.Height > 0 ? _commonLegend.Height + LegendGap : 0));
    }

    /// <summary>Pixels.</summary>
    public float Width { get; }

    /// <summary>Pixels.</summary>
    public float Height { get; }

    private int Rows => (_panels.Length + _columns - 1) / _columns;

    /// <summary>Draws the figure.</summary>
    /// <param name="canvas">Where, from its left upper corner.</param>
    public void Draw(SKCanvas canvas)
    {
        using SKPaint paper = new() { Color = _style.Palette.Paper.ToSKColor() };
        canvas.DrawRect(0, 0, Width, Height, paper);
        DrawLines(canvas, _title, TitleSize, Margin, Margin);
        float y = Margin + Lines(_title, TitleSize);
        for (int row = 0; row < Rows; row++)
        {
            float x = Margin;
            for (int column = 0; column < _columns; column++)
            {
                int i = (row * _columns) + column;
                if (i < _panels.Length)
                {
                    DrawPanel(canvas, i, x, y);
                }

                x += Left(column) + _dataWidth + Right(column) + ColumnGap;
            }

            y += RowHeight(row) + RowGap;
        }

        _commonLegend.Draw(canvas, Margin + Left(0), Height - Margin - _commonLegend.Height);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PanelDrawing panel in _panels)
        {
            panel.Dispose();
        }
    }

    private static float Lines(IReadOnlyList<string> lines, float size) => lines.Count == 0 ? 0 : (lines.Count * size * FigureFont.LineHeight) + (size / 2);

    private void DrawLines(SKCanvas canvas, IReadOnlyList<string> lines, float size, float left, float top)
    {
        using SKFont font = FigureFont.OfSize(size);
        using SKPaint ink = new() { Color = _style.Palette.Ink.ToSKColor(), IsAntialias = true };
        for (int i = 0; i < lines.Count; i++)
        {
            canvas.DrawText(lines[i], left, top + (((i * FigureFont.LineHeight) + 0.95f) * size), font, ink);
        }
    }

    private void DrawPanel(SKCanvas canvas, int i, float x, float y)
    {
        (int row, int column) = (i / _columns, i % _columns);
        float titles = Row(row).Select((_, c) => Lines(_titles[(row * _columns) + c], PanelTitleSize)).Max();
        PixelPadding padding = new(Left(column), Right(column), Bottom(row), Top(row));
        float top = y + titles;
        float bottom = top + padding.Top + _dataHeights[row] + padding.Bottom;
        DrawLines(canvas, _titles[i], PanelTitleSize, x + padding.Left, top - Lines(_titles[i], PanelTitleSize));
        _panels[i].Fit(_dataWidth, _dataHeights[row]);
        _panels[i].Draw(canvas, new PixelRect(x, x + padding.Left + _dataWidth + padding.Right, bottom, top), padding);
        _legends[i].Draw(canvas, x + padding.Left, bottom + LegendGap);
    }

    /// <summary>
    /// Whether one legend serves all panels: no colour and style means one thing here and another there, and any two panels have an entry in common.
    /// </summary>
    private bool LegendsAgree()
    {
        LegendEntry[][] legends = [.. _panels.Select(panel => panel.Legend.Distinct().ToArray()).Where(legend => legend.Length > 0)];
        return legends.SelectMany(legend => legend).GroupBy(entry => (entry.Style, entry.Color)).All(group => group.Select(entry => entry.Label).Distinct().Count() == 1)
            && legends.All(one => legends.All(other => one.Intersect(other).Any()));
    }

    /// <summary>An axis that a row, or a column, has in common is named at its first panel, or its last.</summary>
    private void NameSharedAxesOnce()
    {
        for (int i = 0; i < _panels.Length; i++)
        {
            if (_figure.Panels[i] is LinePanel panel)
            {
                _panels[i].NamesX = !(i + _columns < _panels.Length && _figure.Panels[i + _columns] is LinePanel below && below.X.Label == panel.X.Label);
                _panels[i].NamesY = !(i % _columns > 0 && _figure.Panels[i - 1] is LinePanel left && left.Y.Label == panel.Y.Label);
            }
        }
    }

    private IEnumerable<PanelDrawing> Row(int row) => _panels.Skip(row * _columns).Take(_columns);

    private float Left(int column) => InColumn(column).Max(padding => padding.Left);

    private float Right(int column) => InColumn(column).Max(padding => padding.Right);

    private float Top(int row) => InRow(row).Max(padding => padding.Top);

    private float Bottom(int row) => InRow(row).Max(padding => padding.Bottom);

    private IEnumerable<PixelPadding> InColumn(int column) => _paddings.Where((_, i) => i % _columns == column);

    private IEnumerable<PixelPadding> InRow(int row) => _paddings.Skip(row * _columns).Take(_columns);

    private float DataWidth() =>
        (Width - (2 * Margin) - (ColumnGap * (_columns - 1)) - Enumerable.Range(0, _columns).Sum(column => Left(column) + Right(column))) / _columns;

    private float RowHeight(int row)
    {
        int[] panels = [.. Enumerable.Range(row * _columns, Row(row).Count())];
        float legend = panels.Max(i => _legends[i].Height);
        return panels.Max(i => Lines(_titles[i], PanelTitleSize)) + Top(row) + _dataHeights[row] + Bottom(row) + (legend > 0 ? legend + LegendGap : 0);
    }
}
