using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Activations;

namespace OnnxInit.Tests.Training.Studies.Activations;

public sealed class ActivationsStudyTests
{
    private static readonly ActivationsStudyOptions Tiny = ActivationsStudyOptions.Quick with { HiddenLayers = 3, Width = 20, Networks = 2, Images = 20, Steps = 20, Observations = 4 };

    [Fact]
    public void At_quick_settings_every_finding_holds_on_synthetic_images()
    {
        StudyResult result = SmallStudy.Run(new ActivationsStudy(ActivationsStudyOptions.Quick));

        result.Findings.Where(finding => !finding.Holds).Should().BeEmpty();
        result.Findings.Should().HaveCount((2 * 8) + 4 + 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        StudyResult first = SmallStudy.Run(new ActivationsStudy(Tiny));
        StudyResult second = SmallStudy.Run(new ActivationsStudy(Tiny));

        SmallStudy.Numbers(first).Should().Equal(SmallStudy.Numbers(second));
        first.Findings.Should().Equal(second.Findings);
    }

    [Fact]
    public void Figures_have_legible_numbers_of_panels_and_one_line_per_layer()
    {
        IReadOnlyList<Figure> figures = SmallStudy.Run(new ActivationsStudy(Tiny)).Figures;

        figures.Select(figure => figure.Name).Should().OnlyHaveUniqueItems().And.OnlyContain(name => name.All(letter => letter == '-' || char.IsAsciiLetterLower(letter)));
        figures.Should().OnlyContain(figure => figure.Panels.Count <= 12);
        figures.Single(figure => figure.Name == "activations-by-layer").Panels.Cast<LinePanel>().Should().HaveCount(8).And.OnlyContain(panel => panel.Series.Count == Tiny.HiddenLayers);
    }

    [Fact]
    public void Theory_is_drawn_dashed_over_the_measurement_in_its_colour()
    {
        Figure figure = SmallStudy.Run(new ActivationsStudy(Tiny)).Figures.Single(figure => figure.Name == "mean-squares-by-layer");

        foreach (LinePanel panel in figure.Panels.Cast<LinePanel>())
        {
            Series[] measured = [.. panel.Series.Where(series => series.Style == SeriesStyle.Measured)];
            Series[] theory = [.. panel.Series.Where(series => series.Style == SeriesStyle.Theory)];
            theory.Select(series => series.Color).Should().Equal(measured.Select(series => series.Color));
            theory.Select(series => series.X.Count).Should().OnlyContain(count => count == Tiny.HiddenLayers);
        }
    }

    [Fact]
    public void It_stops_when_it_is_cancelled()
    {
        using CancellationTokenSource source = new();
        List<string> reported = [];

        Action run = () => new ActivationsStudy(Tiny).Run(SmallStudy.CancelledAfter(3, reported, source));

        run.Should().Throw<OperationCanceledException>();
        reported.Should().HaveCount(3);
    }
}
