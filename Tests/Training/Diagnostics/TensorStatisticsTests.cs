using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Diagnostics;

public sealed class TensorStatisticsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<ScalarType, long[]> Tensors => new()
    {
        { ScalarType.Float32, [64, 100] },
        { ScalarType.Float32, [1] },
        { ScalarType.Float32, [7] },
        { ScalarType.Float32, [3, 5, 11, 13] },
        { ScalarType.Float32, [300_001] },
        { ScalarType.Float64, [64, 101] },
        { ScalarType.Float64, [2, 3] },
        { ScalarType.Float16, [64, 100] },
        { ScalarType.Float16, [3, 70_001] },
        { ScalarType.BFloat16, [64, 100] },
        { ScalarType.BFloat16, [2, 1, 40_000, 3] },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void They_are_those_of_a_naive_computation_in_float64(ScalarType type, long[] shape)
    {
        Tensor tensor = (randn(shape, generator: new Generator(3)).relu() + 3).mul(randint(0, 2, shape, generator: new Generator(4))).to(type);

        AssertAsByHand(tensor);
    }

    [Fact]
    public void Neither_strides_nor_views_matter()
    {
        Tensor whole = randn([40, 50, 60], generator: new Generator(3));

        AssertAsByHand(whole.transpose(0, 2));
        AssertAsByHand(whole.narrow(1, 7, 20));
        AssertAsByHand(whole.slice(2, 1, 59, 3));
        AssertAsByHand(whole.narrow(0, 3, 1).expand(500, 50, 60));
        AssertAsByHand(whole.narrow(0, 3, 30).to(ScalarType.Float64).permute(1, 2, 0));
    }

    [Fact]
    public void A_tensor_that_needs_a_gradient_is_read_without_becoming_part_of_a_graph()
    {
        Tensor weight = randn([300, 400], requires_grad: true);

        AssertAsByHand(weight);
        AssertAsByHand(weight.t() * 2);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 3e38, 77 - 0.04576)]
    [InlineData(ScalarType.Float32, 1e-38, -76)]
    [InlineData(ScalarType.Float32, 1.4e-45, -2 * 44.8535)] // the smallest subnormal
    [InlineData(ScalarType.BFloat16, 1e38, 76)]
    [InlineData(ScalarType.Float16, 6e4, 9.5563)]
    [InlineData(ScalarType.Float16, 6e-8, -14.4494)]
    [InlineData(ScalarType.Float64, 1e300, 600)]
    [InlineData(ScalarType.Float64, 1e-300, -600)]
    [InlineData(ScalarType.Float64, 4.9e-324, -646.6124)]
    public void The_mean_square_neither_overflows_nor_underflows(ScalarType type, double value, double log10)
    {
        foreach (long size in new[] { 5L, 5000L })
        {
            SignalStatistics statistics = TensorStatistics.Of(full(size, value, dtype: type));

            statistics.Log10MeanSquare.Should().BeApproximately(log10, 4e-3);
            statistics.Zeros.Should().Be(0);
            (statistics.Mean / value).Should().BeApproximately(1, 0.01);
        }
    }

    [Fact]
    public void A_variance_far_from_zero_is_not_lost_in_the_mean()
    {
        // float64 at 1e9 +- 1: E[x^2] - E[x]^2 would have no digit left.
        Tensor tensor = randn([100_000], dtype: ScalarType.Float64, generator: new Generator(3));
        double expected = TensorStatistics.Of(tensor).Variance;

        TensorStatistics.Of(tensor + 1e9).Variance.Should().BeApproximately(expected, 1e-6);
    }

    [Fact]
    public void What_is_not_finite_is_counted_and_left_out()
    {
        Tensor tensor = arange(5000, dtype: ScalarType.Float32) + 1;
        tensor[0] = double.NaN;
        tensor[17] = double.PositiveInfinity;
        tensor[4999] = double.NegativeInfinity;
        tensor[2500] = double.NaN;

        SignalStatistics statistics = TensorStatistics.Of(tensor, bins: 10);

        (statistics.Count, statistics.NonFinite).Should().Be((5000, 4));
        (statistics.Min, statistics.Max).Should().Be((2, 4999));
        statistics.Mean.Should().BeApproximately((12_502_500.0 - 1 - 18 - 5000 - 2501) / 4996, 1e-9);
        statistics.Histogram!.Counts.Sum().Should().Be(4996);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    public void Without_a_finite_entry_there_are_no_moments(ScalarType type)
    {
        SignalStatistics nothing = TensorStatistics.Of(empty([0, 3], dtype: type), unitAxis: 1, bins: 4);
        SignalStatistics allNaN = TensorStatistics.Of(full([100, 3], double.NaN, dtype: type), Saturation.Of(nn.Tanh()), unitAxis: 1, bins: 4);

        (nothing.Count, nothing.NonFinite, nothing.Log10MeanSquare, nothing.Mean, nothing.Min).Should().Be((0, 0, double.NaN, double.NaN, double.NaN));
        nothing.Histogram.Should().BeNull();
        (allNaN.Count, allNaN.NonFinite, allNaN.Variance, allNaN.Max, allNaN.Zeros).Should().Be((300, 300, double.NaN, double.NaN, 0));
        (allNaN.Saturated, allNaN.Units, allNaN.DeadUnits).Should().Be((0, 3, 0));
    }

    [Fact]
    public void Zeros_have_the_logarithm_minus_infinity_and_survive_JSON()
    {
        SignalStatistics statistics = TensorStatistics.Of(zeros(10, 20), unitAxis: 1);

        (statistics.Log10MeanSquare, statistics.Zeros, statistics.DeadUnits).Should().Be((double.NegativeInfinity, 1, 20));
        SignalRecord record = new(3, [new() { Name = "a", Type = "Linear", ElementType = "float32", Forward = statistics }], ["b"]);
        string json = System.Text.Json.JsonSerializer.Serialize(record, RunJson.Lines.SignalRecord);
        System.Text.Json.JsonSerializer.Deserialize(json, RunJson.Lines.SignalRecord).Should().BeEquivalentTo(record);
        json.Should().Contain("\"log10MeanSquare\":\"-Infinity\"");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void A_unit_is_dead_when_it_is_zero_for_the_whole_batch_at_every_position(ScalarType type)
    {
        Tensor columns = ones([30, 37], dtype: type);
        columns[.., 3] = 0;
        columns[.., 36] = 0;
        columns[..29, 5] = 0;
        Tensor channels = ones([200, 6, 9, 11], dtype: type);
        channels[.., 2] = 0;
        channels[.., 4] = 0;
        channels[199, 4, 8, 10] = double.NaN;

        TensorStatistics.Of(columns, unitAxis: 1).Should().BeEquivalentTo(new { Units = 37, DeadUnits = 2 });
        TensorStatistics.Of(channels, unitAxis: 1).Should().BeEquivalentTo(new { Units = 6, DeadUnits = 1, NonFinite = 1L });
        TensorStatistics.Of(channels.permute(0, 2, 3, 1), unitAxis: 3).Should().BeEquivalentTo(new { Units = 6, DeadUnits = 1 });
        TensorStatistics.Of(columns).DeadUnits.Should().BeNull();
    }

    [Fact]
    public void Entries_at_the_flat_ends_of_an_activation_are_saturated()
    {
        Tensor values = tensor(new[] { -1, -0.98f, 0, 0.5f, 0.995f, 0.005f, 5.99f, 3 }).repeat(100);

        Share(nn.Tanh()).Should().Be(4.0 / 8);
        Share(nn.Sigmoid()).Should().Be(7.0 / 8);
        Share(nn.ReLU6()).Should().Be(1.0 / 8);
        Share(nn.ReLU()).Should().BeNull();

        double? Share(nn.Module activation) => TensorStatistics.Of(values, Saturation.Of(activation)).Saturated;
    }

    [Fact]
    public void A_histogram_runs_from_the_smallest_to_the_largest_entry()
    {
        TensorStatistics.Of(tensor(new[] { -1.0, -0.6, 0, 0.2, 0.9, 1 }), bins: 4).Histogram.Should().BeEquivalentTo(new SignalHistogram(-1, 1, [2, 0, 2, 2]));
        TensorStatistics.Of(ones(9), bins: 3).Histogram.Should().BeEquivalentTo(new SignalHistogram(1, 1, [9, 0, 0]));
        TensorStatistics.Of(tensor(new[] { double.MinValue, 0, double.MaxValue }), bins: 2).Histogram!.Counts.Should().Equal(1, 2);
    }

    /// <summary>Compares with the definitions, written out over an array of doubles.</summary>
    private static void AssertAsByHand(Tensor tensor)
    {
        using IDisposable noGradient = no_grad();
        double[] values = [.. tensor.detach().to(ScalarType.Float64).contiguous().reshape(-1).data<double>()];
        double mean = values.Average();
        double variance = values.Average(value => (value - mean) * (value - mean));

        SignalStatistics statistics = TensorStatistics.Of(tensor, new Saturation(3.2, 3.9), bins: 7);

        statistics.Count.Should().Be(values.Length);
        statistics.NonFinite.Should().Be(0);
        statistics.Mean.Should().BeApproximately(mean, 1e-12);
        statistics.Variance.Should().BeApproximately(variance, 1e-11);
        statistics.Log10MeanSquare.Should().BeApproximately(Math.Log10(values.Average(value => value * value)), 1e-12);
        (statistics.Min, statistics.Max).Should().Be((values.Min(), values.Max()));
        statistics.Zeros.Should().Be((double)values.Count(value => value == 0) / values.Length);
        statistics.Saturated.Should().Be((double)values.Count(value => value is < 3.2 or > 3.9) / values.Length);
        statistics.Histogram!.Counts.Sum().Should().Be(values.Length);
    }
}
