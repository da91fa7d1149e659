using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Diagnostics;

/// <summary>What to change, deduced from the activations, the measured n Var(w) and the growth.</summary>
internal static class DiagnosisAdvice
{
    // The variance of 100 x 100 weights is known to 1.4 %.
    private const double Tolerance = 0.1;

    // Yang et al. 2019 (arXiv 1902.08129): log10(pi / (pi - 1)), and how far a measured rate may lie from it.
    private const double BatchNormRate = 0.1664;
    private const double BatchNormTolerance = 0.06;

    public static IEnumerable<string> For(IReadOnlyList<DiagnosedLayer> layers, SignalTrend forward, SignalTrend? backward, IReadOnlyList<DeadLayer> dead)
    {
        if (dead.Count > 0)
        {
            yield return $"'{dead[0].Name}' passes {(dead[0].DeadUnits == dead[0].Units ? "nothing" : "next to nothing")} on, and no gradient comes back through it: look at the biases and the learning rate that led there, or use a leaky ReLU.";
        }

        bool forwardIll = forward.Verdict is SignalVerdict.Vanishing or SignalVerdict.Exploding;
        bool backwardIll = backward?.Verdict is SignalVerdict.Vanishing or SignalVerdict.Exploding;
        if (layers.Count == 0 || !(forwardIll || backwardIll))
        {
            yield break;
        }

        // The last layer's outputs are the logits: what stands behind the others is the network's activation.
        string? activation = Commonest(layers.Take(Math.Max(1, layers.Count - 1)).Select(layer => layer.Activation));
        bool normalized = layers.Count(layer => layer.Normalized) > layers.Count / 2;
        if (normalized && !forwardIll)
        {
            yield return OfBatchNorm(backward!);
        }
        else if (activation == "Sigmoid" && !forwardIll)
        {
            yield return "Sigmoid passes at most a quarter of a gradient back, layer after layer: use tanh with Xavier or ReLU with Kaiming fan-in, or put a BatchNorm before it.";
        }
        else
        {
            yield return OfWeights(layers, activation, forwardIll ? forward : backward!, forwardIll);
        }
    }

    private static string OfBatchNorm(SignalTrend backward)
    {
        string measured = $"the mean square of the gradient {(backward.Rate > 0 ? "grows" : "shrinks")} by {DiagnosisText.Factor(Math.Pow(10, backward.Rate))} per layer backward";
        return Math.Abs(backward.Rate - BatchNormRate) < BatchNormTolerance
            ? $"BatchNorm in a network without skip connections: {measured}, theory says pi/(pi - 1) = 1.47 for ReLU. No initialisation cures that: add skip connections, or leave BatchNorm out and use orthogonal or Kaiming weights."
            : $"With BatchNorm behind the layers {measured}, whatever the scale of the weights: add skip connections, or leave BatchNorm out.";
    }

    private static string OfWeights(IReadOnlyList<DiagnosedLayer> layers, string? activation, SignalTrend trend, bool forward)
    {
        (string where, double rate, IReadOnlyList<DiagnosedLayer> stretch) = Worst(layers, trend);
        double target = DiagnosedLayer.Target(activation);
        DiagnosedLayer[] hidden = [.. stretch.Where(layer => layer.Activation == activation).DefaultIfEmpty(stretch[0])];
        double[] variances = [.. hidden.Select(layer => layer.ScaledVariance).Order()];
        double median = variances[variances.Length / 2];
        double wrong = Math.Log10(median / target);
        string name = activation ?? "a linear network";
        string measured = $"n Var(w) is {DiagnosisText.Factor(median)} (fan-in n, median of {variances.Length} layers)";
        if (activation is null && layers.Count > 1)
        {
            return $"{where}{measured}; between the layers stands no activation that is known here. If there is none at all, use Xavier or orthogonal weights, for an n Var(w) of 1; else LSUV, which scales every layer by what it does to a batch.";
        }

        if (Math.Abs(wrong) > Tolerance / 2 && Math.Sign(wrong) == (trend.Verdict == SignalVerdict.Exploding ? 1 : -1))
        {
            (string infinitive, string verb) = wrong < 0 ? ("shrink", "shrinks") : ("grow", "grows");
            return $"{where}{Known(median)} with {name}: {measured}, and {name} takes {DiagnosisText.Factor(target)}: the mean square is to {infinitive} by {DiagnosisText.Factor(median / target)} per layer, and {verb} by {DiagnosisText.Factor(Math.Pow(10, rate))}. Use {Cure(activation, target)}.";
        }

        if (Math.Abs(wrong) <= Tolerance / 2 && DiagnosedLayer.IsRectifier(activation))
        {
            double inverses = hidden.Sum(layer => 1.0 / layer.Signal.Weight!.FanIn);
            double mean = -2.5 * inverses / Math.Log(10);
            double deviation = Math.Sqrt(5 * inverses) / Math.Log(10);
            return $"{where}The weights are right for {name}: {measured}. {hidden.Length} layers of {hidden.Length / inverses:0} units move log10 of the mean square by {mean:+0.0;-0.0} ± {deviation:0.0} by chance, and here by {rate * hidden.Length:+0.0;-0.0}: make them wider, or use orthogonal or looks-linear weights, or skip connections.";
        }

        return activation == "Tanh" && trend.Verdict == SignalVerdict.Vanishing && Math.Abs(wrong) <= Tolerance / 2
            ? $"{where}{measured}, which keeps a small signal; but tanh flattens a large one, layer after layer. Use Xavier with the gain 5/3, for an n Var(w) of 2.78."
            : $"{where}{measured}, which does not explain the {(forward ? "outputs" : "gradients")} with {name}. Use LSUV, which scales every layer by what it does to a batch, or look at the layers named above.";
    }

    /// <summary>The stretch of layers that changes most, if the network falls into several; else all of it.</summary>
    private static (string Where, double Rate, IReadOnlyList<DiagnosedLayer> Layers) Worst(IReadOnlyList<DiagnosedLayer> layers, SignalTrend trend)
    {
        const double share = 0.9;
        GrowthRange[] ranges = [.. trend.Ranges.OrderByDescending(range => Math.Abs(range.Rate * (range.To - range.From)))];
        if (ranges.Length < 2 || Math.Sign(ranges[0].Rate) != (trend.Verdict == SignalVerdict.Exploding ? 1 : -1))
        {
            return (string.Empty, trend.Rate, layers);
        }

        // What happens between the outputs of two layers is the doing of the weights of the later one, forward and backward.
        (int first, int last) = (Math.Min(ranges[0].From, ranges[0].To), Math.Max(ranges[0].From, ranges[0].To));
        return last - first > share * layers.Count
            ? (string.Empty, trend.Rate, layers)
            : ($"Layers {first + 1}-{last}: ", ranges[0].Rate, [.. layers.Skip(first).Take(last - first)]);
    }

    private static string Known(double scaledVariance) =>
        Near(scaledVariance, 1) ? "Xavier or LeCun" : Near(scaledVariance, 2) ? "Kaiming" : Near(scaledVariance, 1.0 / 3) ? "PyTorch's default" : scaledVariance < 1 ? "Small weights" : "Large weights";

    private static bool Near(double value, double expected) => Math.Abs((value / expected) - 1) < Tolerance;

    private static string Cure(string? activation, double target) => activation switch
    {
        "ReLU" or "ReLU6" or "LeakyReLU" or "PReLU" => "Kaiming fan-in",
        "Tanh" => "Xavier, in deep networks with the gain 5/3",
        "SELU" => "LeCun normal",
        "GELU" or "SiLU" or "ELU" => $"Kaiming fan-in with the scale {DiagnosisText.Factor(target)}",
        _ => "Xavier or orthogonal",
    };

    private static string? Commonest(IEnumerable<string?> activations) =>
        activations.GroupBy(activation => activation ?? string.Empty, StringComparer.Ordinal).OrderByDescending(group => group.Count()).First().Key is { Length: > 0 } found ? found : null;
}
