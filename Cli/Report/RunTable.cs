namespace OnnxInit.Cli.Report;

/// <summary>Runs side by side: a row per quantity, a column per run.</summary>
internal static class RunTable
{
    /// <summary>The table.</summary>
    /// <param name="name">What it is called for those who cannot see it.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="rows">The quantities.</param>
    /// <param name="marksDifferences">Whether rows in which the runs differ are marked.</param>
    public static Html Of(string name, IReadOnlyList<RunEvidence> runs, IEnumerable<RunRow> rows, bool marksDifferences = false)
    {
        RunRow[] all = [.. rows];
        string kind = $"facts{(runs.Count == 1 ? string.Empty : " several")}{(all.All(row => row.IsText) ? " words" : string.Empty)}";
        return Html.Of($"""
            <div class="table" tabindex="0" role="region" aria-label="{name}"><table class="{kind}">
            {Head(runs)}<tbody>
            {all.Select(Row)}</tbody>
            </table></div>

            """);

        Html Row(RunRow row)
        {
            Html[] values = [.. runs.Select(run => row.Value(run) ?? Html.Of($"{Quantity.None}"))];
            bool differs = marksDifferences && values.Distinct().Count() > 1;
            string type = row.IsText ? "text" : "number";
            return Html.Of($"""
                <tr{(differs ? Html.Of($" class=\"differs\"") : Html.Empty)}><th scope="row"><div><span>{row.Name}</span> <small>{row.Explanation}</small></div></th>{values.Select(value => Html.Of($"<td class=\"{type}\">{value}</td>"))}</tr>

                """);
        }
    }

    private static Html Head(IReadOnlyList<RunEvidence> runs) => runs.Count == 1
        ? Html.Empty
        : Html.Of($"<thead><tr><td></td>{runs.Select(run => Html.Of($"<th scope=\"col\">{run.Name}</th>"))}</tr></thead>\n");
}

/// <summary>A quantity of runs.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value in a run; null where there is none.</param>
internal sealed record RunRow(string Name, Func<RunEvidence, Html?> Value)
{
    /// <summary>What it means, in plain words; empty where the name says it.</summary>
    public string Explanation { get; init; } = string.Empty;

    /// <summary>Whether it is words rather than a number.</summary>
    public bool IsText { get; init; }

    /// <summary>A number.</summary>
    public static RunRow Number(string name, Func<RunEvidence, string?> value, string explanation = "") => new(name, run => Encoded(value(run))) { Explanation = explanation };

    /// <summary>Words.</summary>
    public static RunRow Text(string name, Func<RunEvidence, string?> value, string explanation = "") => new(name, run => Encoded(value(run))) { Explanation = explanation, IsText = true };

    private static Html? Encoded(string? text) => text is null ? null : Html.Of($"{text}");
}
