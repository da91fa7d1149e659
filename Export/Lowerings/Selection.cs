using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>What lowerings that choose among elements share.</summary>
internal static class Selection
{
    /// <summary>yes where a condition holds, no elsewhere; Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    /// <param name="condition">Truth values.</param>
    /// <param name="yes">A value of any type.</param>
    /// <param name="no">A value of the same type.</param>
    /// <param name="shape">The shape of the three together.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue Where(GraphValue condition, GraphValue yes, GraphValue no, IReadOnlyList<Dimension> shape, GraphBuilder graph)
    {
        // ONNX Runtime has kernels for these and float, double, float16, uint8 only; the wider types hold the others exactly.
        DataType type = yes.Type switch
        {
            DataType.Bool => DataType.Uint8,
            DataType.Int8 or DataType.Int16 => DataType.Int32,
            DataType.Bfloat16 => DataType.Float,
            var other => other,
        };
        return graph.Cast(graph.Add("Where", [condition, graph.Cast(yes, type), graph.Cast(no, type)], type, shape), yes.Type);
    }

    /// <summary>Truth values, where they are given as such or as bytes.</summary>
    /// <param name="mask">The value.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue Mask(GraphValue mask, GraphBuilder graph) => graph.Cast(mask, DataType.Bool);

    /// <summary>Whether an index is truth values and not places.</summary>
    /// <param name="index">The index.</param>
    public static bool IsMask(GraphValue index) => index.Type is DataType.Bool or DataType.Uint8;

    /// <summary>Places as an index that ONNX takes: int64, or int32 as it is.</summary>
    /// <param name="index">The places.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue Places(GraphValue index, GraphBuilder graph) => index.Type == DataType.Int32 ? index : graph.Cast(index, DataType.Int64);

    /// <summary>The places of elements that are not zero, one axis a row: [rank, n]; NonZero, https://onnx.ai/onnx/operators/onnx__NonZero.html.</summary>
    /// <param name="value">The value, of at least one axis.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue NonZero(GraphValue value, Dimension count, GraphBuilder graph)
    {
        bool hasKernel = value.Type is DataType.Bool or DataType.Float or DataType.Int32 or DataType.Int64 or DataType.Uint8;
        return graph.Add("NonZero", [hasKernel ? value : graph.Cast(value, DataType.Bool)], DataType.Int64, [value.Rank, count]);
    }

    /// <summary>The shape of values together.</summary>
    /// <param name="shapes">Their shapes.</param>
    public static IReadOnlyList<Dimension> Broadcast(params IReadOnlyList<IReadOnlyList<Dimension>> shapes)
    {
        int rank = shapes.Max(shape => shape.Count);
        return [.. Enumerable.Range(0, rank).Select(axis => shapes.Select(shape => axis - rank + shape.Count is >= 0 and var i ? shape[i] : 1)
            .Aggregate((left, right) => left == 1 || (left.IsUnknown && right != 1) ? right : left))];
    }
}
