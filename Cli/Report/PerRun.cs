namespace OnnxInit.Cli.Report;

/// <summary>What is shown of each run on its own: beside one another, each below its name, unless there is only one.</summary>
internal static class PerRun
{
    /// <summary>The blocks.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="block">What is shown of one; it is given the level of the headings in it.</param>
    public static Html Of(IReadOnlyList<RunEvidence> runs, Func<RunEvidence, int, Html> block) => runs.Count == 1
        ? block(runs[0], 3)
        : Html.Of($"<div class=\"runs\">\n{runs.Select(run => Html.Of($"<div>\n<h3>{run.Name}</h3>\n{block(run, 4)}</div>\n"))}</div>\n");

    /// <summary>A heading.</summary>
    /// <param name="level">1 to 6.</param>
    /// <param name="text">What it says.</param>
    public static Html Heading(int level, string text) => Html.Of($"<h{level}>{text}</h{level}>\n");

    /// <summary>One line in place of what a run does not have.</summary>
    /// <param name="what">What is missing.</param>
    /// <param name="command">What makes it.</param>
    public static Html Missing(string what, string command) => Html.Of($"<p class=\"missing\">{what} Make it with <code>{command}</code>.</p>\n");
}
