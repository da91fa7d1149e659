using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Elements written to computed places along an axis.</summary>
internal static class ScatterLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("scatter", Scatter)
        .Add("scatter_add", ScatterAdd)
        .Add("index_add", IndexAdd)
        .Add("index_copy", IndexCopy)
        .Add("index_fill", IndexFill)
        .Add("masked_scatter", MaskedScatter);

    /// <summary>Refuses to add where several elements go to one place, which ONNX does from opset 16 on.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static void RequireAdding(Operation operation, GraphBuilder graph)
    {
        if (graph.Opset < 16)
        {
            throw operation.Unsupported($"ONNX adds up elements that go to one place from opset 16 on, and this is opset {graph.Opset}", "Export to opset 16 or newer");
        }
    }

    /// <summary>y = x with y[.., index_ijk, ..] = src_ijk along an axis; ScatterElements, https://onnx.ai/onnx/operators/onnx__ScatterElements.html.</summary>
    private static GraphValue Scatter(Operation operation, GraphBuilder graph) => Scatter(operation, null, graph);

    /// <summary>y = x with y[.., index_ijk, ..] += src_ijk along an axis; ScatterElements(reduction = add), https://onnx.ai/onnx/operators/onnx__ScatterElements.html.</summary>
    private static GraphValue ScatterAdd(Operation operation, GraphBuilder graph) => Scatter(operation, "add", graph);

    private static GraphValue Scatter(Operation operation, string? reduction, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        GraphValue places = Selection.Places(operation.Tensor("index"), graph);
        GraphValue source = operation.Find("src", "value") is GraphValue tensor
            ? tensor.Rank == 0 ? graph.Expand(tensor, places.Shape) : graph.Slice(tensor, Enumerable.Range(0, tensor.Rank)
                .Where(axis => tensor.Shape[axis] != places.Shape[axis]).Select(axis => new AxisRange(axis, Stop: places.Shape[axis])), places.Shape)
            : graph.Expand(graph.Scalar(operation.Find("src", "value")!, x.Type), places.Shape);
        return Elements(operation, x, operation.Axis("dim", x.Rank), places, graph.Cast(source, x.Type), reduction, graph);
    }

    /// <summary>y = x with y[.., index_i, ..] += alpha source[.., i, ..] along an axis; ScatterElements(reduction = add), https://onnx.ai/onnx/operators/onnx__ScatterElements.html.</summary>
    private static GraphValue IndexAdd(Operation operation, GraphBuilder graph)
    {
        GraphValue source = operation.Tensor("source");
        if (operation.Find("alpha") is { } alpha && alpha is not Dimension { IsStatic: true, Size: 1 } and not 1.0)
        {
            source = graph.Add("Mul", [source, graph.Scalar(alpha, source.Type)], source.Type, source.Shape);
        }

        return Along(operation, source, "add", graph);
    }

    /// <summary>y = x with y[.., index_i, ..] = source[.., i, ..] along an axis; ScatterElements, https://onnx.ai/onnx/operators/onnx__ScatterElements.html.</summary>
    private static GraphValue IndexCopy(Operation operation, GraphBuilder graph) => Along(operation, operation.Tensor("source"), null, graph);

    /// <summary>y = x with y[.., index_i, ..] = value along an axis; ScatterElements, https://onnx.ai/onnx/operators/onnx__ScatterElements.html.</summary>
    private static GraphValue IndexFill(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        int axis = operation.Axis("dim", x.Rank);
        GraphValue index = operation.Tensor("index");
        GraphValue value = operation.Find("value") is GraphValue tensor ? graph.Cast(tensor, x.Type) : graph.Scalar(operation.Find("value")!, x.Type);
        Dimension[] shape = [.. x.Shape];
        if (x.Rank > 0)
        {
            shape[axis] = index.Rank == 0 ? 1 : index.Shape[0];
        }

        return Along(operation, graph.Expand(value, shape), null, graph);
    }

    /// <summary>
    /// y = x with its elements where mask holds replaced by those of value, in order;
    /// Where(mask, value[CumSum(mask) - 1], x), https://onnx.ai/onnx/operators/onnx__CumSum.html.
    /// </summary>
    private static GraphValue MaskedScatter(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        IReadOnlyList<Dimension> shape = operation.Result.Shape;
        GraphValue mask = graph.Expand(Selection.Mask(operation.Tensor("mask"), graph), shape);
        GraphValue value = graph.Flatten(operation.Tensor("value", "source"));
        GraphValue counts = graph.Add("CumSum", [graph.Flatten(graph.Cast(mask, DataType.Int64)), graph.Scalar(0L, DataType.Int64)], DataType.Int64, [Dimension.Product(shape)]);
        GraphValue places = graph.Add("Sub", [counts, graph.Scalar(1L, DataType.Int64)], DataType.Int64, counts.Shape); // -1 before the first: any element will do
        GraphValue given = graph.Reshape(graph.Gather(value, places, 0), shape);
        return Selection.Where(mask, given, x, shape, graph);
    }

    private static GraphValue Along(Operation operation, GraphValue source, string? reduction, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        GraphValue index = Selection.Places(operation.Tensor("index"), graph);
        int axis = operation.Axis("dim", Math.Max(1, x.Rank));
        source = graph.Cast(source, x.Type);
        if (x.Rank == 0)
        {
            (x, source) = (graph.Unsqueeze(x, 0), graph.Reshape(source, [1]));
        }

        Dimension count = index.Rank == 0 ? 1 : index.Shape[0];
        source = source.Rank < x.Rank ? graph.Unsqueeze(source, axis) : source;
        GraphValue places = graph.Expand(graph.Reshape(index, [.. x.Shape.Select((_, i) => i == axis ? count : 1)]), source.Shape);
        return graph.Reshape(Elements(operation, x, axis, places, source, reduction, graph), operation.Result.Shape);
    }

    private static GraphValue Elements(Operation operation, GraphValue x, int axis, GraphValue places, GraphValue source, string? reduction, GraphBuilder graph)
    {
        if (reduction is not null)
        {
            RequireAdding(operation, graph);
        }

        if (reduction is not null && x.Type is DataType.Float16 or DataType.Bfloat16)
        {
            // ONNX Runtime adds no halves in place.
            return graph.Cast(Elements(operation, graph.Cast(x, DataType.Float), axis, places, graph.Cast(source, DataType.Float), reduction, graph), x.Type);
        }

        IEnumerable<(string, object)> attributes = reduction is null ? [("axis", (long)axis)] : [("axis", (long)axis), ("reduction", reduction)];
        return graph.Add("ScatterElements", [x, places, source], x.Type, x.Shape, attributes);
    }
}
