using OnnxInit.Contracts;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Studies;
using OnnxInit.Training.Studies.Variance;

namespace OnnxInit.Tests.Training.Studies.Variance;

/// <summary>Signal and gradient by the variance of the weights.</summary>
public sealed class VarianceStudyTests
{
    private static readonly VarianceStudyOptions Small = new() { Networks = 20 };

    [Fact]
    public void Medians_after_layer_50_are_those_of_theory_less_what_a_finite_width_costs()
    {
        StudyResult result = StudyRun.Of(new VarianceStudy(Small));

        Finding[] medians = [.. result.Findings.Where(finding => finding.Claim.StartsWith("median log10 mean square of the activations", StringComparison.Ordinal))];
        medians.Select(finding => finding.Expected).Should().Equal("-65.59 ± 0.5", "-15.59 ± 0.5", "-0.5429 ± 0.5", "34.41 ± 0.5", "84.41 ± 0.5");
        medians.Zip([-65.6, -15.6, -0.5, 34.4, 84.4], (finding, expected) => Math.Abs(finding.Measured - expected)).Should().OnlyContain(difference => difference < 1); // 20 networks: 0.2 of a decade per standard error
    }

    [Fact]
    public void In_float32_activations_overflow_near_layer_45_and_their_mean_square_long_before()
    {
        StudyResult result = StudyRun.Of(new VarianceStudy(Small));

        Measured("an activation overflows float32, σ² = 1").Should().BeInRange(43, 47);
        Measured("the mean square overflows float32, σ² = 1").Should().BeInRange(20, 24);
        Measured("the mean square underflows float32 to 0, σ² = 0.001").Should().BeInRange(33, 37);
        result.Findings.Should().NotContain(finding => finding.Claim.Contains("float32", StringComparison.Ordinal) && finding.Claim.EndsWith("0.02", StringComparison.Ordinal));

        double Measured(string claim) => result.Findings.Single(finding => finding.Claim == $"first layer at which {claim}").Measured;
    }

    [Fact]
    public void Nothing_overflows_in_the_logarithms_at_any_depth()
    {
        StudyResult result = StudyRun.Of(new VarianceStudy(new() { Networks = 2, Depth = 400, Width = 20, Variances = [0.001, 1] }));

        // log10 (D σ² / 2) = -2 and 1 per layer; the median lies 5 L / 2 n ln 10 below, with the deviation sqrt(5 L / n) / ln 10.
        double[] expected = [(-2 * 400) - 21.7, 400 - 21.7];
        foreach ((Series series, double end) in ((LinePanel)result.Figures[0].Panels[0]).Series.Where(series => series.Style == SeriesStyle.Measured).Zip(expected))
        {
            series.Y.Should().OnlyContain(y => double.IsFinite(y));
            series.Y[^1].Should().BeApproximately(end, 4 * 4.4);
        }
    }

    [Fact]
    public void The_gradient_is_that_of_autograd()
    {
        using DeepReluNetworks networks = new(count: 3, depth: 4, width: 8, variance: 0.3, seed: 5, name: "test");

        (double[][] forward, double[][] backward) = networks.LogMeanSquares();
        (double[][] expectedForward, double[][] expectedBackward) = AutogradReference.LogMeanSquares(count: 3, depth: 4, width: 8, variance: 0.3, seed: 5, name: "test");

        forward.SelectMany(layers => layers).Zip(expectedForward.SelectMany(layers => layers), (seen, expected) => Math.Abs(seen - expected)).Should().OnlyContain(difference => difference < 1e-9);
        backward.SelectMany(layers => layers).Zip(expectedBackward.SelectMany(layers => layers), (seen, expected) => Math.Abs(seen - expected)).Should().OnlyContain(difference => difference < 1e-9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        VarianceStudy study = new(new() { Networks = 3, Depth = 5, Width = 10 });

        double[] first = Numbers(17);

        Numbers(17).Should().Equal(first);
        Numbers(18).Should().NotEqual(first);

        double[] Numbers(long seed) => [.. StudyRun.Of(study, seed).Findings.Select(finding => finding.Measured)];
    }

    [Fact]
    public void A_cancelled_study_stops()
    {
        Action run = () => StudyRun.Of(new VarianceStudy(Small), cancellation: new CancellationToken(canceled: true));

        run.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Action run = () => StudyRun.Of(new VarianceStudy(Small with { Networks = 0 }));

        run.Should().Throw<InvalidInputException>().WithMessage("The study needs at least 2 layers, 2 units and 1 network; found 50, 100 and 0.");
    }
}
