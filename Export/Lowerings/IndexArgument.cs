using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>One index of an indexer: <c>x[0]</c>, <c>x[1..3]</c>, <c>x[.., mask]</c>.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Start">Of a slice, its start; of a single index, the index; of a Bool, 0 or 1; null where left out.</param>
/// <param name="Stop">Of a slice, its end, exclusive; null where left out.</param>
/// <param name="Step">Of a slice, its step; null where left out.</param>
/// <param name="Tensor">Of a tensor index, integers or a mask.</param>
public sealed record IndexArgument(IndexKind Kind, Dimension? Start = null, Dimension? Stop = null, Dimension? Step = null, GraphValue? Tensor = null);
