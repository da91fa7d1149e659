using System.Globalization;
using System.Text;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Cli.Figures;

/// <summary>
/// A figure's numbers as CSV (RFC 4180), a row per point: <c>panel,series,kind,x,x_end,y,low,high</c>, and per cell of a heat map
/// <c>panel,row,column,value,text</c>. Only bars have an x_end. Numbers are written so that reading them gives the same doubles. A figure with panels of both sorts has all
/// columns, those that do not apply empty.
/// </summary>
internal static class FigureCsv
{
    private static readonly string[] LineColumns = ["series", "kind", "x", "x_end", "y", "low", "high"];
    private static readonly string[] CellColumns = ["row", "column", "value", "text"];

    /// <summary>The table, with a header.</summary>
    /// <param name="figure">The figure.</param>
    public static string Of(Figure figure)
    {
        bool lines = figure.Panels.Any(panel => panel is LinePanel);
        bool cells = figure.Panels.Any(panel => panel is HeatMapPanel);
        string[] noLine = lines ? [.. LineColumns.Select(_ => string.Empty)] : [];
        string[] noCell = cells ? [.. CellColumns.Select(_ => string.Empty)] : [];
        StringBuilder text = new();
        Append(text, ["panel", .. lines ? LineColumns : [], .. cells ? CellColumns : []]);
        for (int i = 0; i < figure.Panels.Count; i++)
        {
            string name = figure.Panels[i].Title.Length > 0 ? figure.Panels[i].Title : (i + 1).ToString(CultureInfo.InvariantCulture);
            foreach (string[] row in figure.Panels[i] switch
            {
                LinePanel panel => Rows(panel).Select(row => (string[])[.. row, .. noCell]),
                HeatMapPanel panel => Rows(panel).Select(row => (string[])[.. noLine, .. row]),
                _ => throw new NotSupportedException($"There is no table for a {figure.Panels[i].GetType().Name}."),
            })
            {
                Append(text, [name, .. row]);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string[]> Rows(LinePanel panel)
    {
        int unnamed = 0;
        foreach (Series series in panel.Series)
        {
            string name = series.Label.Length > 0 ? series.Label : $"{series.Style.ToString().ToLowerInvariant()} {++unnamed}";
            for (int i = 0; i < series.Y.Count; i++)
            {
                yield return
                [
                    name, series.Style.ToString().ToLowerInvariant(), Number(series.X[i]), series.Style == SeriesStyle.Bars ? Number(series.X[i + 1]) : string.Empty,
                    Number(series.Y[i]), series.Low is null ? string.Empty : Number(series.Low[i]), series.High is null ? string.Empty : Number(series.High[i]),
                ];
            }
        }

        foreach (Level level in panel.Levels)
        {
            yield return [level.Label, "level", string.Empty, string.Empty, Number(level.Y), string.Empty, string.Empty];
        }
    }

    private static IEnumerable<string[]> Rows(HeatMapPanel panel) =>
        from row in Enumerable.Range(0, panel.Rows.Count)
        from column in Enumerable.Range(0, panel.Columns.Count)
        select (string[])[panel.Rows[row], panel.Columns[column], Number(panel.Values[row][column]), row < panel.Texts.Count ? panel.Texts[row][column] : string.Empty];

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, IEnumerable<string> fields) =>
        text.AppendJoin(',', fields.Select(field => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append('\n');
}
