using OnnxInit.Contracts;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Stall;

namespace OnnxInit.Tests.Training.Studies.Stall;

public class StallStudyTests
{
    [Fact]
    public void At_its_quick_settings_He_learns_and_Xavier_stalls_on_synthetic_images()
    {
        StudyResult result = SmallStudy.Run(new StallStudy(StallStudyOptions.Quick));

        SmallStudy.ShouldHold(result);
        LinePanel panel = result.Figures.Should().ContainSingle().Subject.Panels.Should().ContainSingle().Subject.Should().BeOfType<LinePanel>().Subject;
        panel.Series.Should().HaveCount(2);
        panel.Series[0].Y[^1].Should().BeLessThan(panel.Series[1].Y[^1]);
        panel.Series[1].Y[^1].Should().BeApproximately(Math.Log(10), 0.005);
    }

    [Fact]
    public void Accuracies_are_claimed_only_of_20_layers_and_whole_epochs()
    {
        StallStudyOptions small = StallStudyOptions.Quick with { Width = 4, Epochs = 1, MaxSteps = null };

        SmallStudy.Run(new StallStudy(small)).Findings.Select(finding => finding.Claim).Should().Contain("test accuracy of 20 hidden layers, He");
        SmallStudy.Run(new StallStudy(small with { Depths = [3] })).Findings.Should().HaveCount(2);
    }

    [Fact]
    public void Everything_is_a_function_of_the_seed()
    {
        StallStudyOptions small = StallStudyOptions.Quick with { Depths = [3], MaxSteps = 3 };

        double[] Numbers(long seed) => [.. SmallStudy.Run(new StallStudy(small), seed).Findings.Select(finding => finding.Measured)];

        Numbers(3).Should().Equal(Numbers(3));
        Numbers(3).Should().NotEqual(Numbers(4));
    }

    [Fact]
    public void It_can_be_cancelled() => SmallStudy.ShouldStop(new StallStudy(StallStudyOptions.Quick));

    [Fact]
    public void A_network_without_layers_is_refused() =>
        FluentActions.Invoking(() => SmallStudy.Run(new StallStudy(new() { Depths = [] }))).Should().Throw<InvalidInputException>();
}
