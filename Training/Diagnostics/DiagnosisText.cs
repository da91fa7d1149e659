using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Diagnostics;

/// <summary>What a diagnosis found, in sentences.</summary>
internal static class DiagnosisText
{
    private const double OftenSaturated = 0.5;
    private const double VisibleRate = 0.02;
    private const double VisibleDecades = 1;

    public static IEnumerable<string> Findings(SignalRecord record, int weightLayers, SignalTrend forward, SignalTrend? backward, IReadOnlyList<DeadLayer> dead) =>
    [
        .. Direction("Forward", "outputs", forward, weightLayers),
        .. backward is null ? [] : Direction("Backward", "gradients", backward, weightLayers),
        .. dead.Count == 0 ? [] : new[] { Dead(dead) },
        .. Saturated([.. record.Layers.Where(layer => layer.Forward.Saturated > OftenSaturated)]),
        .. record.NotSeen.Count == 0 ? [] : new[] { $"Not seen: {Some(record.NotSeen)}." },
    ];

    /// <summary>A rate as a factor of the values: <c>shrink by 0.71 per layer</c>.</summary>
    public static string Pace(double rate) => $"{(rate < 0 ? "shrink" : "grow")} by {Factor(Math.Pow(10, rate / 2))} per layer";

    public static string Factor(double factor) => factor.ToString(factor is >= 0.1 and < 10 ? "0.00" : "G3");

    /// <summary>The first few names, and how many more.</summary>
    public static string Some(IReadOnlyList<string> names)
    {
        const int shown = 3;
        string first = string.Join(", ", names.Take(shown).Select(name => $"'{name}'"));
        return names.Count <= shown ? first : $"{first} and {names.Count - shown} more";
    }

    private static IEnumerable<string> Direction(string name, string what, SignalTrend trend, int weightLayers)
    {
        if (double.IsNaN(trend.Rate))
        {
            yield return $"{name}: undetermined; {(weightLayers < 2 ? $"the network has {weightLayers} weight layer{(weightLayers == 1 ? string.Empty : "s")}, and a rate needs two" : $"fewer than two weight layers in a row have finite {what} that are not all 0")}.";
        }
        else
        {
            string interval = double.IsFinite(trend.RateLow) ? $", 95 % interval {trend.RateLow:+0.000;-0.000;0.000} to {trend.RateHigh:+0.000;-0.000;0.000}" : string.Empty;
            yield return $"{name}: {trend.Verdict.ToString().ToLowerInvariant()}. The mean square of the {what} changes by the factor {Factor(Math.Pow(10, trend.Rate))} per layer " +
                $"({trend.Rate:+0.000;-0.000;0.000} decades{interval}), by {trend.Decades:+0.0;-0.0;0.0} decades in all.";
        }

        if (trend.Ranges.Count > 1)
        {
            foreach (GrowthRange range in trend.Ranges)
            {
                double decades = range.Rate * Math.Abs(range.To - range.From);
                if (Math.Abs(range.Rate) >= VisibleRate && Math.Abs(decades) >= VisibleDecades)
                {
                    yield return $"{name}: layers {range.From}-{range.To} ('{range.FromName}' to '{range.ToName}') {Pace(range.Rate)}, {decades:+0.0;-0.0} decades of the mean square.";
                }
            }
        }

        string counted = name == "Backward" ? ", counted from the input" : string.Empty;
        foreach (FloatLimit limit in trend.Limits)
        {
            string verb = limit.Overflow ? "overflow" : "underflow";
            if (limit.ObservedLayer is int observed)
            {
                yield return $"{name}: {limit.ElementType} {verb}s at layer {observed}{counted}{(limit.PredictedLayer is int expected ? $"; the rate predicts layer {expected}" : string.Empty)}.";
            }
            else if (limit.PredictedLayer is int predicted && predicted >= 1 && predicted <= weightLayers)
            {
                yield return $"{name}: {limit.ElementType} is predicted to {verb} at layer {predicted}{counted}.";
            }
        }
    }

    private static string Dead(IReadOnlyList<DeadLayer> dead) =>
        $"Dead: {dead[0].DeadUnits} of {dead[0].Units} units of '{dead[0].Name}' are 0 for the whole batch{(dead.Count == 1 ? string.Empty : $", and nearly all of {Some([.. dead.Skip(1).Select(layer => layer.Name)])}")}.";

    private static IEnumerable<string> Saturated(IReadOnlyList<LayerSignal> layers) => layers.Count == 0
        ? []
        : [$"Saturated: {layers.Average(layer => layer.Forward.Saturated!.Value):P0} of the outputs of {Some([.. layers.Select(layer => layer.Name)])}."];
}
