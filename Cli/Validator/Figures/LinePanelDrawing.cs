using OnnxInit.Contracts.Figures;
using ScottPlot;
using ScottPlot.Plottables;

namespace OnnxInit.Cli.Figures;

/// <summary>Lines, bands, bars and levels.</summary>
internal sealed class LinePanelDrawing : PanelDrawing
{
    private const float MeasuredWidth = 2;
    private const float TheoryWidth = 1.75f;
    private const double BandOpacity = 0.2;
    private const double BarOpacity = 0.35;
    private const float LevelFontSize = 11;
    private const float PixelsPerTickY = 28;
    private const int MostTicksX = 12;
    private const float TickLabelGap = 16;

    private static readonly (bool Right, bool Above)[] Corners = [(true, true), (true, false), (false, true), (false, false)];

    private readonly LinePanel _panel;
    private readonly List<Text> _levels = [];
    private readonly CoordinateRange _x;
    private readonly CoordinateRange _y;

    public LinePanelDrawing(LinePanel panel, FigureStyle style)
        : base(style)
    {
        _panel = panel;
        _x = Range(panel.X, panel.Series.SelectMany(series => series.X), margin: 0.01);
        _y = Range(panel.Y, [.. panel.Series.SelectMany(Heights), .. panel.Levels.Select(level => level.Y)], margin: 0.05);
        Plot.Axes.SetLimits(_x.Min, _x.Max, _y.Min, _y.Max);
        int[] colors = Colors(panel.Series);
        foreach (Level level in panel.Levels)
        {
            Draw(level);
        }

        foreach ((Series series, int color) in panel.Series.Zip(colors).OrderBy(pair => pair.First.Style == SeriesStyle.Theory))
        {
            Draw(series, color);
        }

        // One name for several theories is not that of the first one's colour.
        bool oneNameForAllTheories = panel.Series.Count(series => series.Style == SeriesStyle.Theory) > 1 && panel.Series.Count(series => series.Style == SeriesStyle.Theory && series.Label.Length > 0) == 1;
        Legend =
        [
            .. panel.Series.Zip(colors).Where(pair => pair.First.Label.Length > 0).Select(pair => new LegendEntry(
                pair.First.Label, pair.First.Style,
                pair.First.Style != SeriesStyle.Theory ? Style.Palette.Series(pair.Second) : oneNameForAllTheories ? Style.Palette.Ink : Style.Palette.Theory(pair.Second),
                pair.First.Low is not null)),
        ];
    }

    public override string Title => _panel.Title;

    public override IReadOnlyList<LegendEntry> Legend { get; }

    public override void Fit(float width, float height)
    {
        Mark(Plot.Axes.Bottom, TicksThatFit(width));
        Mark(Plot.Axes.Left, AxisTicks.For(_panel.Y, _y.Min, _y.Max, (int)(height / PixelsPerTickY)));
        Plot.Axes.Bottom.Label.Text = NamesX ? Lines(_panel.X.Label, width) : string.Empty;
        Plot.Axes.Left.Label.Text = NamesY ? Lines(_panel.Y.Label, height) : string.Empty;
        foreach ((Text label, Level level) in _levels.Zip(_panel.Levels))
        {
            Place(label, level.Y, width, height);
        }
    }

    /// <summary>As many marks as their labels leave room for.</summary>
    private AxisTicks TicksThatFit(float width)
    {
        bool wholeNumbers = _panel.Series.All(series => series.X.All(double.IsInteger));
        AxisTicks ticks = AxisTicks.For(_panel.X, _x.Min, _x.Max, MostTicksX, wholeNumbers);
        for (int most = MostTicksX; most > 1 && ticks.Labels.Sum(label => FigureFont.Measure(label, TickFontSize) + TickLabelGap) > width; most--)
        {
            ticks = AxisTicks.For(_panel.X, _x.Min, _x.Max, most - 1, wholeNumbers);
        }

        return ticks;
    }

    private static IEnumerable<double> Heights(Series series) =>
        [.. series.Y, .. series.Low ?? [], .. series.High ?? [], .. series.Style == SeriesStyle.Bars ? (double[])[0] : []];

    private static CoordinateRange Range(Axis axis, IEnumerable<double> data, double margin)
    {
        double[] finite = [.. data.Where(double.IsFinite)];
        double low = finite.Length == 0 ? 0 : finite.Min();
        double high = finite.Length == 0 ? 1 : finite.Max();
        double room = high > low ? margin * (high - low) : Math.Max(0.5, Math.Abs(low) * 0.1);
        bool onTheGround = low == 0 && !axis.Decades; // bars and shares stand on the axis
        return new(axis.Min ?? (onTheGround && high > low ? 0 : low - room), axis.Max ?? (high + room));
    }

    /// <summary>The colours' indices: those that the series name, else the next that nobody names.</summary>
    private static int[] Colors(IReadOnlyList<Series> all)
    {
        HashSet<int> named = [.. all.Select(series => series.Color).OfType<int>()];
        int next = 0;
        return [.. all.Select(series => series.Color ?? Next())];

        int Next()
        {
            while (named.Contains(next))
            {
                next++;
            }

            return next++;
        }
    }

    /// <summary>The runs of finite points: a line is broken where there is none.</summary>
    private static IEnumerable<Coordinates[]> Pieces(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        List<Coordinates> piece = [];
        for (int i = 0; i < y.Count; i++)
        {
            if (double.IsFinite(y[i]))
            {
                piece.Add(new(x[i], y[i]));
            }
            else if (piece.Count > 0)
            {
                yield return [.. piece];
                piece.Clear();
            }
        }

        if (piece.Count > 0)
        {
            yield return [.. piece];
        }
    }

    private void Draw(Series series, int color)
    {
        if (series.Low is not null && series.High is not null)
        {
            DrawBand(series.X, series.Low, series.High, Style.Palette.Series(color).WithAlpha(BandOpacity));
        }

        switch (series.Style)
        {
            case SeriesStyle.Measured:
                DrawLine(series, Style.Palette.Series(color), MeasuredWidth, LinePattern.Solid);
                break;
            case SeriesStyle.Theory:
                DrawLine(series, Style.Palette.Theory(color), TheoryWidth, LinePattern.Dashed);
                break;
            case SeriesStyle.Points:
                foreach (Coordinates[] piece in Pieces(series.X, series.Y))
                {
                    Plot.Add.ScatterPoints(piece, Style.Palette.Series(color)).MarkerSize = 6;
                }

                break;
            case SeriesStyle.Bars:
                DrawBars(series, Style.Palette.Series(color));
                break;
            default:
                throw new NotSupportedException($"There is no drawing for {series.Style}.");
        }
    }

    private void DrawLine(Series series, Color color, float width, LinePattern pattern)
    {
        foreach (Coordinates[] piece in Pieces(series.X, series.Y))
        {
            if (piece.Length == 1) // a line of one point would not be seen
            {
                Plot.Add.ScatterPoints(piece, color).MarkerSize = 2 * width;
                continue;
            }

            Scatter line = Plot.Add.ScatterLine(piece, color);
            line.LineWidth = width;
            line.LinePattern = pattern;
        }
    }

    private void DrawBand(IReadOnlyList<double> x, IReadOnlyList<double> low, IReadOnlyList<double> high, Color color)
    {
        double[] both = [.. low.Zip(high, (bottom, top) => bottom + top)]; // finite where both are
        int start = 0;
        foreach (Coordinates[] piece in Pieces([.. Enumerable.Range(0, both.Length).Select(i => (double)i)], both))
        {
            start = (int)piece[0].X;
            int[] indices = [.. Enumerable.Range(start, piece.Length)];
            Fill([.. indices.Select(i => new Coordinates(x[i], high[i])), .. indices.Reverse().Select(i => new Coordinates(x[i], low[i]))], color);
        }
    }

    private void DrawBars(Series series, Color color)
    {
        List<Coordinates> outline = [new(series.X[0], Ground())];
        for (int i = 0; i < series.Y.Count; i++)
        {
            double height = double.IsFinite(series.Y[i]) ? series.Y[i] : Ground();
            outline.Add(new(series.X[i], height));
            outline.Add(new(series.X[i + 1], height));
        }

        outline.Add(new(series.X[series.Y.Count], Ground()));
        Fill([.. outline], color.WithAlpha(BarOpacity));
        Plot.Add.ScatterLine(outline.ToArray(), color).LineWidth = 1;

        double Ground() => _panel.Y.Decades ? _y.Min : 0;
    }

    private void Fill(Coordinates[] corners, Color color)
    {
        Polygon area = Plot.Add.Polygon(corners);
        area.FillColor = color;
        area.LineWidth = 0;
    }

    private void Draw(Level level)
    {
        Plot.Add.HorizontalLine(level.Y, 1, Style.Palette.Level).EnableAutoscale = false;
        Text label = Plot.Add.Text(level.Label, _x.Max, level.Y);
        label.LabelFontName = FigureFont.Family;
        label.LabelFontSize = LevelFontSize;
        label.LabelFontColor = Style.Palette.PaleInk;
        _levels.Add(label);
    }

    /// <summary>Puts a level's name above or below its line, right or left, where the fewest points are.</summary>
    private void Place(Text label, double level, float width, float height)
    {
        double wide = (FigureFont.Measure(label.LabelText, LevelFontSize) + 10) / width * (_x.Max - _x.Min);
        double high = LevelFontSize * 1.6 / height * (_y.Max - _y.Min);
        (bool right, bool above) = Corners.MinBy(corner =>
        {
            double left = corner.Right ? _x.Max - wide : _x.Min;
            double bottom = corner.Above ? level : level - high;
            return bottom < _y.Min || bottom + high > _y.Max ? double.MaxValue : Covered(left, left + wide, bottom, bottom + high);
        });
        label.Location = new(right ? _x.Max : _x.Min, level);
        label.LabelAlignment = (right, above) switch
        {
            (true, true) => Alignment.LowerRight,
            (true, false) => Alignment.UpperRight,
            (false, true) => Alignment.LowerLeft,
            (false, false) => Alignment.UpperLeft,
        };
        label.OffsetX = right ? -4 : 4;
    }

    /// <summary>The share of the series' lines, and the number of other levels, inside a box.</summary>
    private double Covered(double left, double right, double bottom, double top)
    {
        const int betweenPoints = 8;
        return _panel.Series.Sum(Share) + _panel.Levels.Count(level => level.Y > bottom && level.Y < top);

        double Share(Series series) => Enumerable.Range(0, Math.Max(0, series.Y.Count - 1)).Sum(i => Enumerable.Range(0, betweenPoints).Count(step => IsInside(series, i, step / (double)betweenPoints)))
            / (double)(betweenPoints * Math.Max(1, series.Y.Count - 1));

        bool IsInside(Series series, int i, double part)
        {
            double x = series.X[i] + (part * (series.X[i + 1] - series.X[i]));
            double y = series.Y[i] + (part * (series.Y[i + 1] - series.Y[i]));
            return x >= left && x <= right && y >= bottom && y <= top;
        }
    }
}
