using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>
/// Pools that are given the size of their output. Window o of an axis goes from floor(o in / out) to ceil((o + 1) in / out), so that windows of
/// one axis may differ in size and overlap. Axes are independent, and are pooled one after the other where one ONNX operator does not do.
/// </summary>
internal static class AdaptivePoolLowerings
{
    // adaptive_max_pool3d is missing: TorchSharp's calls the one-dimensional one and always fails.
    public static void Register(LoweringRegistry registry) => registry
        .Add<AdaptiveAvgPool1d>((operation, graph) => Average(operation, graph, 1))
        .Add<AdaptiveAvgPool2d>((operation, graph) => Average(operation, graph, 2))
        .Add<AdaptiveAvgPool3d>((operation, graph) => Average(operation, graph, 3))
        .Add("adaptive_avg_pool1d", (operation, graph) => Average(operation, graph, 1))
        .Add("adaptive_avg_pool2d", (operation, graph) => Average(operation, graph, 2))
        .Add("adaptive_avg_pool3d", (operation, graph) => Average(operation, graph, 3))
        .AddMany<AdaptiveMaxPool1d>((operation, graph) => Maximum(operation, graph, 1))
        .AddMany<AdaptiveMaxPool2d>((operation, graph) => Maximum(operation, graph, 2))
        .AddMany("adaptive_max_pool1d", (operation, graph) => Maximum(operation, graph, 1))
        .AddMany("adaptive_max_pool2d", (operation, graph) => Maximum(operation, graph, 2))
        .AddMany("adaptive_max_pool1d_with_indices", (operation, graph) => Maximum(operation, graph, 1))
        .AddMany("adaptive_max_pool2d_with_indices", (operation, graph) => Maximum(operation, graph, 2));

    private static GraphValue Average(Operation operation, GraphBuilder graph, int spatial) =>
        Average(operation, graph, operation.Input, [.. operation.Result.Shape.TakeLast(spatial)]);

    /// <summary>
    /// The mean over windows; x [N, C, spatial...] or [C, spatial...] -> y with the given sizes. Of whole planes GlobalAveragePool,
    /// https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html, or ReduceMean; of windows of one size AveragePool; otherwise each axis
    /// times a matrix, which is computed at run time where the axis is dynamic.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="value">x, floating.</param>
    /// <param name="sizes">The sizes of the spatial axes afterwards.</param>
    internal static GraphValue Average(Operation operation, GraphBuilder graph, GraphValue value, IReadOnlyList<Dimension> sizes)
    {
        if (!value.Type.IsFloating())
        {
            throw operation.Unsupported($"a mean over windows of {value.Type.ToTorch()} has no counterpart", "Convert the input to Float32 before");
        }

        if (value.Type == DataType.Bfloat16)
        {
            return graph.Cast(Average(operation, graph, graph.Cast(value, DataType.Float), sizes), DataType.Bfloat16);
        }

        int first = value.Rank - sizes.Count;
        if (sizes.All(size => size == 1) && first == 2 && value.Type != DataType.Double)
        {
            return graph.Add("GlobalAveragePool", [value], value.Type, [.. value.Shape.Take(2), .. sizes]);
        }

        if (!sizes.All(size => size == 1) && value.Type != DataType.Double && KernelOf(value.Shape, sizes) is { } kernel)
        {
            return kernel.All(size => size == 1) ? value : SpatialAxes.Batched(graph, value, sizes.Count, input => graph.Add(
                "AveragePool", [input], input.Type, [.. input.Shape.Take(2), .. sizes], [("kernel_shape", kernel), ("strides", kernel)]));
        }

        long[] whole = [.. Enumerable.Range(first, sizes.Count).Where(axis => sizes[axis - first] == 1 && value.Shape[axis] != 1)];
        GraphValue result = whole.Length == 0 ? value : SpatialAxes.Reduce(graph, "ReduceMean", value, keep: true, whole);
        for (int axis = first; axis < value.Rank; axis++)
        {
            if (result.Shape[axis] != sizes[axis - first])
            {
                long size = Static(operation, sizes[axis - first], axis);
                result = result.Shape[axis].IsStatic
                    ? Means(result.Shape[axis].Size, size).Times(graph, result, axis)
                    : AxisMatrix.Times(graph, result, axis, Means(graph, result, axis, size), size);
            }
        }

        return result;
    }

    /// <summary>
    /// The maximum over windows, and where it was, counted within its plane; x [N, C, spatial...] or [C, spatial...]. Of whole planes ReduceMax,
    /// of windows of one size MaxPool, https://onnx.ai/onnx/operators/onnx__MaxPool.html; otherwise, axis by axis from the last, the windows are
    /// gathered (a short one repeats its last element) and reduced.
    /// </summary>
    private static IReadOnlyList<GraphValue> Maximum(Operation operation, GraphBuilder graph, int spatial)
    {
        GraphValue value = operation.Input;
        IReadOnlyList<Dimension> sizes = [.. operation.Results[0].Shape.TakeLast(spatial)];
        int first = value.Rank - spatial;
        bool places = operation.Results.Count > 1;
        if (KernelOf(value.Shape, sizes) is { } kernel && (places || sizes.Any(size => size != 1)))
        {
            long[] none = new long[spatial];
            return MaxPoolLowerings.MaxPool(operation, graph, new(kernel, kernel, none, [.. Enumerable.Repeat(1L, spatial)], false));
        }

        long[] whole = places ? [] : [.. Enumerable.Range(first, spatial).Where(axis => sizes[axis - first] == 1 && value.Shape[axis] != 1)];
        (GraphValue Value, GraphValue? Place) result = (whole.Length == 0 ? value : SpatialAxes.Reduce(graph, "ReduceMax", value, keep: true, whole), null);
        Dimension step = 1;
        for (int axis = value.Rank - 1; axis >= first; axis--)
        {
            Dimension length = value.Shape[axis];
            if (result.Value.Shape[axis] != sizes[axis - first] || places)
            {
                result = Maximum(graph, result.Value, result.Place, axis, length, Static(operation, sizes[axis - first], axis), places ? step : null);
            }

            step *= length;
        }

        return result.Place is { } place ? [result.Value, place] : [result.Value];
    }

    // One axis. The places so far are those within the axes done before; this axis adds its own, step apart.
    private static (GraphValue Value, GraphValue? Place) Maximum(GraphBuilder graph, GraphValue value, GraphValue? place, int axis, Dimension length, long size, Dimension? step)
    {
        (GraphValue starts, GraphValue elements) = Windows(graph, length, size);
        Dimension[] gathered = [.. value.Shape.Take(axis), .. elements.Shape, .. value.Shape.Skip(axis + 1)];
        GraphValue windows = graph.Add("Gather", [value, elements], value.Type, gathered, [("axis", (long)axis)]);
        IReadOnlyList<Dimension> shape = SpatialAxes.With(value.Shape, axis, size);
        GraphValue maximum = SpatialAxes.Reduce(graph, "ReduceMax", windows, keep: false, axis + 1);
        if (step is null)
        {
            return (maximum, null);
        }

        // The first of equal elements, as PyTorch; a repeated element is never the first.
        GraphValue winner = graph.Add("ArgMax", [windows], DataType.Int64, SpatialAxes.With(gathered, axis + 1, 1), [("axis", axis + 1L), ("keepdims", 1L)]);
        GraphValue within = graph.Squeeze(winner, axis + 1);
        GraphValue along = graph.Add("Add", [within, graph.Reshape(starts, [size, .. Enumerable.Repeat((Dimension)1, value.Rank - axis - 1)])], DataType.Int64, shape);
        along = step == (Dimension)1 ? along : graph.Add("Mul", [along, graph.SizeScalar(step.Value)], DataType.Int64, shape);
        if (place is null)
        {
            return (maximum, along);
        }

        GraphValue candidates = graph.Add("Gather", [place, elements], DataType.Int64, gathered, [("axis", (long)axis)]);
        GraphValue before = graph.Squeeze(graph.Add("GatherElements", [candidates, winner], DataType.Int64, winner.Shape, [("axis", axis + 1L)]), axis + 1);
        return (maximum, graph.Add("Add", [before, along], DataType.Int64, shape));
    }

    // The first element of every window, [out], and all elements, [out, the longest window].
    private static (GraphValue Starts, GraphValue Elements) Windows(GraphBuilder graph, Dimension length, long size)
    {
        if (length.IsStatic)
        {
            (long Start, long End)[] windows = [.. Enumerable.Range(0, (int)size).Select(o => Window(o, length.Size, size))];
            long longest = windows.Max(window => window.End - window.Start);
            long[] elements = [.. windows.SelectMany(window => Enumerable.Range(0, (int)longest).Select(k => Math.Min(window.Start + k, window.End - 1)))];
            return (graph.Integers([.. windows.Select(window => window.Start)]), graph.Constant("windows", DataType.Int64, [size, longest], SpatialAxes.Data<long>(elements)));
        }

        (GraphValue starts, GraphValue ends) = Bounds(graph, length, size);
        GraphValue lengths = graph.Add("Sub", [ends, starts], DataType.Int64, [size]);
        GraphValue most = SpatialAxes.Reduce(graph, "ReduceMax", lengths, keep: false, 0);
        GraphValue offsets = graph.Add("Range", [graph.Scalar(0L, DataType.Int64), most, graph.Scalar(1L, DataType.Int64)], DataType.Int64, [Dimension.Unknown]);
        GraphValue all = graph.Add("Add", [graph.Unsqueeze(starts, 1), offsets], DataType.Int64, [size, Dimension.Unknown]);
        GraphValue last = graph.Add("Sub", [graph.Unsqueeze(ends, 1), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [size, 1]);
        return (starts, graph.Add("Min", [all, last], DataType.Int64, [size, Dimension.Unknown]));
    }

    // The matrix [in, out] of the means over windows.
    private static AxisMatrix Means(long length, long size)
    {
        AxisMatrix weights = new(length, size);
        for (int o = 0; o < size; o++)
        {
            (long start, long end) = Window(o, length, size);
            for (long i = start; i < end; i++)
            {
                weights[i, o] = 1.0 / (end - start);
            }
        }

        return weights;
    }

    // The same computed at run time, [in, out], or [out, in] for the last axis but one.
    private static GraphValue Means(GraphBuilder graph, GraphValue value, int axis, long size)
    {
        Dimension length = value.Shape[axis];
        (GraphValue starts, GraphValue ends) = Bounds(graph, length, size);
        GraphValue lengths = graph.Add("Sub", [ends, starts], DataType.Int64, [size]);
        GraphValue elements = graph.Add("Range", [graph.Scalar(0L, DataType.Int64), graph.SizeScalar(length), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [length]);
        bool turned = axis == value.Rank - 2;
        Dimension[] shape = turned ? [size, length] : [length, size];
        int across = turned ? 1 : 0;
        elements = graph.Unsqueeze(elements, 1 - across);
        GraphValue before = graph.Add("Less", [elements, Column(starts)], DataType.Bool, shape);
        GraphValue inside = graph.Add("Less", [elements, Column(ends)], DataType.Bool, shape);
        inside = graph.Add("And", [inside, graph.Add("Not", [before], DataType.Bool, shape)], DataType.Bool, shape);
        return graph.Add("Div", [graph.Cast(inside, value.Type), graph.Cast(Column(lengths), value.Type)], value.Type, shape);

        GraphValue Column(GraphValue vector) => graph.Unsqueeze(vector, across);
    }

    // Where every window starts and ends, [out] each, computed at run time.
    private static (GraphValue Starts, GraphValue Ends) Bounds(GraphBuilder graph, Dimension length, long size)
    {
        GraphValue count = graph.SizeScalar(length);
        GraphValue places = graph.Integers([.. Enumerable.Range(0, (int)size).Select(o => (long)o)]);
        GraphValue next = graph.Integers([.. Enumerable.Range(1, (int)size).Select(o => (long)o)]);
        return (Calculate("Div", Calculate("Mul", places, count), graph.Scalar(size, DataType.Int64)),
            Calculate("Div", Calculate("Add", Calculate("Mul", next, count), graph.Scalar(size - 1, DataType.Int64)), graph.Scalar(size, DataType.Int64)));

        GraphValue Calculate(string opType, GraphValue left, GraphValue right) => graph.Add(opType, [left, right], DataType.Int64, [size]);
    }

    private static (long Start, long End) Window(long o, long length, long size) => (o * length / size, (((o + 1) * length) + size - 1) / size);

    // The size of all windows; null where they differ or are not known.
    private static long[]? KernelOf(IReadOnlyList<Dimension> shape, IReadOnlyList<Dimension> sizes)
    {
        Dimension[] given = [.. shape.TakeLast(sizes.Count)];
        return given.Concat(sizes).All(size => size.IsStatic && size.Size > 0) && given.Zip(sizes).All(pair => pair.First.Size % pair.Second.Size == 0)
            ? [.. given.Zip(sizes, (length, size) => length.Size / size.Size)] : null;
    }

    private static long Static(Operation operation, Dimension size, int axis) => size.IsStatic ? size.Size : throw operation.Unsupported(
        $"the output size of axis {axis} is {size}", "Give a number, or pool with a fixed window");
}
