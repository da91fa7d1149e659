using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Tests.Data;

public class ChannelStatisticsTests
{
    [Fact]
    public void Mean_and_population_deviation_are_in_units_of_white()
    {
        // Two images of two channels of one pixel: channel 0 is 0 and 255, channel 1 is 51 and 102.
        ImageSet set = new(new ImageShape(2, 1, 1), [0, 51, 255, 102], [0, 0]);

        ChannelStatistics statistics = ChannelStatistics.Compute(set);

        statistics.PixelCount.Should().Be(2);
        statistics.Mean.Should().Equal(0.5, 0.3);
        statistics.Std.Should().Equal(0.5, 0.1);
    }

    [Fact]
    public void Statistics_agree_with_two_passes_over_all_pixels()
    {
        PhiloxRandom random = new(3, "pixels");
        byte[] pixels = [.. Enumerable.Range(0, 700 * 12).Select(_ => (byte)(random.NextInt32(200) + 20))];
        ImageSet set = new(new ImageShape(3, 2, 2), pixels, new byte[700]);

        ChannelStatistics statistics = ChannelStatistics.Compute(set);

        for (int channel = 0; channel < 3; channel++)
        {
            double[] values = [.. pixels.Where((_, i) => i / 4 % 3 == channel).Select(pixel => pixel / 255.0)];
            double mean = values.Average();
            statistics.Mean[channel].Should().BeApproximately(mean, 1e-14);
            statistics.Std[channel].Should().BeApproximately(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 1e-14);
        }
    }

    [Fact]
    public void A_set_normalised_by_its_own_statistics_has_mean_0_and_deviation_1()
    {
        PhiloxRandom random = new(4, "pixels");
        byte[] pixels = [.. Enumerable.Range(0, 100 * 12).Select(_ => (byte)random.NextInt32(90))];
        ChannelStatistics statistics = ChannelStatistics.Compute(new ImageSet(new ImageShape(3, 2, 2), pixels, new byte[100]));

        (IReadOnlyList<double> mean, IReadOnlyList<double> std) = statistics.Normalized(statistics.ToNormalization());

        mean.Should().OnlyContain(value => Math.Abs(value) < 1e-6);
        std.Should().OnlyContain(value => Math.Abs(value - 1) < 1e-6);
    }

    [Fact]
    public void A_constant_channel_cannot_be_normalised()
    {
        ChannelStatistics statistics = ChannelStatistics.Compute(new ImageSet(new ImageShape(2, 1, 1), [1, 7, 2, 7], [0, 0]));

        Action normalise = () => statistics.ToNormalization();

        normalise.Should().Throw<InvalidInputException>().WithMessage(
            "Channel 1 has the same value in all 2 pixels; its standard deviation is 0, and it cannot be normalised. Use images that differ.");
    }

    [Fact]
    public void An_empty_set_is_refused()
    {
        Action compute = () => ChannelStatistics.Compute(new ImageSet(ImageShape.Cifar10, [], []));

        compute.Should().Throw<ArgumentException>().WithMessage("An empty set has no statistics; expected at least one image.*");
    }
}
