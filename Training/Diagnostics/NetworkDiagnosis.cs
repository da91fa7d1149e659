using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Diagnostics;

/// <summary>Reads a verdict from what a <see cref="SignalProbe"/> measured.</summary>
public static class NetworkDiagnosis
{
    private const double DeadShare = 0.9;

    // Of the mean square: a factor of ten in the values.
    private const double LeastDecades = 2;

    /// <summary>
    /// Diagnoses a network. Signals are the outputs of the layers with weights, before the activation, and the gradients with respect to them. A
    /// direction is exploding (vanishing) if the 95 % interval of its rate lies above (below) 0 and the mean square changes by two decades or more over
    /// the depth; if a stretch of its layers does by itself; or if values become infinite (all 0) in the network's type. A He-initialised ReLU
    /// network of L layers of n units has ln(mean square) about N(-5L/2n, 5L/n) (Hanin and Nica 2018): it is stable as long as this is
    /// within two decades, and at 1,000 layers of 100 it is not.
    /// </summary>
    /// <param name="record">One step, with or without its backward pass.</param>
    public static Diagnosis Of(SignalRecord record)
    {
        DiagnosedLayer[] layers = DiagnosedLayer.Of(record);
        LayerSignal[] signals = [.. layers.Select(layer => layer.Signal)];
        SignalPath forwardPath = SignalPath.Forward(signals);
        SignalPath? backwardPath = SignalPath.Backward(signals);
        SignalTrend forward = Trend(forwardPath);
        bool overflows = forward.Limits.Any(limit => limit.Overflow && limit.ObservedLayer is not null);
        SignalTrend? backward = backwardPath is null ? null : overflows ? Unknown : Trend(backwardPath);
        DeadLayer[] dead = [.. DeadLayers(record, UnderflowsAt(forward) is int ordinal ? signals[ordinal - 1] : null)];
        return new()
        {
            WeightLayers = layers.Length,
            Forward = forward,
            Backward = backward,
            DeadLayers = dead,
            Findings = [.. DiagnosisText.Findings(record, layers.Length, forward, backward, dead)],
            Advice = [.. DiagnosisAdvice.For(layers, forward, backward, dead)],
        };
    }

    /// <summary>The whole network in a few numbers, for a line of metrics.</summary>
    /// <param name="record">One step with its backward pass.</param>
    public static SignalSummary Summarize(SignalRecord record)
    {
        Diagnosis diagnosis = Of(record);
        double[] updates = [.. record.Layers.Select(layer => layer.Weight?.UpdateRatio).OfType<double>().Order()];
        return new()
        {
            Step = record.Step,
            Forward = diagnosis.Forward.Verdict,
            ForwardRate = diagnosis.Forward.Rate,
            Backward = diagnosis.Backward?.Verdict ?? SignalVerdict.Undetermined,
            BackwardRate = diagnosis.Backward?.Rate ?? double.NaN,
            UpdateRatio = updates.Length == 0 ? null : updates[updates.Length / 2],
            DeadUnits = record.Layers.Sum(layer => layer.Forward.DeadUnits ?? 0L),
            NonFinite = record.Layers.Sum(layer => layer.Forward.NonFinite),
        };
    }

    private static SignalTrend Unknown { get; } = new()
    {
        Verdict = SignalVerdict.Undetermined,
        Rate = double.NaN,
        RateLow = double.NegativeInfinity,
        RateHigh = double.PositiveInfinity,
        Decades = double.NaN,
        Ranges = [],
        Limits = [],
    };

    private static int? UnderflowsAt(SignalTrend trend) => trend.Limits.FirstOrDefault(limit => !limit.Overflow && limit.ObservedLayer is not null)?.ObservedLayer;

    /// <summary>The dead layers, each without those that it silences: the layers right behind it that are as dead.</summary>
    private static IEnumerable<DeadLayer> DeadLayers(SignalRecord record, LayerSignal? underflow)
    {
        bool before = false;
        foreach (LayerSignal layer in record.Layers.TakeWhile(layer => !ReferenceEquals(layer, underflow)))
        {
            bool zeroByInitialization = layer.Weight is WeightSignal weight && double.IsNegativeInfinity(weight.Values.Log10MeanSquare); // as Fixup's last layers are
            bool dead = !zeroByInitialization && layer.Forward.Units > 0 && layer.Forward.DeadUnits >= DeadShare * layer.Forward.Units && layer.Forward.NonFinite == 0;
            if (dead && !before)
            {
                yield return new(layer.Name, layer.Forward.DeadUnits!.Value, layer.Forward.Units!.Value);
            }

            before = dead;
        }
    }

    private static SignalTrend Trend(SignalPath path)
    {
        double[] steps = [.. path.Steps.Select(step => step.Change)];
        GrowthRate growth = GrowthRate.Of(steps);
        IReadOnlyList<(int Start, int End)> segments = GrowthSegments.Of(steps);
        IReadOnlyList<FloatLimit> limits = path.Count == 0 ? [] : FloatRange.Limits(path, growth);
        return new()
        {
            Verdict = Observed(limits) ?? (steps.Length == 0 ? SignalVerdict.Undetermined : OfStretches(steps, segments)),
            Rate = growth.Rate,
            RateLow = growth.Low,
            RateHigh = growth.High,
            Decades = steps.Length == 0 ? double.NaN : steps.Sum(),
            Ranges =
            [
                .. segments.Select(segment =>
                {
                    (int from, int to) = (path.Steps[segment.Start].To - 1, path.Steps[segment.End - 1].To);
                    return new GrowthRange(path.Ordinal(from), path.Ordinal(to), path.Name(from), path.Name(to), steps[segment.Start..segment.End].Average());
                }),
            ],
            Limits = limits,
        };
    }

    private static SignalVerdict? Observed(IReadOnlyList<FloatLimit> limits) =>
        limits.FirstOrDefault(limit => limit.ObservedLayer is not null) is FloatLimit limit ? limit.Overflow ? SignalVerdict.Exploding : SignalVerdict.Vanishing : null;

    /// <summary>The verdict of the whole, or else of the stretch that changes most.</summary>
    private static SignalVerdict OfStretches(double[] steps, IReadOnlyList<(int Start, int End)> segments)
    {
        SignalVerdict whole = OfSteps(steps);
        return whole != SignalVerdict.Stable
            ? whole
            : segments.Select(segment => steps[segment.Start..segment.End]).OrderByDescending(stretch => Math.Abs(stretch.Sum())).Select(OfSteps).First();
    }

    private static SignalVerdict OfSteps(double[] steps)
    {
        GrowthRate growth = GrowthRate.Of(steps);
        double decades = steps.Sum();
        return !(growth.ExcludesZero || steps.Length == 1) || Math.Abs(decades) < LeastDecades ? SignalVerdict.Stable // a single step has no interval
            : decades > 0 ? SignalVerdict.Exploding
            : SignalVerdict.Vanishing;
    }
}
