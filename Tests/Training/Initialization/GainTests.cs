using OnnxInit.Contracts;
using OnnxInit.Training.Initialization;

namespace OnnxInit.Tests.Training.Initialization;

public class GainTests
{
    private static readonly Dictionary<string, (Func<double, double> Value, Func<double, double> Slope)> Smooth = new(StringComparer.Ordinal)
    {
        ["tanh"] = (Math.Tanh, z => 1 - (Math.Tanh(z) * Math.Tanh(z))),
        ["sigmoid"] = (Sigmoid, z => Sigmoid(z) * (1 - Sigmoid(z))),
        ["gelu"] = (z => z * StandardNormal.Cumulative(z), z => StandardNormal.Cumulative(z) + (z * StandardNormal.Density(z))),
        ["silu"] = (z => z * Sigmoid(z), z => Sigmoid(z) * (1 + (z * (1 - Sigmoid(z))))),
        ["softsign"] = (z => z / (1 + Math.Abs(z)), z => 1 / ((1 + Math.Abs(z)) * (1 + Math.Abs(z)))),
        ["exp"] = (Math.Exp, Math.Exp),
    };

    public static TheoryData<string> SmoothNames => [.. Smooth.Keys];

    [Theory]
    [InlineData("linear", 1)]
    [InlineData("sigmoid", 1)]
    [InlineData("tanh", 5.0 / 3)]
    [InlineData("relu", 1.4142135623730951)]
    [InlineData("leaky_relu", 1.4141428569978354)]
    [InlineData("selu", 0.75)]
    public void The_table_is_PyTorchs(string nonlinearity, double expected) => Gain.For(nonlinearity).Should().BeApproximately(expected, 1e-15);

    [Fact]
    public void A_leaky_ReLU_has_a_slope_and_nothing_else_has()
    {
        Gain.For(Nonlinearity.LeakyRelu, negativeSlope: 0).Should().Be(Math.Sqrt(2));
        Gain.For("leaky_relu", negativeSlope: Math.Sqrt(5)).Should().BeApproximately(Math.Sqrt(1.0 / 3), 1e-15, "as PyTorch's default scheme has it");
        FluentActions.Invoking(() => Gain.For(Nonlinearity.Relu, 0.5)).Should().Throw<InvalidInputException>().WithMessage("Only a leaky ReLU has a slope; found 0.5 for Relu.");
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_names_the_known() => FluentActions.Invoking(() => Gain.For("gelu")).Should().Throw<InvalidInputException>().WithMessage(
        "There is no gain for 'gelu'; expected one of linear, sigmoid, tanh, relu, leaky_relu, selu. Gain.Forward computes it for any function.");

    [Fact]
    public void Closed_forms_come_out_exactly()
    {
        const double a = 0.2;
        Gain.Forward(z => z).Should().BeApproximately(1, 1e-14);
        Gain.Forward(z => Math.Max(0, z)).Should().BeApproximately(Math.Sqrt(2), 1e-14);
        Gain.Forward(z => z > 0 ? z : a * z).Should().BeApproximately(Math.Sqrt(2 / (1 + (a * a))), 1e-14);
        Gain.For(Math.Exp).Should().BeApproximately(Math.Exp(-1), 1e-14, "E[exp(2z)] = e^2");

        Gain.Backward(z => z).Should().BeApproximately(1, 1e-11);
        Gain.Backward(z => Math.Max(0, z)).Should().BeApproximately(Math.Sqrt(2), 1e-11);
        Gain.Backward(z => z > 0 ? z : a * z).Should().BeApproximately(Math.Sqrt(2 / (1 + (a * a))), 1e-11);
        Gain.Backward(z => Math.Clamp(z, -1, 1)).Should().BeApproximately(1 / Math.Sqrt(0.6826894921370859), 1e-11, "the slope is 1 with the probability of one deviation");
    }

    [Fact]
    public void Tanh_needs_1_5925_and_SELU_1()
    {
        Gain.Forward(Math.Tanh).Should().BeApproximately(1.5925374197228314, 1e-9);
        Gain.Forward(z => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * (Math.Exp(z) - 1))).Should().BeApproximately(1, 1e-9);
    }

    [Theory]
    [MemberData(nameof(SmoothNames))]
    public void The_quadrature_agrees_with_a_fine_trapezoid(string activation)
    {
        (Func<double, double> value, Func<double, double> slope) = Smooth[activation];

        Gain.Forward(value).Should().BeApproximately(1 / Math.Sqrt(Trapezoid(z => value(z) * value(z))), 1e-7);
        double backward = 1 / Math.Sqrt(Trapezoid(z => slope(z) * slope(z)));
        Gain.Backward(value).Should().BeApproximately(backward, 1e-7);
        Gain.Backward(value, slope).Should().BeApproximately(Gain.Backward(value), 1e-10);
    }

    [Fact]
    public void An_activation_without_a_gain_is_an_error()
    {
        FluentActions.Invoking(() => Gain.Forward(_ => 0)).Should().Throw<InvalidInputException>().WithMessage(
            "The activation has no gain: E[phi(z)^2] is 0 for z ~ N(0, 1); expected a number above 0.");
        FluentActions.Invoking(() => Gain.Backward(_ => 3)).Should().Throw<InvalidInputException>().WithMessage("The activation has no gain: E[phi'(z)^2] is 0 *");
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double Trapezoid(Func<double, double> function)
    {
        const int panels = 240_000;
        const double reach = 12;
        double h = 2 * reach / panels;
        return Enumerable.Range(0, panels + 1).Sum(i =>
        {
            double z = -reach + (i * h);
            return function(z) * Math.Exp(-z * z / 2);
        }) * h / Math.Sqrt(2 * Math.PI);
    }
}
