using System.Globalization;
using OnnxInit.Cli.Report;
using OnnxInit.Training.Studies;

namespace OnnxInit.Cli.Studies;

/// <summary>index.html: all studies on one page that needs no other file and no network.</summary>
internal static class StudyPage
{
    /// <summary>The page.</summary>
    /// <param name="outcomes">The studies, in the order in which they are read.</param>
    public static string Of(IReadOnlyList<StudyOutcome> outcomes) => Page.Of("Initialisation studies", Html.Of($"""
        <header>
        <h1>Initialisation studies</h1>
        <p>{outcomes.Count(outcome => outcome.Agrees)} of {outcomes.Count} studies agree with their theory.{Caveat(outcomes)}</p>
        <nav aria-label="Studies">
        <div class="table" tabindex="0" role="region" aria-label="Studies"><table>
        <thead><tr><th scope="col">Study</th><th scope="col" class="text">Question</th><th scope="col" class="text">Outcome</th></tr></thead>
        <tbody>
        {outcomes.Select(outcome => Html.Of($"""
            <tr><td><a href="#{outcome.Study.Name}">{outcome.Study.Name}</a></td><td class="text">{outcome.Study.Question}</td><td class="text">{Mark(outcome)}</td></tr>

            """))}</tbody></table></div>
        </nav>
        </header>
        <main>
        {outcomes.Select(outcome => outcome.Section)}</main>
        """));

    /// <summary>The part of the page on one study, with its figures drawn.</summary>
    /// <param name="outcome">The study.</param>
    public static Html Section(StudyOutcome outcome) => Html.Of($"""
        <section id="{outcome.Study.Name}"{(outcome.Agrees ? Html.Empty : Html.Of($" class=\"failed\""))}>
        <h2>{outcome.Study.Title}</h2>
        <p class="question">{outcome.Study.Question}</p>
        {(outcome.Record is StudyRecord record ? Results(outcome, record) : Html.Of($"<p class=\"verdict\">{Mark(outcome)} {outcome.Error}</p>"))}
        </section>

        """);

    private static Html Results(StudyOutcome outcome, StudyRecord record) => Html.Of($"""
        <h3>What theory says</h3>
        <p>{record.Result.Theory}</p>
        <p class="verdict">{Mark(outcome)} {record.Result.Verdict}</p>
        {record.Result.Figures.Select(figure => FigureElement.Of(figure))}
        <h3>Findings</h3>
        <div class="table" tabindex="0" role="region" aria-label="Findings"><table>
        <thead><tr><th scope="col">Claim</th><th scope="col">Measured</th><th scope="col" class="text">Expected</th><th scope="col" class="text">Holds</th></tr></thead>
        <tbody>
        {record.Result.Findings.Select(Row)}</tbody></table></div>
        <details>
        <summary>Settings</summary>
        <div class="table" tabindex="0" role="region" aria-label="Settings"><table>
        <tbody>
        {record.Result.Settings.Concat(Circumstances(record)).Select(setting => Html.Of($"""
            <tr><th scope="row">{setting.Key}</th><td class="text">{setting.Value}</td></tr>

            """))}</tbody></table></div>
        </details>
        """);

    private static Html Row(Finding finding) => Html.Of($"""
        <tr><td class="text">{finding.Claim}</td><td class="number">{finding.Measured:G4}</td><td class="text">{finding.Expected}</td><td class="text"><span class="{(finding.Holds ? "good" : "bad")}">{(finding.Holds ? "yes" : "no")}</span></td></tr>

        """);

    private static Dictionary<string, string> Circumstances(StudyRecord record)
    {
        Dictionary<string, string> circumstances = new()
        {
            ["seed"] = record.Seed.ToString(CultureInfo.InvariantCulture),
            ["quick"] = record.Quick ? "yes" : "no",
            ["threads"] = record.Threads.ToString(CultureInfo.InvariantCulture),
            ["versions"] = $"OnnxInit {record.Versions.OnnxInit}, TorchSharp {record.Versions.TorchSharp}, {record.Versions.Runtime}, {record.Versions.OperatingSystem}",
        };
        if (record.Images is StudyImages images)
        {
            circumstances["images"] = $"{images.Name}, {images.TrainImages:N0} training images, SHA-256 {images.Digest}";
        }

        return circumstances;
    }

    private static string Caveat(IReadOnlyList<StudyOutcome> outcomes) =>
        (outcomes.Any(outcome => outcome.Record is { Images.Synthetic: true }) ? " The images are synthetic, and the bounds are for CIFAR-10: a finding may fail for that alone." : string.Empty)
        + (outcomes.Any(outcome => outcome.Record is { Quick: true }) ? " The settings are the quick ones." : string.Empty);

    private static Html Mark(StudyOutcome outcome) => outcome.Record is null ? Html.Of($"<span class=\"bad\">Ended with an error.</span>")
        : outcome.Agrees ? Html.Of($"<span class=\"good\">Agrees.</span>")
        : Html.Of($"<span class=\"bad\">Does not agree.</span>");
}
