using OnnxInit.Training.Studies.BatchNormalization;

namespace OnnxInit.Tests.Training.Studies.BatchNormalization;

public sealed class UnitInputsTests
{
    [Fact]
    public void Drift_is_the_range_of_the_median_in_units_of_the_mean_spread()
    {
        // Medians 0, 3, 1: a range of 3. Spreads 1, 2, 3: 2 in the mean.
        InputPercentiles[] unit = [new(-0.5, 0, 0.5), new(2, 3, 4), new(-0.5, 1, 2.5)];

        new UnitInputs(BatchNorm: false, [0, 1, 2], [unit], [0, 0, 0]).Drifts.Should().Equal(1.5);
    }

    [Fact]
    public void The_typical_unit_is_the_one_in_the_middle()
    {
        InputPercentiles[][] units = [.. ((double[])[5, 1, 3]).Select(range => (InputPercentiles[])[new(-1, 0, 1), new(range - 1, range, range + 1)])];

        new UnitInputs(BatchNorm: true, [0, 1], units, [0, 0]).TypicalUnit.Should().Be(2);
    }
}
