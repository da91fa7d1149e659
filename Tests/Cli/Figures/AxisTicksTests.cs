using OnnxInit.Cli.Figures;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Tests.Cli.Figures;

/// <summary>Marks of an axis.</summary>
public sealed class AxisTicksTests
{
    [Theory]
    [InlineData(0, 50, 5, "0|10|20|30|40|50")]
    [InlineData(-3, 3, 3, "−2|0|2")]
    [InlineData(0, 0.012, 6, "0|0.002|0.004|0.006|0.008|0.01|0.012")]
    [InlineData(0, 50000, 5, "0|10,000|20,000|30,000|40,000|50,000")]
    public void Numbers_are_round(double min, double max, int most, string expected) => Labels(new("x"), min, max, most).Should().Be(expected);

    [Theory]
    [InlineData(-1301, 0, 3, "10⁻¹⁰⁰⁰|10⁻⁵⁰⁰|10⁰")]
    [InlineData(-0.2, 3.2, 10, "10⁰|10¹|10²|10³")]
    [InlineData(0, 1.4, 5, "1|2|5|10|20")]
    [InlineData(-7.1, -6.4, 3, "10⁻⁷|2·10⁻⁷")]
    public void Decades_are_powers_of_ten_and_numbers_between_two_of_them(double min, double max, int most, string expected) => Labels(Axis.OfDecades("x"), min, max, most).Should().Be(expected);

    [Fact]
    public void There_is_no_mark_between_two_layers() => Labels(new("layer"), 1, 5, 10, wholeNumbers: true).Should().Be("1|2|3|4|5");

    private static string Labels(Axis axis, double min, double max, int most, bool wholeNumbers = false)
    {
        AxisTicks ticks = AxisTicks.For(axis, min, max, most, wholeNumbers);
        ticks.Positions.Should().HaveSameCount(ticks.Labels).And.BeInAscendingOrder().And.OnlyContain(position => position >= min - 1e-9 && position <= max + 1e-9);
        return string.Join('|', ticks.Labels);
    }
}
