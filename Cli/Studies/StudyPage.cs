using System.Globalization;
using System.Net;
using System.Text;
using OnnxInit.Cli.Figures;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;

namespace OnnxInit.Cli.Studies;

/// <summary>index.html: all studies on one page that needs no other file and no network.</summary>
internal static class StudyPage
{
    // Figures are images, and not inline SVG, so that the names inside one cannot meet those inside another.
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1b1b; --paper: #ffffff; --pale: #555555; --line: #c8c8c8; --box: #f3f3f3; --good: #0b6b2e; --bad: #a3180b; --link: #0b57a4 }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181b; --pale: #b4b4b4; --line: #474b50; --box: #22262b; --good: #6fd08c; --bad: #ff9a8d; --link: #8cc2ff } }
        * { box-sizing: border-box }
        body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: break-word }
        h1 { font-size: 1.7rem; line-height: 1.2 } h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .5rem } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem }
        a { color: var(--link) }
        section { border-top: 1px solid var(--line); padding: 1.6rem 0 } section:target { scroll-margin-top: .5rem }
        .question { font-size: 1.1rem; margin: 0 0 .8rem } .pale { color: var(--pale) }
        .good { color: var(--good); font-weight: 600 } .bad { color: var(--bad); font-weight: 600 }
        .verdict { background: var(--box); border-left: .3rem solid var(--good); padding: .6rem .8rem; margin: 1rem 0 } .failed .verdict { border-color: var(--bad) }
        figure { margin: 1.2rem 0 } figure div { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: .3rem }
        figure img { display: block; margin: 0 auto; width: 100%; min-width: 36rem; height: auto } figcaption { margin-top: .4rem; color: var(--pale) }
        .table { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line) } th { color: var(--pale); font-weight: 600 }
        td.number { text-align: right; white-space: nowrap } summary { cursor: pointer; color: var(--link) }
        @media (max-width: 30rem) { body { padding: .7rem } figure img { min-width: 30rem } }
        """;

    /// <summary>The page.</summary>
    /// <param name="outcomes">The studies, in the order in which they are read.</param>
    public static string Of(IReadOnlyList<StudyOutcome> outcomes)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Initialisation studies</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>
            <h1>Initialisation studies</h1>
            <p>{outcomes.Count(outcome => outcome.Agrees)} of {outcomes.Count} studies agree with their theory.{Caveat(outcomes)}</p>
            <nav aria-label="Studies">
            <div class="table"><table>
            <thead><tr><th scope="col">Study</th><th scope="col">Question</th><th scope="col">Outcome</th></tr></thead>
            <tbody>

            """);
        foreach (StudyOutcome outcome in outcomes)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td><a href=\"#{Escape(outcome.Study.Name)}\">{Escape(outcome.Study.Name)}</a></td><td>{Escape(outcome.Study.Question)}</td><td>{Mark(outcome)}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n</nav>\n</header>\n<main>\n");
        foreach (StudyOutcome outcome in outcomes)
        {
            page.Append(outcome.Section);
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>The part of the page on one study, with its figures drawn.</summary>
    /// <param name="outcome">The study.</param>
    public static string Section(StudyOutcome outcome)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            <section id="{Escape(outcome.Study.Name)}"{(outcome.Agrees ? string.Empty : " class=\"failed\"")}>
            <h2>{Escape(outcome.Study.Title)}</h2>
            <p class="question">{Escape(outcome.Study.Question)}</p>

            """);
        if (outcome.Record is StudyRecord record)
        {
            Append(page, outcome, record);
        }
        else
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"verdict\">{Mark(outcome)} {Escape(outcome.Error ?? string.Empty)}</p>\n");
        }

        return page.Append("</section>\n").ToString();
    }

    private static void Append(StringBuilder page, StudyOutcome outcome, StudyRecord record)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h3>What theory says</h3>\n<p>{Escape(record.Result.Theory)}</p>\n<p class=\"verdict\">{Mark(outcome)} {Escape(record.Result.Verdict)}</p>\n");
        foreach (Figure figure in record.Result.Figures)
        {
            string data = Convert.ToBase64String(Encoding.UTF8.GetBytes(FigureRenderer.Svg(figure)));
            page.Append(CultureInfo.InvariantCulture, $"<figure>\n<div tabindex=\"0\" role=\"group\" aria-label=\"{Escape(figure.Title)}\"><img alt=\"{Escape(figure.Title)}\" src=\"data:image/svg+xml;base64,{data}\"></div>\n<figcaption>{Escape(figure.Caption)}</figcaption>\n</figure>\n");
        }

        page.Append("<h3>Findings</h3>\n<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Findings\"><table>\n<thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Measured</th><th scope=\"col\">Expected</th><th scope=\"col\">Holds</th></tr></thead>\n<tbody>\n");
        foreach (Finding finding in record.Result.Findings)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(finding.Claim)}</td><td class=\"number\">{Escape(finding.Measured.ToString("G4", CultureInfo.InvariantCulture))}</td><td>{Escape(finding.Expected)}</td><td class=\"{(finding.Holds ? "good" : "bad")}\">{(finding.Holds ? "yes" : "no")}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n<details>\n<summary>Settings</summary>\n<div class=\"table\"><table>\n<tbody>\n");
        foreach ((string name, string value) in record.Result.Settings.Concat(Circumstances(record)))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Escape(name)}</th><td>{Escape(value)}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n</details>\n");
    }

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

    private static string Mark(StudyOutcome outcome) => outcome.Record is null ? "<span class=\"bad\">Ended with an error.</span>"
        : outcome.Agrees ? "<span class=\"good\">Agrees.</span>"
        : "<span class=\"bad\">Does not agree.</span>";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
