using System.Text.RegularExpressions;
using System.Xml.Linq;
using OnnxInit.Cli.Studies;
using OnnxInit.Contracts.Runs;
using OnnxInit.Tests.Cli.Figures;
using OnnxInit.Training.Studies;

namespace OnnxInit.Tests.Cli.Studies;

/// <summary>The page of all studies.</summary>
public sealed partial class StudyPageTests
{
    private static readonly string Page = StudyPage.Of(
    [
        new(new Named("good"), Record("good", new Finding("a < b & c", 1.5, "1 to 2", true)), null),
        new(new Named("bad"), Record("bad", new Finding("claim", double.NaN, "1", false)), null),
        new(new Named("broken"), null, "Expected <this>, found \"that\"."),
    ]);

    [Fact]
    public void It_needs_no_other_file_and_no_network()
    {
        References().Matches(Page).Select(match => match.Groups[1].Value).Should().NotBeEmpty().And.OnlyContain(target => target.StartsWith('#') || target.StartsWith("data:"));
        Page.Should().NotContain("http:").And.NotContain("https:").And.NotContain("@import").And.NotContain("url(").And.NotContain("<script");
    }

    [Fact]
    public void It_is_well_formed_and_escapes_what_it_shows()
    {
        XElement html = XDocument.Parse(Page.Replace("<!DOCTYPE html>", string.Empty, StringComparison.Ordinal)).Root!;

        html.Descendants("td").Select(cell => cell.Value).Should().Contain("a < b & c");
        html.Descendants("section").Select(section => section.Attribute("id")!.Value).Should().Equal("good", "bad", "broken");
        html.Descendants("figcaption").Should().HaveCount(4);
        html.Descendants("section").Last().Value.Should().Contain("Expected <this>, found \"that\".");
    }

    [Fact]
    public void A_study_that_fails_is_marked()
    {
        Page.Should().Contain("1 of 3 studies agree with their theory.");
        Page.Should().Contain("<section id=\"good\">").And.Contain("<section id=\"bad\" class=\"failed\">").And.Contain("<section id=\"broken\" class=\"failed\">");
        Page.Should().Contain("Ended with an error.").And.Contain("Does not agree.");
    }

    [Fact]
    public void Synthetic_images_are_said_to_be_synthetic() => Page.Should().Contain("The images are synthetic, and the bounds are for CIFAR-10");

    [Theory]
    [InlineData("#1d2126", "#fdf3d7")]
    [InlineData("#555c65", "#f5f6f8")]
    [InlineData("#0b6b2e", "#f5f6f8")]
    [InlineData("#a3180b", "#f5f6f8")]
    [InlineData("#0b57a4", "#ffffff")]
    [InlineData("#e6e8eb", "#37301c")]
    [InlineData("#b0b6be", "#1b1e23")]
    [InlineData("#6fd08c", "#1b1e23")]
    [InlineData("#ff9a8d", "#1b1e23")]
    [InlineData("#8cc2ff", "#131518")]
    public void Text_has_a_contrast_of_at_least_4_5_on_its_ground(string ink, string paper)
    {
        Page.Should().Contain(ink).And.Contain(paper);
        double a = Luminance(ink);
        double b = Luminance(paper);
        ((Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05)).Should().BeGreaterThanOrEqualTo(4.5); // WCAG 2, level AA
    }

    [GeneratedRegex("(?:src|srcset|href)=\"([^\"]*)\"")]
    private static partial Regex References();

    private static double Luminance(string color) =>
        (0.2126 * Linear(color[1..3])) + (0.7152 * Linear(color[3..5])) + (0.0722 * Linear(color[5..7]));

    private static double Linear(string channel)
    {
        double value = Convert.ToInt32(channel, 16) / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static StudyRecord Record(string name, Finding finding) => new()
    {
        Seed = 17,
        Quick = true,
        Threads = 1,
        Images = new("synthetic:100", "synthetic", 100, "abc"),
        Versions = new VersionsRecord { OnnxInit = "0", TorchSharp = "0", Runtime = ".NET", OperatingSystem = "OS" },
        Result = new()
        {
            Name = name,
            Title = "Title",
            Question = "Question?",
            Theory = "x < y",
            Verdict = "Verdict.",
            Findings = [finding],
            Settings = new Dictionary<string, string> { ["depth"] = "50" },
            Figures = [SampleFigures.Lines, SampleFigures.HeatMap],
        },
    };

    private sealed class Named(string name) : Study
    {
        public override string Name => name;

        public override string Title => "Title";

        public override string Question => "Question?";

        public override StudyResult Run(StudyContext context) => throw new NotSupportedException();
    }
}
