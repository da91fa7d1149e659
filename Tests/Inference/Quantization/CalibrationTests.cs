using OnnxInit.Contracts.Randomness;
using OnnxInit.Inference.Quantization.Calibration;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>The three ways from what was seen of an activation to its range, on distributions whose answer is known.</summary>
public sealed class CalibrationTests
{
    private const int Bins = 2048;

    [Fact]
    public void MinMax_holds_the_least_and_the_greatest() =>
        ValueRange.Empty.With([0.5f, -3, 2]).With([7]).Should().Be(new ValueRange(-3, 7));

    [Fact]
    public void MinMax_does_not_lose_a_NaN() => double.IsNaN(ValueRange.Empty.With([1, float.NaN]).With([2]).Low).Should().BeTrue();

    [Fact]
    public void A_histogram_counts_every_element_once_and_those_at_both_ends()
    {
        Histogram histogram = new(new(-1, 1), 4);

        histogram.Add([-1, -0.9f, -0.5f, 0, 0.49f, 0.5f, 1]);

        histogram.Counts.Should().Equal(2, 1, 2, 2);
        histogram.BinWidth.Should().Be(0.5);
    }

    [Fact]
    public void Percentile_cuts_half_of_the_rest_off_at_each_end_of_a_uniform_distribution()
    {
        float[] values = [.. Enumerable.Range(0, 100_001).Select(i => (i / 50_000f) - 1)];

        ValueRange range = PercentileRange.Of(Binned(values, new(-1, 1)), 99);

        range.Low.Should().BeApproximately(-0.99, 1e-4);
        range.High.Should().BeApproximately(0.99, 1e-4);
    }

    [Fact]
    public void Percentile_is_that_of_a_normal_distribution()
    {
        float[] values = Normal(200_000);

        ValueRange range = PercentileRange.Of(Binned(values, ValueRange.Empty.With(values)), 95);

        range.Low.Should().BeApproximately(-1.96, 0.02);
        range.High.Should().BeApproximately(1.96, 0.02);
    }

    [Fact]
    public void Percentile_of_100_is_MinMax_and_a_lone_outlier_does_not_survive_less()
    {
        float[] values = [.. Enumerable.Range(0, 99_999).Select(i => i / 100_000f), 1000];
        Histogram histogram = Binned(values, new(0, 1000));

        PercentileRange.Of(histogram, 100).High.Should().Be(1000);
        PercentileRange.Of(histogram, 99.9).High.Should().BeLessThanOrEqualTo(3 * histogram.BinWidth);
    }

    [Fact]
    public void Entropy_keeps_all_of_a_uniform_distribution()
    {
        float[] values = [.. Enumerable.Range(1, 100_000).Select(i => i / 100_000f)];

        EntropyRange.Of(Binned(values, new(0, 1)), new(0, 1)).High.Should().BeApproximately(1, 0.01);
    }

    [Fact]
    public void Entropy_drops_lone_outliers_that_MinMax_keeps()
    {
        float[] values = [.. Enumerable.Range(1, 100_000).Select(i => i / 100_000f), 40];

        ValueRange range = EntropyRange.Of(Binned(values, new(0, 40)), new(0, 40));

        // Below 255 bins there is no choice to make: 255 / 2048 of 40 is 5.
        range.High.Should().BeInRange(1, 5);
    }

    [Fact]
    public void Entropy_cuts_the_tail_of_a_normal_distribution_and_no_more()
    {
        float[] values = Normal(500_000);
        ValueRange seen = ValueRange.Empty.With(values);
        float[] magnitudes = [.. values.Select(MathF.Abs)];

        ValueRange range = EntropyRange.Of(Binned(magnitudes, new(0, magnitudes.Max())), seen);

        range.High.Should().BeInRange(2.5, seen.High);
        range.Low.Should().BeInRange(seen.Low, -2.5);
        range.High.Should().BeApproximately(-range.Low, 0.5);
    }

    [Fact]
    public void Entropy_of_what_was_always_zero_is_no_range() => EntropyRange.Of(new(new(0, 0), Bins), new(0, 0)).Should().Be(new ValueRange(0, 0));

    [Fact]
    public void Entropy_never_leaves_what_was_seen()
    {
        float[] values = [.. Normal(10_000).Select(value => MathF.Max(value, -0.25f))];
        float[] magnitudes = [.. values.Select(MathF.Abs)];

        EntropyRange.Of(Binned(magnitudes, new(0, magnitudes.Max())), ValueRange.Empty.With(values)).Low.Should().Be(-0.25);
    }

    private static Histogram Binned(float[] values, ValueRange range)
    {
        Histogram histogram = new(range, Bins);
        histogram.Add(values);
        return histogram;
    }

    private static float[] Normal(int count)
    {
        PhiloxRandom random = new(3, "calibration");
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }
}
