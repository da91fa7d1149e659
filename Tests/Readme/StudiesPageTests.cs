using System.Text.RegularExpressions;
using System.Xml.Linq;
using OnnxInit.Training.Studies;

namespace OnnxInit.Tests.Readme;

/// <summary>The page that explains the studies.</summary>
public sealed partial class StudiesPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs", "studies.md"));

    [Fact]
    public void Every_study_is_explained_what_was_asked_what_theory_says_and_what_was_seen()
    {
        foreach (Study study in StudyCatalog.Create(quick: true))
        {
            string[] parts = Page.Split($"\n## `{study.Name}`: ");
            parts.Should().HaveCount(2, study.Name);
            parts[1].Split("\n## ")[0].Should().ContainAll("**Asked.**", "**Theory.**", "**Seen.**", "](figures/");
        }
    }

    [Fact]
    public void Every_figure_of_the_page_is_there_and_none_is_left_over()
    {
        string[] shown = [.. Figures().Matches(Page).Select(match => match.Groups[1].Value)];

        Directory.GetFiles(Repository.File("docs", "figures")).Select(Path.GetFileName).Should().BeEquivalentTo(shown);
        shown.Should().OnlyContain(name => XDocument.Load(Repository.File("docs", "figures", name)).Root!.Name.LocalName == "svg");
    }

    [GeneratedRegex(@"\]\(figures/([^)]+)\)")]
    private static partial Regex Figures();
}
