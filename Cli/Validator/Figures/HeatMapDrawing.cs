using System.Globalization;
using OnnxInit.Contracts.Figures;
using ScottPlot;
using ScottPlot.Panels;
using ScottPlot.Plottables;

namespace OnnxInit.Cli.Figures;

/// <summary>A table of numbers as colours.</summary>
internal sealed class HeatMapDrawing : PanelDrawing
{
    private const float CellHeight = 30;
    private const float LargestFont = 12;
    private const float SmallestFont = 8;
    private const float Gap = 6;

    private readonly HeatMapPanel _panel;
    private readonly List<Text> _texts = [];
    private readonly ScottPlot.Range _range;
    private readonly ColorBar? _bar; // a narrow page has no room for it, and cells say their values

    public HeatMapDrawing(HeatMapPanel panel, FigureStyle style)
        : base(style)
    {
        _panel = panel;
        double[] finite = [.. panel.Values.SelectMany(row => row).Where(double.IsFinite)];
        ScottPlot.Range range = new(panel.Min ?? (finite.Length == 0 ? 0 : finite.Min()), panel.Max ?? (finite.Length == 0 ? 1 : finite.Max()));
        ColorScale scale = new(new ScottPlot.Colormaps.Viridis(), range.Max > range.Min ? range : new(range.Min - 0.5, range.Max + 0.5));
        for (int row = 0; row < panel.Rows.Count; row++)
        {
            for (int column = 0; column < panel.Columns.Count; column++)
            {
                DrawCell(row, column, scale);
            }
        }

        Plot.Axes.SetLimits(0, panel.Columns.Count, -panel.Rows.Count, 0);
        Plot.HideGrid();
        foreach (IAxis axis in Plot.Axes.GetAxes())
        {
            axis.FrameLineStyle.Width = 0;
            axis.MajorTickStyle.Length = 0;
        }

        Mark(Plot.Axes.Left, new([.. Enumerable.Range(0, panel.Rows.Count).Select(row => -row - 0.5)], [.. panel.Rows]));
        Mark(Plot.Axes.Bottom, new([.. Enumerable.Range(0, panel.Columns.Count).Select(column => column + 0.5)], [.. panel.Columns]));
        _range = scale.GetRange();
        _bar = style.Narrow ? null : Bar(scale);
    }

    public override string Title => _panel.Title;

    public override float? NeededDataHeight => CellHeight * _panel.Rows.Count;

    public override void Fit(float width, float height)
    {
        float cell = width / _panel.Columns.Count;
        FitColumnNames(cell);
        Plot.Axes.Left.MinimumSize = 0;
        if (_bar is not null)
        {
            _bar.Label = Lines(_panel.Label, Math.Max(height, 60));
            Mark(_bar.Axis, AxisTicks.For(new(_panel.Label), _range.Min, _range.Max, Math.Max(2, (int)(height / 30))));
        }

        float size = LargestFont;
        while (size > SmallestFont && _texts.Any(text => FigureFont.Measure(text.LabelText, size) > cell - Gap))
        {
            size -= 0.5f;
        }

        foreach (Text text in _texts)
        {
            text.LabelFontSize = size;
        }
    }

    private ColorBar Bar(ColorScale scale)
    {
        ColorBar bar = Plot.Add.ColorBar(scale, Edge.Right);
        bar.Width = 14;
        bar.Axis.TickLabelStyle.FontName = FigureFont.Family;
        bar.Axis.TickLabelStyle.FontSize = TickFontSize;
        bar.Axis.TickLabelStyle.ForeColor = Style.Palette.Ink;
        bar.Axis.TickLabelStyle.OffsetY = MiddleOffset;
        bar.Axis.MinorTickStyle.Length = 0;
        bar.LabelStyle.FontName = FigureFont.Family;
        bar.LabelStyle.FontSize = LabelFontSize;
        bar.LabelStyle.ForeColor = Style.Palette.Ink;
        bar.LabelStyle.Bold = false;
        return bar;
    }

    /// <summary>Names that are too long for their column are broken into lines; when a word is, all are turned.</summary>
    private void FitColumnNames(float cell)
    {
        IAxis axis = Plot.Axes.Bottom;
        string[][] wrapped = [.. _panel.Columns.Select(name => FigureFont.Wrap(name, TickFontSize, cell - Gap).ToArray())];
        bool fits = wrapped.All(lines => lines.All(line => FigureFont.Measure(line, TickFontSize) <= cell - Gap));
        Mark(axis, new([.. Enumerable.Range(0, _panel.Columns.Count).Select(column => column + 0.5)], fits ? [.. wrapped.Select(lines => string.Join('\n', lines))] : [.. _panel.Columns]));
        axis.TickLabelStyle.Rotation = fits ? 0 : -40;
        axis.TickLabelStyle.Alignment = fits ? Alignment.UpperCenter : Alignment.MiddleRight;
        float longest = _panel.Columns.Max(name => FigureFont.Measure(name, TickFontSize));
        axis.MinimumSize = fits ? 0 : (0.65f * longest) + LabelFontSize;
        Plot.Axes.Left.MinimumSize = fits ? 0 : Math.Max(0, (0.77f * FigureFont.Measure(_panel.Columns[0], TickFontSize)) - (cell / 2));
    }

    private void DrawCell(int row, int column, ColorScale scale)
    {
        double value = _panel.Values[row][column];
        Rectangle cell = Plot.Add.Rectangle(column, column + 1, -row - 1, -row);
        cell.FillColor = double.IsNaN(value) ? Style.Palette.NoValue : scale.At(value);
        cell.LineColor = Style.Palette.Paper;
        cell.LineWidth = 1.5f;
        string words = row < _panel.Texts.Count ? _panel.Texts[row][column] : double.IsNaN(value) ? string.Empty : value.ToString("F2", CultureInfo.InvariantCulture).Replace('-', '−');
        if (double.IsNaN(value) && words.Length == 0) // told apart from a colour of the scale also in grey
        {
            LinePlot stroke = Plot.Add.Line(column + 0.06, -row - 0.94, column + 0.94, -row - 0.06);
            stroke.LineColor = Style.Palette.Level;
            stroke.LineWidth = 1;
        }

        if (words.Length > 0)
        {
            Text text = Plot.Add.Text(words, column + 0.5, -row - 0.5);
            text.LabelFontName = FigureFont.Family;
            text.LabelAlignment = Alignment.MiddleCenter;
            text.OffsetY = MiddleOffset;
            text.LabelFontColor = FigurePalette.TextOn(cell.FillColor);
            _texts.Add(text);
        }
    }

    /// <summary>From numbers to colours.</summary>
    private sealed class ColorScale(IColormap colormap, ScottPlot.Range range) : IHasColorAxis
    {
        public IColormap Colormap => colormap;

        public ScottPlot.Range GetRange() => range;

        public Color At(double value) => colormap.GetColor(Math.Clamp((value - range.Min) / (range.Max - range.Min), 0, 1));
    }
}
