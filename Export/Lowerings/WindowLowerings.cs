using System.Runtime.InteropServices;
using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Sliding windows, taken out and put back.</summary>
internal static class WindowLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("unfold", (operation, graph) => operation.Has("kernel_size") ? Unfold(operation, Windows.Of(operation), graph) : UnfoldAxis(operation, graph))
        .Add<Unfold>((operation, graph) => Unfold(operation, Windows.Of(operation.As<Unfold>()), graph))
        .Add("fold", (operation, graph) => Fold(operation, Windows.Of(operation), graph))
        .Add<Fold>((operation, graph) => Fold(operation, Windows.Of(operation.As<Fold>()), graph));

    /// <summary>x [.., n, ..] -> y [.., (n - size) / step + 1, .., size]; Gather with the places of every window, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue UnfoldAxis(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        if (x.Rank == 0)
        {
            return graph.Unsqueeze(x, 0);
        }

        int axis = operation.Axis("dimension", x.Rank);
        GraphValue places = Places(x.Shape[axis], operation.Integer("size"), operation.Integer("step"), 1, graph);
        GraphValue windows = graph.Gather(x, graph.Transpose(places, 1, 0), axis); // [.., windows, size, ..]
        return graph.MoveAxis(windows, axis + 1, x.Rank);
    }

    /// <summary>x [N, C, H, W] -> y [N, C kh kw, windows]; Gather along rows and along columns, then Transpose and Reshape, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Unfold(Operation operation, Windows windows, GraphBuilder graph)
    {
        GraphValue x = PaddingLowerings.Constant(
            operation.Input, [(2, windows.Padding[0], windows.Padding[0]), (3, windows.Padding[1], windows.Padding[1])], 0, graph);
        GraphValue rows = graph.Gather(x, Places(x.Shape[2], windows.Kernel[0], windows.Stride[0], windows.Dilation[0], graph), 2); // [N, C, kh, oh, W]
        GraphValue both = graph.Gather(rows, Places(x.Shape[3], windows.Kernel[1], windows.Stride[1], windows.Dilation[1], graph), 4); // [N, C, kh, oh, kw, ow]
        return graph.Reshape(graph.Transpose(both, 0, 1, 2, 4, 3, 5), operation.Result.Shape);
    }

    /// <summary>
    /// x [N, C kh kw, windows] -> y [N, C, H, W], overlaps summed; Col2Im from opset 18, https://onnx.ai/onnx/operators/onnx__Col2Im.html,
    /// for other types than float and before that ScatterElements(reduction = add) into zeros, https://onnx.ai/onnx/operators/onnx__ScatterElements.html.
    /// </summary>
    private static GraphValue Fold(Operation operation, Windows windows, GraphBuilder graph)
    {
        bool isBatch = operation.Input.Rank == 3;
        GraphValue x = isBatch ? operation.Input : graph.Unsqueeze(operation.Input, 0);
        IReadOnlyList<Dimension> y = isBatch ? operation.Result.Shape : [1, .. operation.Result.Shape];
        GraphValue image = graph.Opset >= 18 && x.Type == DataType.Float ? ColumnsToImage() : Scatter();
        return isBatch ? image : graph.Squeeze(image, 0);

        GraphValue ColumnsToImage() => graph.Add(
            "Col2Im", [x, graph.Sizes(y[2], y[3]), graph.Integers(windows.Kernel)], x.Type, y,
            [("dilations", windows.Dilation), ("pads", (long[])[.. windows.Padding, .. windows.Padding]), ("strides", windows.Stride)]);

        GraphValue Scatter()
        {
            ScatterLowerings.RequireAdding(operation, graph);
            (long[] kernel, long[] stride, long[] dilation, long[] padding) = (windows.Kernel, windows.Stride, windows.Dilation, windows.Padding);
            long[] size = y[2].IsStatic && y[3].IsStatic ? [y[2].Size + (2 * padding[0]), y[3].Size + (2 * padding[1])]
                : throw operation.Unsupported("the size of the image depends on the size of a dynamic axis", "Export to opset 18 or newer, or make the image's axes static");
            long[] count = [.. Enumerable.Range(0, 2).Select(i => ((size[i] - (dilation[i] * (kernel[i] - 1)) - 1) / stride[i]) + 1)];
            long[] places =
            [
                .. from i in Numbers(kernel[0], dilation[0]) from j in Numbers(kernel[1], dilation[1])
                   from top in Numbers(count[0], stride[0]) from left in Numbers(count[1], stride[1])
                   select ((top + i) * size[1]) + left + j,
            ];
            GraphValue columns = graph.Reshape(x, [x.Shape[0], y[1], places.Length]);
            GraphValue zeros = graph.Expand(graph.Scalar(0L, x.Type), [x.Shape[0], y[1], size[0] * size[1]]);
            GraphValue sums = graph.Add(
                "ScatterElements", [zeros, graph.Expand(graph.Integers(places), columns.Shape), columns], x.Type, zeros.Shape, [("axis", 2L), ("reduction", "add")]);
            GraphValue padded = graph.Reshape(sums, [x.Shape[0], y[1], size[0], size[1]]);
            return graph.Slice(padded, [Inside(2, padding[0]), Inside(3, padding[1])], y);
        }
    }

    private static AxisRange Inside(int axis, long margin) => margin == 0 ? new(axis) : new(axis, margin, -margin);

    // Where the windows of an axis have their elements, [size, windows]: a constant where the axis's size is a number.
    private static GraphValue Places(Dimension length, long size, long step, long dilation, GraphBuilder graph)
    {
        Dimension limit = length - (dilation * (size - 1));
        if (!limit.IsStatic)
        {
            GraphValue starts = graph.Unsqueeze(graph.RangeBelow(limit, step), 0);
            GraphValue within = graph.Reshape(graph.Integers(Numbers(size, dilation)), [size, 1]);
            return graph.Add("Add", [within, starts], DataType.Int64, [size, starts.Shape[1]]);
        }

        long[] first = Numbers((limit.Size + step - 1) / step, step);
        long[] places = [.. from i in Numbers(size, dilation) from start in first select start + i];
        return graph.Constant("places", DataType.Int64, [size, first.Length], ConstantData.Of(new ReadOnlyMemory<byte>(MemoryMarshal.AsBytes<long>(places).ToArray())));
    }

    private static long[] Numbers(long count, long step) => [.. Enumerable.Range(0, (int)count).Select(i => i * step)];

    /// <summary>The windows of an image, rows before columns.</summary>
    private sealed record Windows(long[] Kernel, long[] Stride, long[] Dilation, long[] Padding)
    {
        public static Windows Of(Operation operation) =>
            new(Pair(operation, "kernel_size", 1), Pair(operation, "stride", 1), Pair(operation, "dilation", 1), Pair(operation, "padding", 0));

        public static Windows Of(Unfold module) => new(Pair(module.kernel_size), Pair(module.stride), Pair(module.dilation), Pair(module.padding));

        public static Windows Of(Fold module) => new(Pair(module.kernel_size), Pair(module.stride), Pair(module.dilation), Pair(module.padding));

        private static long[] Pair((long Rows, long Columns) pair) => [pair.Rows, pair.Columns];

        private static long[] Pair(Operation operation, string name, long otherwise)
        {
            long[] numbers = operation.Integers(name) ?? [otherwise];
            return [numbers[0], numbers[^1]];
        }
    }
}
