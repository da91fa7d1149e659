using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Studies.Activations;

namespace OnnxInit.Tests.Training.Studies.Activations;

public sealed class MeanFieldTests
{
    private static readonly int[] Widths = [300, 100, 100, 100, 10];

    [Fact]
    public void ReLU_halves_what_the_weights_let_through()
    {
        // n Var(w) = 1/3 everywhere; E[relu(z)^2] = q / 2 and E[relu'(z)^2] = 1/2.
        MeanField theory = MeanField.Predict(ActivationFunction.Relu, ObservedNetwork.Standard, Widths, inputSquare: 3, outputGradient: 7);

        theory.Signal.Should().SatisfyRespectively(
            first => first.Should().BeApproximately(3.0 / 6, 1e-12),
            second => second.Should().BeApproximately(3.0 / 36, 1e-12),
            third => third.Should().BeApproximately(3.0 / 216, 1e-12));

        // The last hidden layer feels 10 outputs of Var(w) = 1 / 300, those below it 100 units.
        double top = 7 * 10.0 / 300 / 2;
        theory.Gradient.Should().SatisfyRespectively(
            first => first.Should().BeApproximately(top / 36, 1e-12),
            second => second.Should().BeApproximately(top / 6, 1e-12),
            third => third.Should().BeApproximately(top, 1e-12));
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("softsign")]
    public void A_small_signal_sees_only_the_slope_at_zero(string activation)
    {
        MeanField theory = MeanField.Predict(Function(activation), ObservedNetwork.Standard, Widths, inputSquare: 1e-12, outputGradient: 1);

        (theory.Signal[2] / theory.Signal[1]).Should().BeApproximately(1.0 / 3, 1e-4);
        (theory.Gradient[0] / theory.Gradient[1]).Should().BeApproximately(1.0 / 3, 1e-4);
    }

    [Fact]
    public void A_sigmoid_keeps_a_mean_square_of_a_quarter_and_loses_a_sixteenth_of_the_gradient()
    {
        MeanField theory = MeanField.Predict(ActivationFunction.Sigmoid, ObservedNetwork.Standard, Widths, inputSquare: 0, outputGradient: 1);

        theory.Signal[0].Should().BeApproximately(0.25, 1e-12);
        (theory.Gradient[0] / theory.Gradient[1]).Should().BeInRange(0.97 / 48, 1.0 / 48);
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("softsign")]
    [InlineData("sigmoid")]
    [InlineData("ReLU")]
    public void One_layer_agrees_with_random_numbers(string activation)
    {
        // Xavier at widths 1, 1, 1: Var(w) = 1, so that z ~ N(0, 2) for an input square of 2.
        ActivationFunction function = Function(activation);
        MeanField theory = MeanField.Predict(function, InitializationSchemes.XavierUniform, [1, 1, 1], inputSquare: 2, outputGradient: 1);
        PhiloxRandom random = new(3, activation);
        const int draws = 200_000;
        double signal = 0;
        double slope = 0;
        for (int i = 0; i < draws; i++)
        {
            double z = Math.Sqrt(2) * random.NextNormal();
            signal += Math.Pow(function.Value(z), 2) / draws;
            slope += Math.Pow(function.Slope(z), 2) / draws;
        }

        // Four standard errors of z^2, the widest of the quantities, are 4 * sqrt(2) * 2 / sqrt(draws) = 0.025; the bounded ones have far less.
        theory.Signal[0].Should().BeApproximately(signal, activation == "ReLU" ? 0.025 : 0.005);
        theory.Gradient[0].Should().BeApproximately(slope, 0.005);
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("softsign")]
    [InlineData("sigmoid")]
    [InlineData("ReLU")]
    public void The_slope_is_the_derivative(string activation)
    {
        ActivationFunction function = Function(activation);
        foreach (double x in (double[])[-2.3, -0.4, 0.7, 3.1])
        {
            function.Slope(x).Should().BeApproximately((function.Value(x + 1e-6) - function.Value(x - 1e-6)) / 2e-6, 1e-8);
        }
    }

    [Fact]
    public void Images_of_different_contrast_are_averaged_after_the_recursion()
    {
        MeanField dark = MeanField.Predict(ActivationFunction.Tanh, ObservedNetwork.Standard, Widths, inputSquare: 0.1, outputGradient: 1);
        MeanField bright = MeanField.Predict(ActivationFunction.Tanh, ObservedNetwork.Standard, Widths, inputSquare: 4, outputGradient: 1);

        MeanField both = MeanField.Predict(ActivationFunction.Tanh, ObservedNetwork.Standard, Widths, [0.1, 4], outputGradient: 1);

        both.Signal[1].Should().BeApproximately((dark.Signal[1] + bright.Signal[1]) / 2, 1e-15);
        both.Gradient[1].Should().BeApproximately((dark.Gradient[1] + bright.Gradient[1]) / 2, 1e-15);
    }

    private static ActivationFunction Function(string name) => ActivationFunction.All.Single(function => function.Name == name);
}
