using OnnxInit.Contracts.Runs;

namespace OnnxInit.Inference;

/// <summary>What a comparison of two sets of logits found; <see cref="ParityReport"/> says how each number is defined.</summary>
/// <param name="Images">N.</param>
/// <param name="ReferenceCorrect">How many images the reference puts into their true class.</param>
/// <param name="FoundCorrect">How many images the other side puts into their true class.</param>
/// <param name="Disagreements">Every image that the sides put into different classes.</param>
/// <param name="MaxAbsoluteDifference">max |a - b|.</param>
/// <param name="MeanAbsoluteDifference">mean |a - b|.</param>
/// <param name="Percentile99AbsoluteDifference">The smallest d such that at least 99 % of all |a - b| are at most d.</param>
/// <param name="MaxRelativeDifference">max |a - b| / max(|a|, |b|, 1e-6).</param>
/// <param name="MaxUlp">The greatest distance in float32 numbers.</param>
/// <param name="CosineSimilarity">sum(a b) / sqrt(sum(a^2) sum(b^2)).</param>
/// <param name="SignalToNoiseDecibels">10 log10(sum(a^2) / sum((a - b)^2)); infinite for identical logits.</param>
/// <param name="NonFinite">How many logits of the two sides together are NaN or infinite.</param>
/// <param name="Tolerance">The greatest absolute difference that passes.</param>
public sealed record ParityComparison(
    int Images,
    int ReferenceCorrect,
    int FoundCorrect,
    IReadOnlyList<ParityDisagreement> Disagreements,
    double MaxAbsoluteDifference,
    double MeanAbsoluteDifference,
    double Percentile99AbsoluteDifference,
    double MaxRelativeDifference,
    long MaxUlp,
    double CosineSimilarity,
    double SignalToNoiseDecibels,
    long NonFinite,
    double Tolerance)
{
    /// <summary>All |a - b| of finite logits.</summary>
    public DifferenceHistogram Differences { get; init; } = new(0, 0, []);

    /// <summary>The reference's share of right classes, 0 to 1.</summary>
    public double ReferenceAccuracy => (double)ReferenceCorrect / Images;

    /// <summary>The other side's share of right classes, 0 to 1.</summary>
    public double FoundAccuracy => (double)FoundCorrect / Images;

    /// <summary>How many images both sides put into the same class.</summary>
    public int Agreements => Images - Disagreements.Count;

    /// <summary>
    /// Whether the accuracies are equal or every disagreement's margin is below 2 <see cref="Tolerance"/> - two logits that each move by
    /// the tolerance can swap no further apart -, the greatest absolute difference is at most <see cref="Tolerance"/>, and every logit is finite.
    /// </summary>
    public bool Passed => NonFinite == 0
        && MaxAbsoluteDifference <= Tolerance
        && (ReferenceCorrect == FoundCorrect || Disagreements.All(disagreement => disagreement.Margin < 2 * Tolerance));
}
