using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Elements that come out more than once.</summary>
internal static class RepeatingLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("expand", Expand)
        .Add("expand_as", Expand)
        .Add("broadcast_to", Expand)
        .AddMany("broadcast_tensors", BroadcastTensors)
        .Add("repeat", Repeat)
        .Add("tile", Repeat)
        .Add("repeat_interleave", RepeatInterleave)
        .AddMany("meshgrid", MeshGrid)
        .Add("cartesian_prod", CartesianProduct)
        .Add("combinations", Combinations);

    /// <summary>x [.., 1, ..] -> y [.., n, ..]; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static GraphValue Expand(Operation operation, GraphBuilder graph) => operation.Result.Shape.Any(size => size.IsUnknown) && operation.OptionalTensor("other") is { } other
        ? graph.Add("Expand", [operation.Input, graph.ShapeOf(other)], operation.Input.Type, operation.Result.Shape)
        : graph.Expand(operation.Input, operation.Result.Shape);

    /// <summary>Every value with the shape of all of them together; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static IReadOnlyList<GraphValue> BroadcastTensors(Operation operation, GraphBuilder graph) =>
        [.. operation.Tensors("tensors", "input").Select((value, i) => graph.Expand(value, operation.Results[i].Shape))];

    /// <summary>x, n[i] times along axis i; axes are put in front where there are more numbers than axes; Tile, https://onnx.ai/onnx/operators/onnx__Tile.html.</summary>
    private static GraphValue Repeat(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        IReadOnlyList<Dimension> counts = operation.Sizes("sizes", "reps", "dims") ?? [];
        counts = [.. Enumerable.Repeat((Dimension)1, Math.Max(0, x.Rank - counts.Count)), .. counts];
        x = graph.Unsqueeze(x, [.. Enumerable.Range(0, counts.Count - x.Rank)]);
        return counts.All(count => count == 1) ? x : graph.Add("Tile", [x, graph.Sizes(counts)], x.Type, operation.Result.Shape);
    }

    /// <summary>
    /// Each element n times, along an axis or flattened. One n for all: Expand [.., d, 1, ..] to [.., d, n, ..] and Reshape, https://onnx.ai/onnx/operators/onnx__Expand.html.
    /// An n for each: Gather, https://onnx.ai/onnx/operators/onnx__Gather.html, where element i of the result is that before whose end i lies.
    /// </summary>
    private static GraphValue RepeatInterleave(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Has("dim") ? operation.Input : graph.Flatten(operation.Input);
        int axis = operation.Axis("dim", x.Rank, 0);
        if (operation.Find("repeats") is not GraphValue repeats)
        {
            return RepeatEach(x, axis, operation.Sizes("repeats")![0], operation, graph);
        }

        if (Constants.Integers(repeats) is { } counts && (counts.Length == 1 || x.Shape[axis].IsStatic))
        {
            return counts.Length == 1
                ? RepeatEach(x, axis, counts[0], operation, graph)
                : graph.Gather(x, graph.Integers([.. counts.SelectMany((count, i) => Enumerable.Repeat((long)i, (int)count))]), axis, operation.Result.Shape);
        }

        Dimension total = operation.Result.Shape[axis];
        GraphValue all = graph.Expand(graph.Cast(repeats.Rank == 0 ? graph.Unsqueeze(repeats, 0) : repeats, DataType.Int64), [x.Shape[axis]]);
        GraphValue ends = graph.Add("CumSum", [all, graph.Scalar(0L, DataType.Int64)], DataType.Int64, all.Shape);
        GraphValue sum = graph.Add("ReduceSum", [all, graph.Integers(0)], DataType.Int64, [], [("keepdims", 0L)]);
        GraphValue places = graph.Add("Range", [graph.Scalar(0L, DataType.Int64), sum, graph.Scalar(1L, DataType.Int64)], DataType.Int64, [total]);
        GraphValue isAfter = graph.Add("GreaterOrEqual", [graph.Unsqueeze(places, 1), ends], DataType.Bool, [total, x.Shape[axis]]);
        GraphValue before = graph.Add("ReduceSum", [graph.Cast(isAfter, DataType.Int64), graph.Integers(1)], DataType.Int64, [total], [("keepdims", 0L)]);
        return graph.Gather(x, before, axis, operation.Result.Shape);
    }

    private static GraphValue RepeatEach(GraphValue x, int axis, Dimension count, Operation operation, GraphBuilder graph)
    {
        if (count == 1)
        {
            return x.Rank == 0 ? graph.Unsqueeze(x, 0) : x;
        }

        GraphValue split = graph.Unsqueeze(x, axis + 1);
        return graph.Reshape(graph.Expand(split, [.. x.Shape.Take(axis + 1), count, .. x.Shape.Skip(axis + 1)]), operation.Result.Shape);
    }

    /// <summary>x_i [n_i] -> y_i [n_0, n_1, ..], the same along all axes but i; with indexing "xy" the first two axes change places; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static IReadOnlyList<GraphValue> MeshGrid(Operation operation, GraphBuilder graph)
    {
        IReadOnlyList<GraphValue> values = operation.Tensors("tensors", "input");
        bool isSwapped = operation.Find("indexing")?.ToString() == "xy";
        return [.. values.Select((value, i) => Along(value, isSwapped && i < 2 ? 1 - i : i, operation.Results[i].Shape, graph))];
    }

    /// <summary>x_i [n_i] -> y [n_0 n_1 .., k], all choices of one element of each; Expand, Reshape and Concat, https://onnx.ai/onnx/operators/onnx__Concat.html.</summary>
    private static GraphValue CartesianProduct(Operation operation, GraphBuilder graph)
    {
        IReadOnlyList<GraphValue> values = operation.Tensors("tensors", "input");
        Dimension[] grid = [.. values.Select(value => value.Rank == 0 ? 1 : value.Shape[0])];
        return values.Count == 1 ? values[0] : graph.Concat(
            [.. values.Select((value, i) => graph.Reshape(Along(value, i, grid, graph), [operation.Result.Shape[0], 1]))], 1, operation.Result.Shape);
    }

    /// <summary>x [n] -> y [m, r], the m choices of r elements, in the order of their places; Gather, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Combinations(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        if (!x.Shape[0].IsStatic)
        {
            throw operation.Unsupported("how many combinations there are depends on the size of a dynamic axis", "Make the axis static");
        }

        int r = (int)operation.Integer("r", 2);
        int next = operation.Flag("with_replacement") ? 0 : 1;
        IEnumerable<long[]> choices = [[]];
        for (int i = 0; i < r; i++)
        {
            choices = choices.SelectMany(chosen => Enumerable.Range(0, (int)x.Shape[0].Size).Where(place => chosen.Length == 0 || place >= chosen[^1] + next).Select(place => (long[])[.. chosen, place]));
        }

        long[][] all = [.. choices];
        return graph.Gather(x, graph.Reshape(graph.Integers([.. all.SelectMany(chosen => chosen)]), [all.Length, r]), 0, operation.Result.Shape);
    }

    // A vector along one axis of a grid.
    private static GraphValue Along(GraphValue vector, int axis, IReadOnlyList<Dimension> grid, GraphBuilder graph)
    {
        Dimension size = vector.Rank == 0 ? 1 : vector.Shape[0];
        return graph.Expand(graph.Reshape(vector, [.. grid.Select((_, i) => i == axis ? size : 1)]), grid);
    }
}
