using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>The maximum over windows, where it was, and the way back.</summary>
internal static class MaxPoolLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .AddMany<MaxPool1d>((operation, graph) => Module(operation, graph, operation.As<MaxPool1d>()))
        .AddMany<MaxPool2d>((operation, graph) => Module(operation, graph, operation.As<MaxPool2d>()))
        .AddMany<MaxPool3d>((operation, graph) => Module(operation, graph, operation.As<MaxPool3d>()))
        .AddMany("max_pool1d", (operation, graph) => Function(operation, graph, 1))
        .AddMany("max_pool2d", (operation, graph) => Function(operation, graph, 2))
        .AddMany("max_pool3d", (operation, graph) => Function(operation, graph, 3))
        .AddMany("max_pool1d_with_indices", (operation, graph) => Function(operation, graph, 1))
        .AddMany("max_pool2d_with_indices", (operation, graph) => Function(operation, graph, 2))
        .AddMany("max_pool3d_with_indices", (operation, graph) => Function(operation, graph, 3))
        .Add<MaxUnpool1d>((operation, graph) => MaxUnpool(operation, graph, 1))
        .Add<MaxUnpool2d>((operation, graph) => MaxUnpool(operation, graph, 2))
        .Add<MaxUnpool3d>((operation, graph) => MaxUnpool(operation, graph, 3))
        .Add("max_unpool1d", (operation, graph) => MaxUnpool(operation, graph, 1))
        .Add("max_unpool2d", (operation, graph) => MaxUnpool(operation, graph, 2))
        .Add("max_unpool3d", (operation, graph) => MaxUnpool(operation, graph, 3));

    private static IReadOnlyList<GraphValue> Module(Operation operation, GraphBuilder graph, MaxPool1d pool) => MaxPool(
        operation, graph, Window(1, [pool.kernel_size], One(pool.stride), One(pool.padding), One(pool.dilation), pool.ceil_mode));

    private static IReadOnlyList<GraphValue> Module(Operation operation, GraphBuilder graph, MaxPool2d pool) =>
        MaxPool(operation, graph, Window(2, pool.kernel_size, pool.stride, pool.padding, pool.dilation, pool.ceil_mode));

    private static IReadOnlyList<GraphValue> Module(Operation operation, GraphBuilder graph, MaxPool3d pool) =>
        MaxPool(operation, graph, Window(3, pool.kernel_size, pool.stride, pool.padding, pool.dilation, pool.ceil_mode));

    private static IReadOnlyList<GraphValue> Function(Operation operation, GraphBuilder graph, int spatial) => operation.Results.Count == 1 && SpatialAxes.AreTheWindow(operation, spatial)
        ? [SpatialAxes.ReducePlane(graph, "ReduceMax", operation, spatial)]
        : MaxPool(operation, graph, Window(
        spatial, operation.Integers("kernel_size")!, operation.Integers("stride", "strides"), operation.Integers("padding"), operation.Integers("dilation"), operation.Flag("ceil_mode")));

    /// <summary>
    /// The maximum over windows; x [N, C, spatial...] -> y [N, C, spatial'...], and where it was, counted within its plane; MaxPool,
    /// https://onnx.ai/onnx/operators/onnx__MaxPool.html. ONNX counts places through the whole tensor: Mod takes them back to the plane.
    /// </summary>
    internal static IReadOnlyList<GraphValue> MaxPool(Operation operation, GraphBuilder graph, SlidingWindow window)
    {
        // int16 and int32 are exact in float64, which ONNX takes.
        DataType type = operation.Input.Type switch
        {
            DataType.Int16 or DataType.Int32 => DataType.Double,
            DataType.Bfloat16 => DataType.Float,
            DataType.Int64 or DataType.Bool => throw operation.Unsupported($"ONNX takes no maximum over windows of {operation.Input.Type.ToTorch()}", "Convert to Int32 or Float64 before, and back"),
            var other => other,
        };
        bool batched = operation.Input.Rank == window.Rank + 2;
        GraphValue input = graph.Cast(batched ? operation.Input : graph.Unsqueeze(operation.Input, 0), type);
        long[] ends = window.Ends(operation, input);

        // ONNX Runtime takes less padding than the window has elements; a dilated window may reach further.
        bool roundUp = ends.Where((end, axis) => end >= window.Kernel[axis]).Any();
        if (roundUp && input.Shape.Skip(2).Where((size, axis) => IsLastWindowLeftOut(window, size, axis)).Any())
        {
            throw operation.Unsupported("with ceil_mode and dilation, one axis gains a window and another does not", "Pad the input with functional.pad and leave ceil_mode out");
        }

        IReadOnlyList<Dimension> shape = window.OutputShape(operation.Results[0].Shape);
        (string, object)[] attributes =
        [
            ("kernel_shape", window.Kernel), ("strides", window.Stride), ("pads", (long[])[.. window.Padding, .. roundUp ? window.Padding : ends]),
            ("dilations", window.Dilation), ("ceil_mode", roundUp ? 1L : 0L),
        ];
        if (operation.Results.Count == 1)
        {
            return [Leave(graph.Add("MaxPool", [input], type, shape, attributes))];
        }

        IReadOnlyList<GraphValue> results = graph.AddMany("MaxPool", [input], 2, attributes);
        GraphValue plane = graph.SizeScalar(Dimension.Product(input.Shape.Skip(2)));
        return [Leave(results[0]), Leave(graph.Add("Mod", [results[1], plane], DataType.Int64, shape), DataType.Int64)];

        GraphValue Leave(GraphValue value, DataType? leave = null)
        {
            GraphValue result = batched ? value : graph.Squeeze(value, 0);
            return graph.Cast(result, leave ?? operation.Input.Type);
        }
    }

    /// <summary>
    /// Puts every element where it came from and 0 elsewhere; x and indices [N, C, spatial...] -> y [N, C, spatial'...]; ScatterElements along
    /// the flattened plane, https://onnx.ai/onnx/operators/onnx__ScatterElements.html.
    /// </summary>
    private static GraphValue MaxUnpool(Operation operation, GraphBuilder graph, int spatial)
    {
        GraphValue input = operation.Input;
        IReadOnlyList<Dimension> shape = operation.Result.Shape;
        Dimension[] outer = [.. input.Shape.SkipLast(spatial)];
        Dimension[] flat = [.. outer, Dimension.Product(input.Shape.TakeLast(spatial))];
        Dimension[] plane = [.. outer, Dimension.Product(shape.TakeLast(spatial))];
        GraphValue zeros = graph.Expand(graph.Scalar(0.0, input.Type), plane);
        GraphValue indices = graph.Reshape(graph.Cast(operation.Tensor("indices"), DataType.Int64), flat);
        return graph.Reshape(graph.Add("ScatterElements", [zeros, indices, graph.Reshape(input, flat)], input.Type, plane, [("axis", (long)outer.Length)]), shape);
    }

    private static SlidingWindow Window(int spatial, long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool roundUp)
    {
        long[] size = SpatialAxes.PerAxis(kernel, spatial, 1);
        return new(size, stride is null or [] ? size : SpatialAxes.PerAxis(stride, spatial, 1), SpatialAxes.PerAxis(padding, spatial, 0), SpatialAxes.PerAxis(dilation, spatial, 1), roundUp);
    }

    // Whether rounding up gives a window that begins in the padding at the end, which PyTorch leaves out.
    private static bool IsLastWindowLeftOut(SlidingWindow window, Dimension size, int axis)
    {
        if (!size.IsStatic)
        {
            return false;
        }

        long room = size.Size + (2 * window.Padding[axis]) - (window.Dilation[axis] * (window.Kernel[axis] - 1)) - 1;
        long last = (room + window.Stride[axis] - 1) / window.Stride[axis];
        return last * window.Stride[axis] >= size.Size + window.Padding[axis];
    }

    private static long[]? One(long? value) => value is { } number ? [number] : null;
}
