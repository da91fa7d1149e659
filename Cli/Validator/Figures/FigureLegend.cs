using OnnxInit.Contracts.Figures;
using SkiaSharp;

namespace OnnxInit.Cli.Figures;

/// <summary>Names of series in rows, below the panels: it never covers data.</summary>
internal sealed class FigureLegend
{
    private const float FontSize = 12;
    private const float RowHeight = 20;
    private const float SwatchWidth = 26;
    private const float SwatchGap = 6;
    private const float EntryGap = 20;

    private readonly List<List<(LegendEntry Entry, float X)>> _rows = [];
    private readonly FigurePalette _palette;

    /// <summary>Places the entries.</summary>
    /// <param name="entries">What it names; entries that are alike are named once.</param>
    /// <param name="width">The width of a row.</param>
    /// <param name="palette">Its colours.</param>
    public FigureLegend(IEnumerable<LegendEntry> entries, float width, FigurePalette palette)
    {
        _palette = palette;
        float x = 0;
        foreach (LegendEntry entry in entries.Distinct())
        {
            float needed = SwatchWidth + SwatchGap + FigureFont.Measure(entry.Label, FontSize);
            if (_rows.Count == 0 || x + needed > width)
            {
                _rows.Add([]);
                x = 0;
            }

            _rows[^1].Add((entry, x));
            x += needed + EntryGap;
        }
    }

    /// <summary>Pixels.</summary>
    public float Height => _rows.Count * RowHeight;

    /// <summary>Draws it.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="left">Its left edge.</param>
    /// <param name="top">Its upper edge.</param>
    public void Draw(SKCanvas canvas, float left, float top)
    {
        using SKFont font = FigureFont.OfSize(FontSize);
        using SKPaint ink = new() { Color = _palette.Ink.ToSKColor(), IsAntialias = true };
        for (int row = 0; row < _rows.Count; row++)
        {
            float middle = top + (row * RowHeight) + (RowHeight / 2);
            foreach ((LegendEntry entry, float x) in _rows[row])
            {
                DrawSwatch(canvas, entry, left + x, middle);
                canvas.DrawText(entry.Label, left + x + SwatchWidth + SwatchGap, middle + (0.36f * FontSize), font, ink);
            }
        }
    }

    private static void DrawSwatch(SKCanvas canvas, LegendEntry entry, float left, float middle)
    {
        using SKPaint paint = new() { Color = entry.Color.ToSKColor(), IsAntialias = true, StrokeWidth = 2 };
        SKRect box = new(left, middle - 5, left + SwatchWidth, middle + 5);
        switch (entry.Style)
        {
            case SeriesStyle.Points:
                canvas.DrawCircle(left + (SwatchWidth / 2), middle, 3.5f, paint);
                break;
            case SeriesStyle.Bars:
                Fill(0.35);
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = 1;
                canvas.DrawRect(box, paint);
                break;
            default:
                if (entry.Band)
                {
                    Fill(0.2);
                }

                using (SKPathEffect? dashes = entry.Style == SeriesStyle.Theory ? SKPathEffect.CreateDash([7, 4], 0) : null)
                {
                    paint.PathEffect = dashes;
                    paint.Style = SKPaintStyle.Stroke;
                    using SKPath line = new();
                    line.MoveTo(left, middle);
                    line.LineTo(left + SwatchWidth, middle);
                    canvas.DrawPath(line, paint);
                }

                break;
        }

        void Fill(double opacity)
        {
            using SKPaint pale = new() { Color = entry.Color.WithAlpha(opacity).ToSKColor() };
            canvas.DrawRect(box, pale);
        }
    }
}
