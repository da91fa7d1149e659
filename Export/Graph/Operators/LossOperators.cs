using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Losses; scores are [N, C, ...], targets [N, ...].</summary>
internal static class LossOperators
{
    public static IEnumerable<OperatorSchema> All =>
    [
        new("NegativeLogLikelihoodLoss", 13, "(T input, Tind target, T? weight; int? ignore_index, string? reduction) -> T loss", Loss, ("T", Floats), ("Tind", ElementTypeSet.Indices)),
        new("SoftmaxCrossEntropyLoss", 13, "(T scores, Tind labels, T? weights; int? ignore_index, string? reduction) -> T output, T? log_prob", Loss, ("T", Floats | BFloat16), ("Tind", ElementTypeSet.Indices)),
    ];

    private static IReadOnlyList<Dimension> Loss(OperatorCall call, int output)
    {
        call.DemandRank(0, 2);
        call.DemandRank(1, call.Rank(0) - 1, call.Rank(0) - 1);
        return output == 1 ? call.Shape(0) : call.Text("reduction", "mean") == "none" ? call.Shape(1) : [];
    }
}
