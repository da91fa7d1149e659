using System.Runtime.InteropServices;
using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>What operations over the last axes of [N, C, spatial...] share: a batch axis where there is none, padding, reductions.</summary>
internal static class SpatialAxes
{
    /// <summary>Runs an operation on [N, C, spatial...]; an input without N gets one for the time of it, and bfloat16, which these operators do not take, is float32 meanwhile.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="input">[N, C, spatial...] or [C, spatial...].</param>
    /// <param name="spatial">The number of spatial axes.</param>
    /// <param name="compute">The operation.</param>
    public static GraphValue Batched(GraphBuilder graph, GraphValue input, int spatial, Func<GraphValue, GraphValue> compute)
    {
        DataType type = input.Type == DataType.Bfloat16 ? DataType.Float : input.Type;
        GraphValue given = graph.Cast(input, type);
        GraphValue result = given.Rank == spatial + 2 ? compute(given) : graph.Squeeze(compute(graph.Unsqueeze(given, 0)), 0);
        return input.Type == DataType.Bfloat16 ? graph.Cast(result, input.Type) : result;
    }

    /// <summary>One number per spatial axis: given for each, once for all, or left out.</summary>
    /// <param name="values">The numbers; null or empty where left out.</param>
    /// <param name="spatial">The number of spatial axes.</param>
    /// <param name="otherwise">The number where they are left out.</param>
    public static long[] PerAxis(long[]? values, int spatial, long otherwise) => values switch
    {
        null or [] => [.. Enumerable.Repeat(otherwise, spatial)],
        [var one] => [.. Enumerable.Repeat(one, spatial)],
        _ => values,
    };

    /// <summary>Puts a constant around the spatial axes; Pad, https://onnx.ai/onnx/operators/onnx__Pad.html.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="input">[N, C, spatial...].</param>
    /// <param name="begins">How many before each spatial axis.</param>
    /// <param name="ends">How many after each.</param>
    /// <param name="mode">ONNX's mode: constant (0), reflect or edge.</param>
    public static GraphValue Pad(GraphBuilder graph, GraphValue input, long[] begins, long[] ends, string mode = "constant")
    {
        long[] before = new long[input.Rank - begins.Length];
        return graph.Add(
            "Pad", [input, graph.Integers([.. before, .. begins, .. before, .. ends])], input.Type,
            input.Shape.Select((size, axis) => axis < before.Length ? size : size + begins[axis - before.Length] + ends[axis - before.Length]), [("mode", mode)]);
    }

    /// <summary>Continues every spatial axis at its other end. Two slices and a Concat per axis: Pad has no such mode below opset 19.</summary>
    /// <inheritdoc cref="Pad"/>
    public static GraphValue Wrap(GraphBuilder graph, GraphValue input, long[] begins, long[] ends)
    {
        GraphValue result = input;
        for (int i = 0; i < begins.Length; i++)
        {
            int axis = input.Rank - begins.Length + i;
            GraphValue middle = result;
            List<GraphValue> parts = [middle];
            if (begins[i] > 0)
            {
                parts.Insert(0, Slice(graph, middle, axis, -begins[i], long.MaxValue, begins[i]));
            }

            if (ends[i] > 0)
            {
                parts.Add(Slice(graph, middle, axis, 0, ends[i], ends[i]));
            }

            result = parts.Count == 1 ? middle : graph.Add("Concat", parts, input.Type, With(middle.Shape, axis, middle.Shape[axis] + begins[i] + ends[i]), [("axis", (long)axis)]);
        }

        return result;
    }

    /// <summary>Reduces axes; their numbers are an attribute below opset 18 and an input from there on.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType">ReduceMean or ReduceMax.</param>
    /// <param name="input">The value.</param>
    /// <param name="keep">Whether the axes stay, with size 1.</param>
    /// <param name="axes">The axes, from 0.</param>
    public static GraphValue Reduce(GraphBuilder graph, string opType, GraphValue input, bool keep, params long[] axes)
    {
        IEnumerable<Dimension> shape = input.Shape.Select((size, axis) => axes.Contains(axis) ? 1 : size).Where((_, axis) => keep || !axes.Contains(axis));
        return graph.Opset < 18
            ? graph.Add(opType, [input], input.Type, shape, [("axes", axes), ("keepdims", keep ? 1L : 0L)])
            : graph.Add(opType, [input, graph.Integers(axes)], input.Type, shape, [("keepdims", keep ? 1L : 0L)]);
    }

    /// <summary>Numbers as the elements of a constant.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="values">The numbers.</param>
    public static ConstantData Data<T>(ReadOnlySpan<T> values)
        where T : unmanaged => ConstantData.Of(new ReadOnlyMemory<byte>(MemoryMarshal.AsBytes(values).ToArray()));

    /// <summary>A shape with another size along one axis.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="size">Its size.</param>
    public static IReadOnlyList<Dimension> With(IReadOnlyList<Dimension> shape, int axis, Dimension size) => [.. shape.Take(axis), size, .. shape.Skip(axis + 1)];

    private static GraphValue Slice(GraphBuilder graph, GraphValue input, int axis, long start, long stop, long size) => graph.Add(
        "Slice", [input, graph.Integers(start), graph.Integers(stop), graph.Integers(axis)], input.Type, With(input.Shape, axis, size));

    /// <summary>Whether the window of a pooling function is the whole of its dynamic spatial axes, as in <c>max_pool1d(x, x.shape[2])</c>: what is left is a reduction.</summary>
    /// <param name="operation">The pooling.</param>
    /// <param name="spatial">How many spatial axes there are.</param>
    public static bool AreTheWindow(Operation operation, int spatial)
    {
        Dimension[] plane = [.. operation.Input.Shape.TakeLast(spatial)];
        Dimension[] kernel = Broadcast(operation.Sizes("kernel_size")!);
        return kernel.Any(size => !size.IsStatic) && operation.Input.Type.IsFloating() && kernel.SequenceEqual(plane)
            && (operation.Sizes("stride", "strides") is not { Count: > 0 } stride || Broadcast(stride).SequenceEqual(kernel))
            && (operation.Sizes("padding") ?? []).All(size => size == 0) && (operation.Sizes("dilation") ?? []).All(size => size == 1);

        Dimension[] Broadcast(IReadOnlyList<Dimension> sizes) => sizes.Count == 1 ? [.. Enumerable.Repeat(sizes[0], spatial)] : [.. sizes];
    }

    /// <summary>A reduction over all spatial axes, which stay with size 1.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType">The reduction.</param>
    /// <param name="operation">The pooling.</param>
    /// <param name="spatial">How many spatial axes there are.</param>
    public static GraphValue ReducePlane(GraphBuilder graph, string opType, Operation operation, int spatial) =>
        Reduce(graph, opType, operation.Input, true, [.. Enumerable.Range(operation.Input.Rank - spatial, spatial).Select(axis => (long)axis)]);
}
