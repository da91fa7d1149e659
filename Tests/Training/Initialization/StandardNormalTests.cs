using OnnxInit.Training.Initialization;

namespace OnnxInit.Tests.Training.Initialization;

public class StandardNormalTests
{
    /// <summary>Phi to 16 digits, from tables.</summary>
    public static TheoryData<double, double> Table => new()
    {
        { 0, 0.5 },
        { 1, 0.8413447460685429 },
        { -1, 0.15865525393145705 },
        { 1.959963984540054, 0.975 },
        { -3, 0.0013498980316300946 },
        { -5, 2.8665157187919391e-7 },
        { -10, 7.6198530241605261e-24 },
        { 12, 1 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void The_cumulative_distribution_has_the_accuracy_of_a_double(double x, double expected) =>
        StandardNormal.Cumulative(x).Should().BeApproximately(expected, 1e-13 * expected);

    [Fact]
    public void The_quantile_undoes_it()
    {
        for (double x = -30; x <= 5; x += 0.01)
        {
            StandardNormal.Quantile(StandardNormal.Cumulative(x)).Should().BeApproximately(x, x < 3 ? 1e-12 : 1e-9);
        }
    }

    [Fact]
    public void The_ends_are_infinite()
    {
        StandardNormal.Quantile(0).Should().Be(double.NegativeInfinity);
        StandardNormal.Quantile(1).Should().Be(double.PositiveInfinity);
    }
}
