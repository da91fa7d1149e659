using OnnxInit.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class GradientClippingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Clipping_by_value_clamps_every_entry_and_counts_those_outside()
    {
        Parameter parameter = WithGradient(3, -4, 0.5f, -1);

        ClippedGradient clipped = new GradientClipping(value: 1, norm: null).Apply([("p", parameter)]);

        Gradient(parameter).Should().Equal(1, -1, 0.5f, -1);
        (clipped.ClippedEntries, clipped.Entries, clipped.Norm, clipped.Scaled).Should().Be((2, 4, double.NaN, false));
    }

    [Fact]
    public void Clipping_by_norm_scales_all_parameters_together_and_returns_the_norm_before()
    {
        // |(3, 4)| = 5 over both parameters; the coefficient is 1 / (5 + 1e-6).
        Parameter first = WithGradient(3);
        Parameter second = WithGradient(4, 0);

        ClippedGradient clipped = new GradientClipping(value: null, norm: 1).Apply([("first", first), ("second", second)]);

        Gradient(first)[0].Should().BeApproximately(0.6f, 1e-6f);
        Gradient(second)[0].Should().BeApproximately(0.8f, 1e-6f);
        (clipped.ClippedEntries, clipped.Entries, clipped.Norm, clipped.Scaled).Should().Be((0, 0, 5, true));
    }

    [Fact]
    public void A_gradient_below_the_norm_stays_bit_for_bit()
    {
        // |(0.3, 0.4)| = 0.5.
        Parameter parameter = WithGradient(0.3f, 0.4f);

        ClippedGradient clipped = new GradientClipping(value: null, norm: 1).Apply([("p", parameter)]);

        Gradient(parameter).Should().Equal(0.3f, 0.4f);
        clipped.Norm.Should().BeApproximately(0.5, 1e-7);
        clipped.Scaled.Should().BeFalse();
    }

    [Fact]
    public void Entries_are_clamped_before_the_norm_is_taken()
    {
        // (30, 4) -> (3, 3); |(3, 3)| = sqrt 18; scaled to (1, 1) / sqrt 2.
        Parameter parameter = WithGradient(30, 4);

        ClippedGradient clipped = new GradientClipping(value: 3, norm: 1).Apply([("p", parameter)]);

        clipped.Norm.Should().BeApproximately(Math.Sqrt(18), 1e-6);
        Gradient(parameter).Should().OnlyContain(entry => Math.Abs(entry - Math.Sqrt(0.5)) < 1e-6);
        clipped.ClippedEntries.Should().Be(2);
    }

    [Fact]
    public void Parameters_without_a_gradient_are_passed_over()
    {
        Parameter without = new(zeros(3));

        ClippedGradient clipped = new GradientClipping(value: 1, norm: 1).Apply([("without", without), ("with", WithGradient(2))]);

        (clipped.ClippedEntries, clipped.Entries, clipped.Norm).Should().Be((1, 1, 1));
        without.grad.Should().BeNull();
    }

    [Fact]
    public void An_infinite_entry_makes_the_norm_infinite() =>
        new GradientClipping(value: null, norm: 1).Apply([("p", WithGradient(float.PositiveInfinity, 1))]).Norm.Should().Be(double.PositiveInfinity);

    [Fact]
    public void A_norm_that_is_no_number_scales_nothing_so_that_its_origin_can_be_found()
    {
        Parameter finite = WithGradient(3, 4);

        ClippedGradient clipped = new GradientClipping(value: null, norm: 1).Apply([("finite", finite), ("not", WithGradient(float.NaN))]);

        (clipped.Norm, clipped.Scaled).Should().Be((double.NaN, false));
        Gradient(finite).Should().Equal(3, 4);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(1.0, null, true)]
    [InlineData(null, 1.0, true)]
    public void It_is_enabled_when_there_is_a_bound(double? value, double? norm, bool enabled) => new GradientClipping(value, norm).Enabled.Should().Be(enabled);

    private static Parameter WithGradient(params float[] gradient)
    {
        Parameter parameter = new(zeros(gradient.Length));
        (parameter * tensor(gradient)).sum().backward();
        return parameter;
    }

    private static float[] Gradient(Parameter parameter) => parameter.grad!.data<float>().ToArray();
}
