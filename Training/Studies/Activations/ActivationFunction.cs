using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>An activation with its derivative, for theory, and its module, for measurement.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">phi.</param>
/// <param name="Slope">phi'.</param>
/// <param name="CreateModule">Makes the module of the same function.</param>
internal sealed record ActivationFunction(string Name, Func<double, double> Value, Func<double, double> Slope, Func<nn.Module<Tensor, Tensor>> CreateModule)
{
    /// <summary>The hyperbolic tangent; slope 1 - tanh^2.</summary>
    public static ActivationFunction Tanh { get; } = new("tanh", Math.Tanh, x => 1 - (Math.Tanh(x) * Math.Tanh(x)), () => nn.Tanh()) { Lowest = -1, Highest = 1 };

    /// <summary>1 / (1 + exp(-x)); its mean at 0 is 1/2 and its slope at most 1/4.</summary>
    public static ActivationFunction Sigmoid { get; } = new("sigmoid", Logistic, x => Logistic(x) * Logistic(-x), () => nn.Sigmoid()) { Lowest = 0, Highest = 1 };

    /// <summary>x / (1 + |x|): as tanh, but with tails that approach +-1 polynomially.</summary>
    public static ActivationFunction Softsign { get; } = new("softsign", x => x / (1 + Math.Abs(x)), x => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))), () => nn.Softsign()) { Lowest = -1, Highest = 1 };

    /// <summary>max(0, x).</summary>
    public static ActivationFunction Relu { get; } = new("ReLU", x => Math.Max(0, x), x => x > 0 ? 1 : 0, () => nn.ReLU()) { Lowest = 0 };

    /// <summary>The four, in the order of the figures.</summary>
    public static IReadOnlyList<ActivationFunction> All { get; } = [Tanh, Softsign, Sigmoid, Relu];

    /// <summary>The lower bound of its values; null when there is none, or nobody asks.</summary>
    public double? Lowest { get; init; }

    /// <summary>The upper bound.</summary>
    public double? Highest { get; init; }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
