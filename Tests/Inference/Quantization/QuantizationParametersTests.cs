using OnnxInit.Contracts.Randomness;
using OnnxInit.Inference.Quantization;
using OnnxInit.Inference.Quantization.Int8;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>Scales, zero points and rounding.</summary>
public sealed class QuantizationParametersTests
{
    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-0.1, 3)]
    [InlineData(2, 5)]
    [InlineData(-5, -2)]
    [InlineData(0, 1e-3)]
    [InlineData(-1e30, 1e20)]
    public void Zero_is_one_of_an_activation_s_integers_and_both_ends_are_within_half_a_step(double low, double high)
    {
        ActivationParameters parameters = ActivationParameters.Of(new(low, high));

        parameters.Quantize(0).Should().Be(parameters.ZeroPoint);
        foreach (double end in (double[])[low, high])
        {
            double meant = (double)parameters.Scale * (parameters.Quantize((float)end) - parameters.ZeroPoint);
            meant.Should().BeApproximately(end, (double)parameters.Scale / 2 * 1.001);
        }
    }

    [Fact]
    public void What_lies_outside_the_range_saturates()
    {
        ActivationParameters parameters = ActivationParameters.Of(new(0, 255));

        parameters.Quantize(1000).Should().Be(255);
        parameters.Quantize(-1000).Should().Be(0, "which is what a ReLU does");
    }

    [Fact]
    public void An_activation_that_was_always_zero_has_a_scale_all_the_same() => ActivationParameters.Of(new(0, 0)).Should().Be(new ActivationParameters(1, 0));

    [Theory]
    [InlineData(0, 4, 6)]
    [InlineData(1, 6, 4)]
    public void Every_weight_is_within_half_a_step_of_its_channel_s_scale(int axis, int rows, int columns)
    {
        PhiloxRandom random = new(5, "weights");
        float[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextNormal())];

        WeightParameters parameters = WeightParameters.Of(TensorData.Of("w", values, rows, columns), axis, bias: null, inputScale: 0.1f);

        parameters.Scales.Should().HaveCount(4);
        parameters.Bias.Should().BeNull();
        for (int i = 0; i < values.Length; i++)
        {
            int channel = axis == 0 ? i / columns : i % columns;
            (parameters.Weights[i] * parameters.Scales[channel]).Should().BeApproximately(values[i], parameters.Scales[channel] / 2 * 1.001f);
        }

        Enumerable.Range(0, 4).Should().OnlyContain(channel => parameters.Weights.Where((_, i) => (axis == 0 ? i / columns : i % columns) == channel).Max(weight => Math.Abs((int)weight)) == 127);
    }

    [Fact]
    public void A_bias_that_does_not_fit_into_int32_widens_the_scale_of_its_channel_alone()
    {
        WeightParameters parameters = WeightParameters.Of(TensorData.Of("w", [1e-12f, 1f], 2, 1), axis: 0, bias: [100, 100], inputScale: 1e-3f);

        parameters.Scales[1].Should().Be(1 / 127f);
        for (int channel = 0; channel < 2; channel++)
        {
            ((double)parameters.Bias![channel] * parameters.BiasScales[channel]).Should().BeApproximately(100, 1e-4);
        }
    }

    [Fact]
    public void A_channel_of_zeros_keeps_its_bias()
    {
        WeightParameters parameters = WeightParameters.Of(TensorData.Of("w", [0, 0, 1, 0], 2, 2), axis: 0, bias: [0.3f, 0], inputScale: 0.5f);

        ((double)parameters.Bias![0] * parameters.BiasScales[0]).Should().BeApproximately(0.3, 1e-6);
        WeightParameters.Of(TensorData.Of("w", [0, 0], 1, 2), axis: 0, bias: [0], inputScale: 0.5f).Scales.Should().Equal(1);
    }
}
