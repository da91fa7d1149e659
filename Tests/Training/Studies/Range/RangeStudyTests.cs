using OnnxInit.Contracts;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Range;

namespace OnnxInit.Tests.Training.Studies.Range;

/// <summary>Products of matrices a I.</summary>
public sealed class RangeStudyTests
{
    private static readonly RangeStudyOptions Small = new() { Size = 3, Depth = 400 };

    [Fact]
    public void Every_format_fails_at_the_layer_that_its_range_predicts_forward_and_backward()
    {
        StudyResult result = StudyRun.Of(new RangeStudy(Small));

        result.Findings.Should().HaveCount((4 * 3) + (4 * 2)).And.OnlyContain(finding => finding.Holds);
        result.Findings.Where(finding => finding.Claim.StartsWith("first layer at which", StringComparison.Ordinal)).Select(finding => finding.Measured).Should().Equal(5, 39, 39, 309, 8, 41, 46, 324);
        result.Findings.Where(finding => finding.Claim.StartsWith("first layer with a NaN", StringComparison.Ordinal)).Select(finding => finding.Measured).Should().Equal(6, 40, 40, 310);
    }

    [Fact]
    public void The_measured_product_follows_the_power_until_it_fails()
    {
        StudyResult result = StudyRun.Of(new RangeStudy(Small));

        foreach (LinePanel panel in result.Figures[0].Panels.Cast<LinePanel>())
        {
            Series measured = panel.Series.Single(series => series.Style == SeriesStyle.Measured);
            Series theory = panel.Series.Single(series => series.Style == SeriesStyle.Theory);
            int held = measured.Y.TakeWhile(double.IsFinite).Count();
            held.Should().BeGreaterThan(3);
            measured.Y.Skip(held).Should().OnlyContain(y => double.IsNaN(y));
            measured.Y.Take(held - 2).Zip(theory.Y, (seen, expected) => Math.Abs(seen - expected)).Should().OnlyContain(difference => difference < 0.06, panel.Title); // subnormal numbers have few digits
        }
    }

    [Fact]
    public void A_factor_of_one_never_fails()
    {
        StudyResult result = StudyRun.Of(new RangeStudy(Small with { Factors = [1], Depth = 20 }));

        result.Findings.Should().OnlyContain(finding => finding.Holds && double.IsNaN(finding.Measured) && finding.Expected == "never");
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        ((Action)(() => StudyRun.Of(new RangeStudy(Small with { Factors = [-1] })))).Should().Throw<InvalidInputException>().WithMessage("The factors are -1; expected numbers above 0.");
        ((Action)(() => StudyRun.Of(new RangeStudy(Small with { Depth = 0 })))).Should().Throw<InvalidInputException>().WithMessage("The study needs at least 1 matrix of 2 rows; found 0 of 3.");
    }
}
