using OnnxInit.Contracts;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Clipping;

namespace OnnxInit.Tests.Training.Studies.Clipping;

public class ClippingStudyTests
{
    [Fact]
    public void At_its_quick_settings_clipping_saves_a_training_that_diverges_on_synthetic_images()
    {
        StudyResult result = SmallStudy.Run(new ClippingStudy(ClippingStudyOptions.Quick));

        SmallStudy.ShouldHold(result);
        LinePanel[] panels = [.. result.Figures.Should().ContainSingle().Subject.Panels.Cast<LinePanel>()];
        panels[0].Series[0].Y.Should().HaveCountLessThan(50);
        panels[0].Series[1].Y.Should().HaveCount(ClippingStudyOptions.Quick.Steps);
        panels[2].Series.SelectMany(series => series.Y).Should().OnlyContain(share => share >= 0 && share <= 1);
    }

    [Fact]
    public void A_network_that_needs_no_clipping_does_not_support_the_claim()
    {
        StudyResult result = SmallStudy.Run(new ClippingStudy(ClippingStudyOptions.Quick with { Steps = 10, LearningRate = 1e-4, Gain = 1 }));

        result.Agrees.Should().BeFalse();
        double.IsNaN(result.Findings[0].Measured).Should().BeTrue();
    }

    [Fact]
    public void Everything_is_a_function_of_the_seed()
    {
        ClippingStudyOptions small = ClippingStudyOptions.Quick with { Steps = 5 };

        double[] Numbers(long seed) => [.. SmallStudy.Run(new ClippingStudy(small), seed).Findings.Select(finding => finding.Measured)];

        Numbers(3).Should().Equal(Numbers(3));
        Numbers(3).Should().NotEqual(Numbers(4));
    }

    [Fact]
    public void It_can_be_cancelled() => SmallStudy.ShouldStop(new ClippingStudy(ClippingStudyOptions.Quick));

    [Fact]
    public void A_bound_of_0_is_refused() =>
        FluentActions.Invoking(() => SmallStudy.Run(new ClippingStudy(new() { ClipNorm = 0 }))).Should().Throw<InvalidInputException>();
}
