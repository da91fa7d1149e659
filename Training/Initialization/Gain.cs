using OnnxInit.Contracts;

namespace OnnxInit.Training.Initialization;

/// <summary>The factor on a weight's standard deviation that makes up for what the activation takes from the signal.</summary>
public static class Gain
{
    private const double DefaultSlope = 0.01;

    private static readonly Dictionary<string, Nonlinearity> ByName = new(StringComparer.Ordinal)
    {
        ["linear"] = Nonlinearity.Linear,
        ["sigmoid"] = Nonlinearity.Sigmoid,
        ["tanh"] = Nonlinearity.Tanh,
        ["relu"] = Nonlinearity.Relu,
        ["leaky_relu"] = Nonlinearity.LeakyRelu,
        ["selu"] = Nonlinearity.Selu,
    };

    /// <summary>
    /// PyTorch's table: linear and sigmoid 1, tanh 5/3, ReLU sqrt 2, leaky ReLU sqrt(2 / (1 + a^2)), SELU 3/4. Those of tanh and SELU are
    /// conventions: <see cref="Forward"/> gives 1.5925 and 1.
    /// </summary>
    /// <param name="nonlinearity">The activation.</param>
    /// <param name="negativeSlope">The slope a of the leaky ReLU; null for PyTorch's 0.01. The others have none.</param>
    /// <exception cref="InvalidInputException">A slope for an activation that has none.</exception>
    public static double For(Nonlinearity nonlinearity, double? negativeSlope = null)
    {
        if (negativeSlope is not null && nonlinearity != Nonlinearity.LeakyRelu)
        {
            throw new InvalidInputException($"Only a leaky ReLU has a slope; found {negativeSlope} for {nonlinearity}.");
        }

        double slope = negativeSlope ?? DefaultSlope;
        return nonlinearity switch
        {
            Nonlinearity.Tanh => 5.0 / 3,
            Nonlinearity.Relu => Math.Sqrt(2),
            Nonlinearity.LeakyRelu => Math.Sqrt(2 / (1 + (slope * slope))),
            Nonlinearity.Selu => 0.75,
            _ => 1,
        };
    }

    /// <summary>The same by PyTorch's name of the activation.</summary>
    /// <param name="nonlinearity">linear, sigmoid, tanh, relu, leaky_relu or selu.</param>
    /// <param name="negativeSlope">The slope a of the leaky ReLU; null for PyTorch's 0.01.</param>
    /// <exception cref="InvalidInputException">There is no such name, or a slope for an activation that has none.</exception>
    public static double For(string nonlinearity, double? negativeSlope = null) => ByName.TryGetValue(nonlinearity, out Nonlinearity known)
        ? For(known, negativeSlope)
        : throw new InvalidInputException($"There is no gain for '{nonlinearity}'; expected one of {string.Join(", ", ByName.Keys)}. {nameof(Gain)}.{nameof(Forward)} computes it for any function.");

    /// <summary>The gain of any activation: <see cref="Forward"/>.</summary>
    /// <param name="activation">The activation.</param>
    public static double For(Func<double, double> activation) => Forward(activation);

    /// <summary>1 / sqrt(E[phi(z)^2]) for z ~ N(0, 1): with it the mean square of the pre-activations stays 1 from layer to layer.</summary>
    /// <param name="activation">phi.</param>
    /// <exception cref="InvalidInputException">The expectation is 0 or not finite.</exception>
    public static double Forward(Func<double, double> activation) => InverseRoot(z => Square(activation(z)), "E[phi(z)^2]");

    /// <summary>
    /// 1 / sqrt(E[phi'(z)^2]) for z ~ N(0, 1): with it the mean square of the gradient stays the same from layer to layer.
    /// </summary>
    /// <param name="activation">phi.</param>
    /// <param name="derivative">phi'; null differentiates phi numerically (central differences of fourth order), to about 1e-11.</param>
    /// <exception cref="InvalidInputException">The expectation is 0 or not finite.</exception>
    public static double Backward(Func<double, double> activation, Func<double, double>? derivative = null) =>
        InverseRoot(z => Square(derivative is null ? Slope(activation, z) : derivative(z)), "E[phi'(z)^2]");

    private static double InverseRoot(Func<double, double> square, string what)
    {
        double expectation = GaussianQuadrature.Expectation(square);
        return expectation > 0 && double.IsFinite(expectation)
            ? 1 / Math.Sqrt(expectation)
            : throw new InvalidInputException($"The activation has no gain: {what} is {expectation} for z ~ N(0, 1); expected a number above 0.");
    }

    private static double Slope(Func<double, double> activation, double z)
    {
        // Less than half the distance of a quadrature node from the kinks between the panels, so that no difference straddles one.
        const double h = 5e-4;
        return ((8 * (activation(z + h) - activation(z - h))) - (activation(z + (2 * h)) - activation(z - (2 * h)))) / (12 * h);
    }

    private static double Square(double value) => value * value;
}
