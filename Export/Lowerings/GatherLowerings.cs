using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Elements read from computed places.</summary>
internal static class GatherLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("gather", Gather)
        .Add("take_along_dim", TakeAlong)
        .Add("take", Take)
        .Add("index_select", IndexSelect)
        .Add("masked_select", MaskedSelect)
        .AddMany("unique", Unique)
        .Add("nonzero", NonZero)
        .Add("argwhere", NonZero)
        .AddMany("nonzero_as_list", NonZeroAxes);

    /// <summary>The places of elements that are not zero, one value [n], or [n, 1], per axis; NonZero and Gather, https://onnx.ai/onnx/operators/onnx__NonZero.html.</summary>
    public static IReadOnlyList<GraphValue> NonZeroAxes(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input.Rank == 0 ? graph.Unsqueeze(operation.Input, 0) : operation.Input;
        GraphValue places = Selection.NonZero(x, operation.Results[0].Shape[0], graph);
        return [.. operation.Results.Select((result, axis) => graph.Reshape(graph.Gather(places, graph.SizeScalar(axis), 0), result.Shape))];
    }

    /// <summary>y_ijk = x[i, index_ijk, k] along an axis; GatherElements, https://onnx.ai/onnx/operators/onnx__GatherElements.html.</summary>
    private static GraphValue Gather(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        GraphValue places = Selection.Places(operation.Tensor("index"), graph);
        if (x.Rank > 0 && places.Rank > 0)
        {
            return Elements(x, places, operation.Axis("dim", x.Rank), graph);
        }

        // A number is a vector of one.
        GraphValue vector = x.Rank == 0 ? graph.Unsqueeze(x, 0) : x;
        GraphValue row = places.Rank == 0 ? graph.Unsqueeze(places, 0) : places;
        return graph.Reshape(Elements(vector, row, 0, graph), operation.Result.Shape);
    }

    /// <summary>As gather, x and index together having one shape but for the axis; without an axis, both in a row; GatherElements, https://onnx.ai/onnx/operators/onnx__GatherElements.html.</summary>
    private static GraphValue TakeAlong(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        GraphValue places = operation.Find("indices") is GraphValue tensor ? Selection.Places(tensor, graph) : graph.Integers(operation.Integers("indices"));
        if (!operation.Has("dim"))
        {
            return graph.Gather(graph.Flatten(x), graph.Flatten(places), 0, operation.Result.Shape);
        }

        int axis = operation.Axis("dim", x.Rank);
        Dimension[] shape = [.. operation.Result.Shape];
        GraphValue index = graph.Expand(places, shape);
        shape[axis] = x.Shape[axis];
        return Elements(graph.Expand(x, shape), index, axis, graph);
    }

    /// <summary>y = x in a row [index]; Gather, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Take(Operation operation, GraphBuilder graph) =>
        graph.Gather(graph.Flatten(operation.Input), Selection.Places(operation.Tensor("index", "indices"), graph), 0, operation.Result.Shape);

    /// <summary>y[.., i, ..] = x[.., index_i, ..]; Gather, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue IndexSelect(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        GraphValue places = Selection.Places(operation.Tensor("index"), graph);
        if (x.Rank == 0)
        {
            return x;
        }

        return graph.Gather(x, places.Rank == 0 ? graph.Unsqueeze(places, 0) : places, operation.Axis("dim", x.Rank), operation.Result.Shape);
    }

    /// <summary>y [n], the elements of x where mask holds; Compress of x in a row, https://onnx.ai/onnx/operators/onnx__Compress.html.</summary>
    private static GraphValue MaskedSelect(Operation operation, GraphBuilder graph)
    {
        GraphValue mask = Selection.Mask(operation.Tensor("mask"), graph);
        IReadOnlyList<Dimension> shape = Selection.Broadcast(operation.Input.Shape, mask.Shape);
        GraphValue x = graph.Expand(operation.Input, shape);
        return graph.Add("Compress", [graph.Flatten(x), graph.Flatten(graph.Expand(mask, shape))], x.Type, operation.Result.Shape, [("axis", 0L)]);
    }

    /// <summary>x [..] -> y [n, rank], the places of elements that are not zero; Transpose(NonZero), https://onnx.ai/onnx/operators/onnx__NonZero.html.</summary>
    private static GraphValue NonZero(Operation operation, GraphBuilder graph) => operation.Input.Rank > 0
        ? graph.Transpose(Selection.NonZero(operation.Input, operation.Result.Shape[0], graph), 1, 0)
        : throw operation.Unsupported("a single number has no place", "Give the tensor an axis, as in x.reshape(1).nonzero()");

    /// <summary>The elements, or parts along an axis, that differ, in order; with where each one went and how often it was there; Unique, https://onnx.ai/onnx/operators/onnx__Unique.html.</summary>
    private static IReadOnlyList<GraphValue> Unique(Operation operation, GraphBuilder graph)
    {
        // ONNX Runtime has kernels for int64, float and double.
        GraphValue x = operation.Input;
        DataType type = x.Type is DataType.Float or DataType.Double or DataType.Int64 ? x.Type : x.Type.IsFloating() ? DataType.Float : DataType.Int64;
        bool givesPlaces = operation.Flag("return_inverse");
        bool givesCounts = operation.Flag("return_counts");
        (string, object)[] axis = operation.Has("dim") ? [("axis", (long)operation.Axis("dim", x.Rank))] : [];
        IReadOnlyList<GraphValue> found = graph.AddMany("Unique", [graph.Cast(x, type)], givesCounts ? 4 : givesPlaces ? 3 : 1, axis);
        return
        [
            graph.Cast(found[0], x.Type),
            .. givesPlaces ? new[] { graph.Reshape(found[2], operation.Results[1].Shape) } : [],
            .. givesCounts ? new[] { found[3] } : [],
        ];
    }

    private static GraphValue Elements(GraphValue x, GraphValue places, int axis, GraphBuilder graph) =>
        graph.Add("GatherElements", [x, places], x.Type, places.Shape, [("axis", (long)axis)]);
}
