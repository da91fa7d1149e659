using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>The positions along an axis, and masks made of them; the axis may be dynamic.</summary>
internal static class Positions
{
    /// <summary>0, 1, ..., n - 1 as int64: a constant, or Range where the size is known at run time only.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="size">n.</param>
    public static GraphValue Of(GraphBuilder graph, Dimension size) => size.IsStatic
        ? graph.Integers([.. Enumerable.Range(0, (int)size.Size).Select(position => (long)position)])
        : graph.Add("Range", [graph.Scalar(0L, DataType.Int64), graph.SizeScalar(size), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [size]);

    /// <summary>A mask [n, n]: how the row compares with the column.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType">The comparison: <c>Equal</c> for the diagonal, <c>GreaterOrEqual</c> for the lower triangle.</param>
    /// <param name="size">n.</param>
    public static GraphValue Compare(GraphBuilder graph, string opType, Dimension size)
    {
        GraphValue positions = Of(graph, size);
        return graph.Add(opType, [graph.Unsqueeze(positions, 1), graph.Unsqueeze(positions, 0)], DataType.Bool, [size, size]);
    }
}
