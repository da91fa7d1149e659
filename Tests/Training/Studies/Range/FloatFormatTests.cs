using OnnxInit.Training.Studies.Range;

namespace OnnxInit.Tests.Training.Studies.Range;

/// <summary>Number formats by their definition.</summary>
public sealed class FloatFormatTests
{
    [Fact]
    public void The_formats_have_the_ranges_of_the_standard()
    {
        Format("float16").Largest.Should().Be((double)Half.MaxValue);
        Format("float16").Smallest.Should().Be((double)Half.Epsilon);
        Format("bfloat16").Largest.Should().BeApproximately(3.3895e38, 1e34);
        Format("bfloat16").Smallest.Should().BeApproximately(9.1835e-41, 1e-45);
        Format("float32").Largest.Should().Be(float.MaxValue);
        Format("float32").Smallest.Should().Be(float.Epsilon);
        Format("float64").Largest.Should().Be(double.MaxValue);
        Format("float64").Smallest.Should().Be(double.Epsilon);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0 / 3)]
    [InlineData(65519.9)]
    [InlineData(65520)]
    [InlineData(6.1e-5)]
    [InlineData(2.98e-8)]
    [InlineData(2.99e-8)]
    [InlineData(1.7e-7)]
    [InlineData(1e-39)]
    [InlineData(7.1e-46)]
    [InlineData(6.9e-46)]
    [InlineData(3.5e38)]
    [InlineData(-5.5e37)]
    public void Rounding_is_that_of_the_machine(double value)
    {
        Format("float16").Round(value).Should().Be((double)(Half)value);
        Format("float32").Round(value).Should().Be((float)value);
        Format("float64").Round(value).Should().Be(value);
    }

    [Theory]
    [InlineData("float16", 10, 5)]      // 10^5 > 65504
    [InlineData("float32", 10, 39)]     // 10^39 > 3.4e38
    [InlineData("bfloat16", 10, 39)]
    [InlineData("float64", 10, 309)]
    [InlineData("float16", 0.1, 8)]     // 10^-8 < 6e-8 / 2
    [InlineData("bfloat16", 0.1, 41)]
    [InlineData("float32", 0.1, 46)]
    [InlineData("float64", 0.1, 324)]
    [InlineData("float32", 1, null)]
    [InlineData("float16", 0.9, null)]  // 4 times the smallest number, times 0.9, is rounded to 4 times the smallest number again
    public void A_power_fails_where_the_range_ends(string format, double factor, int? layer) => Format(format).FirstFailure(factor, 1000).Should().Be(layer);

    [Theory]
    [InlineData("float16", 5)]          // 10^-5 < 6.1e-5
    [InlineData("bfloat16", 38)]        // 10^-38 < 1.2e-38
    [InlineData("float32", 38)]
    [InlineData("float64", 308)]
    public void Without_subnormal_numbers_it_fails_earlier(string format, int layer) => Format(format).FirstFailure(0.1, 1000, flush: true).Should().Be(layer);

    private static FloatFormat Format(string name) => FloatFormat.All.Single(format => format.Name == name);
}
