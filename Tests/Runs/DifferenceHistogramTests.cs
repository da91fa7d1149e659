using OnnxInit.Contracts.Runs;

namespace OnnxInit.Tests.Runs;

public class DifferenceHistogramTests
{
    [Fact]
    public void A_decade_has_four_bins_and_zero_has_none()
    {
        DifferenceHistogram histogram = DifferenceHistogram.Of([0, 0, 1.1e-3, 1.2e-3, 5e-3, 2e-2]);

        histogram.Equal.Should().Be(2);
        histogram.Log10Lower.Should().Be(-3);
        histogram.Counts.Should().Equal(2, 0, 1, 0, 0, 1);
    }

    [Fact]
    public void Equal_sides_have_no_bin() => DifferenceHistogram.Of([0, 0]).Should().BeEquivalentTo(new DifferenceHistogram(2, 0, []));

    [Fact]
    public void The_smallest_and_the_largest_number_have_a_bin() => DifferenceHistogram.Of([double.Epsilon, double.MaxValue]).Counts.Sum().Should().Be(2);

    [Fact]
    public void Percentiles_of_times_are_the_nearest_ranks() =>
        LatencySummary.Of(Enumerable.Range(1, 200).Reverse().Select(value => (double)value)).Should().Be(new LatencySummary(200, 100, 180, 198));
}
