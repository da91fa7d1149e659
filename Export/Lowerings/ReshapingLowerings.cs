using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Lowerings;

/// <summary>The same elements, in the same order, under another shape.</summary>
internal static class ReshapingLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("view", Reshape)
        .Add("view_as", Reshape)
        .Add("reshape", Reshape)
        .Add("ravel", Reshape)
        .Add("unflatten", Reshape)
        .Add<Unflatten>(Reshape)
        .Add("flatten", Flatten)
        .Add<Flatten>(FlattenModule)
        .Add("squeeze", Squeeze)
        .Add("unsqueeze", Unsqueeze)
        .AddMany("atleast_1d", (operation, graph) => AtLeast(operation, graph, 1))
        .AddMany("atleast_2d", (operation, graph) => AtLeast(operation, graph, 2))
        .AddMany("atleast_3d", (operation, graph) => AtLeast(operation, graph, 3));

    /// <summary>The value with at least so many axes: [n] as [1, n] or [1, n, 1], [m, n] as [m, n, 1].</summary>
    /// <param name="value">The value.</param>
    /// <param name="rank">1, 2 or 3.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue AtLeast(GraphValue value, int rank, GraphBuilder graph) => (value.Rank, rank) switch
    {
        (0, _) => graph.Unsqueeze(value, [.. Enumerable.Range(0, rank)]),
        (1, 2) => graph.Unsqueeze(value, 0),
        (1, 3) => graph.Unsqueeze(value, 0, 2),
        (2, 3) => graph.Unsqueeze(value, 2),
        _ => value,
    };

    /// <summary>y = x with the shape that came out; Reshape, https://onnx.ai/onnx/operators/onnx__Reshape.html.</summary>
    private static GraphValue Reshape(Operation operation, GraphBuilder graph) => graph.Reshape(operation.Input, operation.Result.Shape);

    /// <summary>x [.., a, b, ..] -> y [.., a b, ..]; Flatten for all axes but the first, https://onnx.ai/onnx/operators/onnx__Flatten.html, otherwise Reshape.</summary>
    private static GraphValue Flatten(Operation operation, GraphBuilder graph) =>
        operation.Has("out_dim") ? Reshape(operation, graph) : Flatten(operation, operation.Integer("start_dim", 0), operation.Integer("end_dim", -1), graph);

    /// <summary>As flatten, from the first axis after the batch by default.</summary>
    private static GraphValue FlattenModule(Operation operation, GraphBuilder graph)
    {
        Flatten module = operation.As<Flatten>();
        return Flatten(operation, module.start_dim, module.end_dim, graph);
    }

    private static GraphValue Flatten(Operation operation, long start, long end, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        bool isAfterBatch = x.Rank > 2 && (start == 1 || start == 1 - x.Rank) && (end == -1 || end == x.Rank - 1);
        return isAfterBatch ? graph.Add("Flatten", [x], x.Type, operation.Result.Shape, [("axis", 1L)]) : Reshape(operation, graph);
    }

    /// <summary>x [.., 1, ..] -> y [..]; Squeeze, https://onnx.ai/onnx/operators/onnx__Squeeze.html.</summary>
    private static GraphValue Squeeze(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        IEnumerable<int> candidates = operation.Integers("dim") is { } axes ? axes.Select(axis => (int)(axis < 0 ? axis + x.Rank : axis)) : Enumerable.Range(0, x.Rank);
        int[] gone = x.Rank == 0 ? [] : [.. candidates.Where(axis => x.Shape[axis] == 1)];
        return x.Rank - gone.Length == operation.Result.Shape.Count ? graph.Squeeze(x, gone)
            : throw operation.Unsupported($"whether an axis of [{string.Join(", ", x.Shape)}] goes depends on its size at run time", "Name an axis whose size is always 1, as in squeeze(2)");
    }

    /// <summary>x [..] -> y [.., 1, ..]; Unsqueeze, https://onnx.ai/onnx/operators/onnx__Unsqueeze.html.</summary>
    private static GraphValue Unsqueeze(Operation operation, GraphBuilder graph) =>
        graph.Unsqueeze(operation.Input, operation.Axis("dim", operation.Input.Rank + 1));

    /// <summary>x, or every x of a list, with axes of size 1 put in until it has enough; Unsqueeze, https://onnx.ai/onnx/operators/onnx__Unsqueeze.html.</summary>
    private static IReadOnlyList<GraphValue> AtLeast(Operation operation, GraphBuilder graph, int rank) =>
        operation.Arguments[0].Value is GraphValue x ? [AtLeast(x, rank, graph)] : [.. operation.Tensors("input", "tensors").Select(value => AtLeast(value, rank, graph))];
}
