using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;

namespace OnnxInit.Training.Diagnostics;

/// <summary>A weight layer with what follows it up to the next one.</summary>
/// <param name="Signal">The layer.</param>
/// <param name="Activation">The type of the activation behind it, such as <c>ReLU</c>; null if there is none.</param>
/// <param name="Normalized">Whether a batch normalisation follows.</param>
internal sealed record DiagnosedLayer(LayerSignal Signal, string? Activation, bool Normalized)
{
    // 1 / E[phi(z)^2] for z ~ N(0, 1): the n Var(w) with which the mean square stays. tanh and sigmoid lose less the smaller the signal is, and theirs is that of z near 0.
    private static readonly Dictionary<string, double> Targets = new(StringComparer.Ordinal)
    {
        ["ReLU"] = 2,
        ["ReLU6"] = 2,
        ["LeakyReLU"] = Square(Gain.For(Nonlinearity.LeakyRelu)),
        ["PReLU"] = 2 / (1 + Square(0.25)), // the slope that it starts from
        ["Tanh"] = 1,
        ["Softsign"] = 1,
        ["Hardtanh"] = 1,
        ["Sigmoid"] = 1,
        ["SELU"] = 1,
        ["ELU"] = Square(Gain.Forward(z => z > 0 ? z : Math.Exp(z) - 1)),
        ["GELU"] = Square(Gain.Forward(z => z * StandardNormal.Cumulative(z))),
        ["SiLU"] = Square(Gain.Forward(z => z / (1 + Math.Exp(-z)))),
    };

    /// <summary>n Var(w), with the fan-in n and the mean square of the weights, which have the mean 0.</summary>
    public double ScaledVariance => Signal.Weight!.FanIn * Math.Pow(10, Signal.Weight.Values.Log10MeanSquare);

    /// <summary>The weight layers of a record.</summary>
    public static DiagnosedLayer[] Of(SignalRecord record)
    {
        LayerSignal[] all = [.. record.Layers];
        int[] starts = [.. Enumerable.Range(0, all.Length).Where(i => all[i].Weight is not null)];
        return
        [
            .. starts.Select((start, i) =>
            {
                LayerSignal[] behind = all[(start + 1)..(i + 1 < starts.Length ? starts[i + 1] : all.Length)];
                return new DiagnosedLayer(
                    all[start],
                    behind.FirstOrDefault(layer => Targets.ContainsKey(layer.Type))?.Type,
                    behind.Any(layer => layer.Type.StartsWith("BatchNorm", StringComparison.Ordinal)));
            }),
        ];
    }

    /// <summary>The n Var(w) that keeps the mean square through an activation.</summary>
    public static double Target(string? activation) => activation is not null && Targets.TryGetValue(activation, out double target) ? target : 1;

    /// <summary>Whether an activation is 0 on one side and the identity on the other.</summary>
    public static bool IsRectifier(string? activation) => activation is "ReLU" or "ReLU6";

    private static double Square(double value) => value * value;
}
