using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

public class LogitComparisonTests
{
    [Fact]
    public void Equal_logits_pass_with_nothing_between_them()
    {
        float[] logits = [1, 2, 3, -1, 0, -2];

        ParityComparison comparison = LogitComparison.Compare(logits, logits, [2, 0]);

        comparison.Should().BeEquivalentTo(new ParityComparison(2, 1, 1, [], 0, 0, 0, 0, 0, 1, double.PositiveInfinity, 0, 1e-4) { Differences = new(6, 0, []) });
        comparison.Passed.Should().BeTrue();
        comparison.ReferenceAccuracy.Should().Be(0.5);
        comparison.FoundAccuracy.Should().Be(0.5);
        comparison.Agreements.Should().Be(2);
    }

    [Fact]
    public void The_numbers_are_those_computed_by_hand()
    {
        // Differences 0, 0.5, 0, 1 (all exact in float32); a^2 sums to 1 + 4 + 16 + 4 = 25, (a - b)^2 to 1.25, b^2 to 1 + 6.25 + 16 + 1 = 24.25, a b to 1 + 5 + 16 + 2 = 24.
        ParityComparison comparison = LogitComparison.Compare([1, 2, 4, -2], [1, 2.5f, 4, -1], [1, 1], tolerance: 1);

        comparison.MaxAbsoluteDifference.Should().Be(1);
        comparison.MeanAbsoluteDifference.Should().Be(0.375);
        comparison.Percentile99AbsoluteDifference.Should().Be(1);
        comparison.MaxRelativeDifference.Should().Be(0.5);
        comparison.MaxUlp.Should().Be(1 << 23, "from -2 to -1 is one binade of float32");
        comparison.CosineSimilarity.Should().BeApproximately(24 / Math.Sqrt(25 * 24.25), 1e-15);
        comparison.SignalToNoiseDecibels.Should().BeApproximately(10 * Math.Log10(20), 1e-12);
        comparison.ReferenceCorrect.Should().Be(1);
        comparison.Passed.Should().BeTrue();
    }

    [Fact]
    public void The_99th_percentile_is_the_nearest_rank()
    {
        // 200 logits that differ by 1 to 200: 198 of them, 99 %, by at most 198.
        float[] found = [.. Enumerable.Range(1, 200).Select(value => (float)value)];

        LogitComparison.Compare(new float[200], found, [0]).Percentile99AbsoluteDifference.Should().Be(198);
    }

    [Theory]
    [InlineData(1f, 1f, 0)]
    [InlineData(0f, -0f, 0)]
    [InlineData(1f, 1.0000001f, 1)]
    [InlineData(float.Epsilon, -float.Epsilon, 2)]
    [InlineData(float.MaxValue, -float.MaxValue, 2 * 0x7F7FFFFFL)]
    public void The_distance_in_float32_numbers_passes_through_zero(float left, float right, long expected)
    {
        LogitComparison.UlpDistance(left, right).Should().Be(expected);
        LogitComparison.UlpDistance(right, left).Should().Be(expected);
    }

    [Fact]
    public void Relative_differences_of_tiny_logits_are_taken_against_a_millionth()
    {
        ParityComparison comparison = LogitComparison.Compare([0, 1e-9f], [1e-9f, 0], [0]);

        comparison.MaxRelativeDifference.Should().BeApproximately(1e-3, 1e-9);
    }

    [Fact]
    public void Zeros_have_no_direction()
    {
        LogitComparison.Compare([0, 0], [0, 0], [0]).CosineSimilarity.Should().Be(1);
        LogitComparison.Compare([0, 0], [1, 0], [0]).CosineSimilarity.Should().Be(0);
        LogitComparison.Compare([0, 0], [1, 0], [0]).SignalToNoiseDecibels.Should().Be(double.NegativeInfinity);
    }

    [Fact]
    public void A_disagreement_carries_the_smaller_margin()
    {
        // Image 1: the reference prefers 0 by 0.25, the other side prefers 2 by 0.5.
        ParityComparison comparison = LogitComparison.Compare([1, 0, 0, 1, 0, 0.75f], [1, 0, 0, 0.5f, 0, 1], [0, 2]);

        comparison.Disagreements.Should().Equal(new ParityDisagreement(1, 2, 0, 2, 0.25));
        comparison.Agreements.Should().Be(1);
        comparison.ReferenceCorrect.Should().Be(1);
        comparison.FoundCorrect.Should().Be(2);
    }

    [Fact]
    public void The_first_of_equal_logits_is_the_prediction()
    {
        ParityComparison comparison = LogitComparison.Compare([1, 1, 0], [1, 1.00001f, 0], [0]);

        comparison.Disagreements.Should().ContainSingle().Which.Should().Match<ParityDisagreement>(found => found.TorchSharp == 0 && found.OnnxRuntime == 1 && found.Margin == 0);
        comparison.Passed.Should().BeTrue("the accuracies differ, and the margin is below the tolerance");
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.4999, false)]
    public void The_greatest_difference_may_reach_the_tolerance(double tolerance, bool passed) =>
        LogitComparison.Compare([1, 0], [1.5f, 0], [0], tolerance).Passed.Should().Be(passed);

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, true)]
    public void A_wide_disagreement_fails_where_it_changes_the_accuracy(int label, bool passed)
    {
        // Within a tolerance of 0.25 no decision of margin 0.5 or more may swap: 0.5 here, so the rule shows at its bound.
        ParityComparison comparison = LogitComparison.Compare([0.5f, 0, 0], [0.25f, 0.75f, 0], [(byte)label], tolerance: 0.75) with { Tolerance = 0.25, MaxAbsoluteDifference = 0.25 };

        comparison.Disagreements.Single().Margin.Should().Be(0.5);
        comparison.Passed.Should().Be(passed);
    }

    [Fact]
    public void Logits_that_are_not_finite_are_counted_and_fail()
    {
        ParityComparison comparison = LogitComparison.Compare([float.NaN, 1, 2, 0], [float.NaN, 1, float.PositiveInfinity, 0], [1, 0]);

        comparison.NonFinite.Should().Be(3);
        comparison.MaxAbsoluteDifference.Should().Be(0, "only finite pairs are measured");
        comparison.Disagreements.Should().BeEmpty();
        comparison.Passed.Should().BeFalse();
    }

    [Fact]
    public void Logits_of_nothing_but_NaN_predict_no_class()
    {
        ParityComparison comparison = LogitComparison.Compare([0, 1], [float.NaN, float.NaN], [1]);

        comparison.Disagreements.Should().Equal(new ParityDisagreement(0, 1, 1, -1, 0));
        comparison.FoundCorrect.Should().Be(0);
        comparison.Percentile99AbsoluteDifference.Should().Be(0);
        comparison.Passed.Should().BeFalse();
    }

    [Fact]
    public void Sums_are_taken_in_float64()
    {
        // In float32 a sum of 2^24 + 1 + 1 + ... never leaves 2^24.
        float[] found = new float[1001];
        Array.Fill(found, 1);
        found[0] = 1 << 24;

        LogitComparison.Compare(new float[1001], found, [0]).MeanAbsoluteDifference.Should().Be(((1 << 24) + 1000) / 1001.0);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        FluentActions.Invoking(() => LogitComparison.Compare(new float[4], new float[6], new byte[2])).Should().Throw<ArgumentException>()
            .WithMessage("There are 4 reference logits, 6 found logits and 2 labels; expected N K, N K and N, all above 0.");
        FluentActions.Invoking(() => LogitComparison.Compare(new float[5], new float[5], new byte[2])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => LogitComparison.Compare([], [], [])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => LogitComparison.Compare(new float[1], new float[1], new byte[1], double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
