using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Moments;

namespace OnnxInit.Tests.Training.Studies.Moments;

/// <summary>Moments of linear layers and activations.</summary>
public sealed class MomentsStudyTests
{
    private static readonly Lazy<StudyResult> Result = new(() => StudyRun.Of(new MomentsStudy(new() { Samples = 20_000, FanIns = [10, 100] })));

    [Fact]
    public void All_moments_are_within_four_standard_errors_of_theory() => Result.Value.Findings.Should().HaveCount((4 * 2) + (7 * 3)).And.OnlyContain(finding => finding.Holds);

    [Theory]
    [InlineData("mean of ReLU(z)", "0.3989")]            // 1 / sqrt(2 pi)
    [InlineData("mean square of ReLU(z)", "0.5")]        // s^2 / 2
    [InlineData("variance of ReLU(z)", "0.3408")]        // (1 - 1 / pi) / 2
    [InlineData("mean of sigmoid(z)", "0.5")]
    [InlineData("mean square of leaky ReLU(z)", "0.5001")] // (1 + 0.01^2) / 2
    [InlineData("mean square of GELU(z)", "0.4252")]     // 1/3 + 1 / (2 sqrt(3) pi)
    [InlineData("var(Wh)/(m var(w)) with h from N(0, 1), ReLU, m = 100", "0.5")]
    public void Theory_is_that_of_the_closed_forms(string claim, string expected) =>
        Result.Value.Findings.Single(finding => finding.Claim == claim).Expected.Should().StartWith(expected + " ± ");

    [Fact]
    public void It_is_the_mean_square_of_the_input_and_not_its_variance_that_a_linear_layer_passes_on()
    {
        Finding sigmoid = Result.Value.Findings.Single(finding => finding.Claim == "var(Wh)/(m var(w)) with h from N(0, 1), sigmoid, m = 100");

        sigmoid.Measured.Should().BeApproximately(0.2934, 0.02).And.BeGreaterThan(3 * 0.0434, "the variance of a sigmoid's output is 0.0434");
    }

    [Fact]
    public void The_histograms_are_densities_and_lie_on_theory()
    {
        foreach (LinePanel panel in Result.Value.Figures.Single(figure => figure.Name == "moments-activations").Panels.Cast<LinePanel>())
        {
            Series after = panel.Series.Single(series => series.Label == "after: φ(z)");
            Series theory = panel.Series.Single(series => series.Style == SeriesStyle.Theory);
            double width = after.X[1] - after.X[0];
            (after.Y.Sum() * width).Should().BeApproximately(1, 0.002, panel.Title);
            after.Y.Zip(theory.Y, (seen, expected) => Math.Abs(seen - expected)).Sum().Should().BeLessThan(0.12 / width, "the total variation of 20,000 samples in 70 bins is about 0.05: " + panel.Title);
        }
    }
}
