using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.BatchNormalization;

namespace OnnxInit.Tests.Training.Studies.BatchNormalization;

public sealed class BatchNormStudyTests
{
    private static readonly BatchNormStudyOptions Tiny = BatchNormStudyOptions.Quick with
    {
        LearningRates = [0.01, 10],
        LargeLearningRate = 10,
        Width = 10,
        Steps = 20,
        EvaluationInterval = 10,
        TestImages = 50,
        DriftSteps = 10,
        DriftObservations = 5,
    };

    [Fact]
    public void At_quick_settings_every_finding_holds_on_synthetic_images()
    {
        StudyResult result = SmallStudy.Run(new BatchNormStudy(BatchNormStudyOptions.Quick));

        result.Findings.Where(finding => !finding.Holds).Should().BeEmpty();
        result.Findings.Should().HaveCount((2 * 3) + 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        StudyResult first = SmallStudy.Run(new BatchNormStudy(Tiny));
        StudyResult second = SmallStudy.Run(new BatchNormStudy(Tiny));

        SmallStudy.Numbers(first).Should().Equal(SmallStudy.Numbers(second));
        first.Findings.Should().Equal(second.Findings);
    }

    [Fact]
    public void A_training_that_diverged_is_an_empty_cell_that_says_NaN()
    {
        Figure figure = SmallStudy.Run(new BatchNormStudy(Tiny)).Figures.Single(figure => figure.Name == "accuracy-by-learning-rate");
        HeatMapPanel without = (HeatMapPanel)figure.Panels[0];

        without.Columns.Should().Equal("0.01", "10");
        without.Rows.Should().Equal(Tiny.Schemes);
        without.Values[0][0].Should().BeInRange(0, 100);
        without.Values[0][1].Should().Be(double.NaN);
        without.Texts[0][1].Should().Be("NaN");
    }

    [Fact]
    public void It_stops_when_it_is_cancelled()
    {
        using CancellationTokenSource source = new();
        List<string> reported = [];

        Action run = () => new BatchNormStudy(Tiny).Run(SmallStudy.CancelledAfter(2, reported, source));

        run.Should().Throw<OperationCanceledException>();
        reported.Should().HaveCount(2);
    }
}
