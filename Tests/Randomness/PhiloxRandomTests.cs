using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Tests.Randomness;

public class PhiloxRandomTests
{
    /// <summary>philox4x32-10 in kat_vectors of Random123 1.14.0: counter (4 words), key (2 words), block (4 words).</summary>
    [Theory]
    [InlineData(new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, new uint[] { 0xffffffff, 0xffffffff }, new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, new uint[] { 0xa4093822, 0x299f31d0 }, new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Blocks_are_those_of_Random123(uint[] counter, uint[] key, uint[] expected)
    {
        uint[] block = new uint[4];

        PhiloxRandom.Philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1], block);

        block.Should().Equal(expected);
    }

    [Fact]
    public void The_same_seed_and_name_give_the_same_numbers_and_others_do_not()
    {
        uint[] numbers = Draw(new PhiloxRandom(17, "layer.weight"), 9);

        Draw(new PhiloxRandom(17, "layer.weight"), 9).Should().Equal(numbers);
        Draw(new PhiloxRandom(18, "layer.weight"), 9).Should().NotEqual(numbers);
        Draw(new PhiloxRandom(17, "layer.bias"), 9).Should().NotEqual(numbers);
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        PhiloxRandom random = new(1, "uniform");
        double[] sorted = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextDouble()).Order()];

        // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in a thousand seeds.
        sorted.Select((value, i) => Math.Abs(value - ((i + 0.5) / sorted.Length))).Max().Should().BeLessThan(1.95 / Math.Sqrt(sorted.Length));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_standard_normal_distribution()
    {
        PhiloxRandom random = new(1, "normal");
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];

        // Five standard errors of each moment.
        values.Average().Should().BeApproximately(0, 5 / Math.Sqrt(values.Length));
        values.Average(value => value * value).Should().BeApproximately(1, 5 * Math.Sqrt(2.0 / values.Length));
        values.Average(value => Math.Pow(value, 4)).Should().BeApproximately(3, 5 * Math.Sqrt(96.0 / values.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Integers_stay_below_their_bound_and_are_evenly_spread(int bound)
    {
        PhiloxRandom random = new(5, "integers");
        int[] counts = new int[bound];
        for (int i = 0; i < 10_000; i++)
        {
            counts[random.NextInt32(bound)]++;
        }

        counts.Should().OnlyContain(count => Math.Abs(count - (10_000.0 / bound)) < 5 * Math.Sqrt(10_000.0 / bound));
    }

    private static uint[] Draw(PhiloxRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUInt32())];
}
