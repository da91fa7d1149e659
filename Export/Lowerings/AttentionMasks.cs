using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>What attention of several heads leaves out.</summary>
/// <param name="Scores">[L, S], added to the scores; truth values too, as TorchSharp does: true adds 1, and hides nothing.</param>
/// <param name="Keys">[N, S], true where a key is left out.</param>
internal sealed record AttentionMasks(GraphValue? Scores, GraphValue? Keys);
