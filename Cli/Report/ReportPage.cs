using OnnxInit.Cli.Report.Sections;

namespace OnnxInit.Cli.Report;

/// <summary>report.html: runs on one page that needs no other file and no network. The same runs give the same page.</summary>
internal static class ReportPage
{
    /// <summary>Its name in a run's folder.</summary>
    public const string FileName = "report.html";

    private static readonly ReportSection[] Sections =
    [
        new("training", "Training", TrainingSection.Of),
        new("initialisation", "Initialisation", InitializationSection.Of),
        new("signals", "Signals", SignalSection.Of),
        new("accuracy", "Accuracy", AccuracySection.Of),
        new("examples", "Examples", ExamplesSection.Of),
        new("parity", "Parity", ParitySection.Of),
        new("graph", "Graph", GraphSection.Of),
        new("provenance", "Provenance", ProvenanceSection.Of),
    ];

    /// <summary>The page.</summary>
    /// <param name="runs">At least one; several stand side by side.</param>
    public static string Of(IReadOnlyList<RunEvidence> runs) => Page.Of(Headline.Title(runs), Html.Of($"""
        <header>
        {Headline.Of(runs)}
        <nav aria-label="Sections"><ul>{Sections.Select(section => Html.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>"))}</ul></nav>
        </header>
        <main>
        {Sections.Select(section => Html.Of($"""
            <section id="{section.Id}">
            <h2>{section.Title}</h2>
            {section.Body(runs)}
            </section>

            """))}
        </main>
        """), wide: runs.Count > 2);

    /// <summary>A part of the page.</summary>
    private sealed record ReportSection(string Id, string Title, Func<IReadOnlyList<RunEvidence>, Html> Body);
}
