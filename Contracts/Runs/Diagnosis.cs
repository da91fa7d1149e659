namespace OnnxInit.Contracts.Runs;

/// <summary>What becomes of a signal from layer to layer.</summary>
public enum SignalVerdict
{
    /// <summary>Too few layers, or too few finite values, to tell.</summary>
    Undetermined,

    /// <summary>It stays within two decades of its mean square, or its growth is not distinguishable from none.</summary>
    Stable,

    /// <summary>It shrinks.</summary>
    Vanishing,

    /// <summary>It grows.</summary>
    Exploding,
}

/// <summary>What is wrong with a network's signals, and what to change.</summary>
public sealed record Diagnosis
{
    /// <summary>Weight layers: what the ordinals of layers count, from 1 at the input.</summary>
    public required int WeightLayers { get; init; }

    /// <summary>The outputs of the weight layers, from the input on.</summary>
    public required SignalTrend Forward { get; init; }

    /// <summary>The gradients of the loss with respect to these outputs, from the loss back; null without a backward pass.</summary>
    public SignalTrend? Backward { get; init; }

    /// <summary>Layers of which at least nine units in ten are 0 for the whole batch, without those that the one before has silenced, or an underflow.</summary>
    public required IReadOnlyList<DeadLayer> DeadLayers { get; init; }

    /// <summary>What was found, a sentence or two each, with numbers.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What to change; empty when there is nothing.</summary>
    public required IReadOnlyList<string> Advice { get; init; }

    /// <summary>Whether nothing vanishes or explodes, as far as can be told, and no layer is dead.</summary>
    public bool Healthy => !IsIll(Forward.Verdict) && !IsIll(Backward?.Verdict) && DeadLayers.Count == 0;

    private static bool IsIll(SignalVerdict? verdict) => verdict is SignalVerdict.Vanishing or SignalVerdict.Exploding;
}

/// <summary>The growth of a signal in one direction.</summary>
public sealed record SignalTrend
{
    /// <summary>
    /// Exploding or vanishing: the interval of <see cref="Rate"/> excludes 0 and <see cref="Decades"/> is 2 or more, or values overflowed or
    /// underflowed.
    /// </summary>
    public required SignalVerdict Verdict { get; init; }

    /// <summary>The change of log10 of the mean square per layer, in the signal's direction; NaN when it is not known.</summary>
    public required double Rate { get; init; }

    /// <summary>The lower end of the rate's 95 % confidence interval.</summary>
    public required double RateLow { get; init; }

    /// <summary>The upper end.</summary>
    public required double RateHigh { get; init; }

    /// <summary>The change of log10 of the mean square over the depth.</summary>
    public required double Decades { get; init; }

    /// <summary>Stretches of layers with a rate of their own, in the signal's direction.</summary>
    public required IReadOnlyList<GrowthRange> Ranges { get; init; }

    /// <summary>Where the types end.</summary>
    public required IReadOnlyList<FloatLimit> Limits { get; init; }
}

/// <summary>A stretch of layers over which a signal changes at one rate.</summary>
/// <param name="From">The ordinal of the weight layer where it begins, in the signal's direction.</param>
/// <param name="To">Where it ends.</param>
/// <param name="FromName">The name of the first.</param>
/// <param name="ToName">The name of the last.</param>
/// <param name="Rate">The change of log10 of the mean square per layer.</param>
public sealed record GrowthRange(int From, int To, string FromName, string ToName, double Rate);

/// <summary>The layer at which a floating type no longer holds a signal.</summary>
/// <param name="ElementType">float16, bfloat16, float32 or float64.</param>
/// <param name="Overflow">Whether the largest value becomes infinite; else all values become 0.</param>
/// <param name="PredictedLayer">By the rate, the ordinal of the weight layer, which may lie outside of the network; null when the rate never leads there.</param>
/// <param name="ObservedLayer">The first in the signal's direction where it was seen; null when it was not, or the network is of another type.</param>
public sealed record FloatLimit(string ElementType, bool Overflow, int? PredictedLayer, int? ObservedLayer);

/// <summary>A layer that passes next to nothing on.</summary>
/// <param name="Name">The layer.</param>
/// <param name="DeadUnits">Units that are 0 for the whole batch.</param>
/// <param name="Units">Its units.</param>
public sealed record DeadLayer(string Name, int DeadUnits, int Units);
