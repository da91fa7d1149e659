using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>
/// Several tensors that index one value, as one list of places for GatherND and ScatterND: masks become the places where they hold, and all take the
/// shape that they have together. Those places go where the indexed axes were where these are neighbours, and in front otherwise, as in PyTorch.
/// </summary>
/// <param name="Axes">The axes of the value that are indexed, in order.</param>
/// <param name="Shape">The shape of the places.</param>
/// <param name="Indices">int64 places, the shape and then one number for each axis.</param>
/// <param name="Rank">How many axes the value has.</param>
internal sealed record PickedPlaces(int[] Axes, IReadOnlyList<Dimension> Shape, GraphValue Indices, int Rank)
{
    /// <summary>Makes the list.</summary>
    /// <param name="tensors">Places and masks, and the axis of the value that each begins at.</param>
    /// <param name="rank">How many axes the value has.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static PickedPlaces Of(IReadOnlyList<(int Axis, GraphValue Index)> tensors, int rank, GraphBuilder graph)
    {
        if (tensors is [var (first, mask)] && Selection.IsMask(mask))
        {
            GraphValue places = graph.Transpose(Selection.NonZero(Selection.Mask(mask, graph), Dimension.Unknown, graph), 1, 0);
            return new([.. Enumerable.Range(first, mask.Rank)], [Dimension.Unknown], places, rank);
        }

        List<int> axes = [];
        List<GraphValue> columns = [];
        foreach ((int axis, GraphValue index) in tensors)
        {
            int count = Selection.IsMask(index) ? index.Rank : 1;
            axes.AddRange(Enumerable.Range(axis, count));
            columns.AddRange(Selection.IsMask(index) ? Columns(index, graph) : [graph.Cast(index, DataType.Int64)]);
        }

        IReadOnlyList<Dimension> shape = Selection.Broadcast([.. columns.Select(column => column.Shape)]);
        if (shape.Any(size => size.IsUnknown))
        {
            // The sizes that they have together are known at run time only: those of their sum.
            GraphValue together = graph.ShapeOf(columns.Aggregate((left, right) => graph.Add("Add", [left, right], DataType.Int64, shape)));
            columns = [.. columns.Select(column => graph.Add("Expand", [column, together], DataType.Int64, shape))];
        }

        GraphValue[] numbers = [.. columns.Select(column => graph.Unsqueeze(graph.Expand(column, shape), shape.Count))];
        return new([.. axes], shape, graph.Concat(numbers, shape.Count), rank);
    }

    /// <summary>The value's axes with the indexed ones in front.</summary>
    public int[] Order => [.. Axes, .. Others];

    /// <summary>The axes of the value that are not indexed.</summary>
    public int[] Others => [.. Enumerable.Range(0, Rank).Except(Axes)];

    /// <summary>How many axes of the result come before those of the places.</summary>
    public int Before => Axes[^1] - Axes[0] == Axes.Length - 1 ? Axes[0] : 0;

    /// <summary>The elements that are picked; GatherND, https://onnx.ai/onnx/operators/onnx__GatherND.html.</summary>
    /// <param name="value">The value.</param>
    /// <param name="graph">Where the nodes go.</param>
    public GraphValue Pick(GraphValue value, GraphBuilder graph)
    {
        GraphValue picked = graph.Add(
            "GatherND", [graph.Transpose(value, Order), Indices], value.Type, [.. Shape, .. Others.Select(axis => value.Shape[axis])]);
        int n = Shape.Count;
        return graph.Transpose(picked, [.. Enumerable.Range(n, Before), .. Enumerable.Range(0, n), .. Enumerable.Range(n + Before, Others.Length - Before)]);
    }

    /// <summary>The value with the elements that are picked replaced, or added to; ScatterND, https://onnx.ai/onnx/operators/onnx__ScatterND.html.</summary>
    /// <param name="value">The value.</param>
    /// <param name="elements">The elements, of a shape that can be repeated to that of what is picked.</param>
    /// <param name="adds">Whether they are added.</param>
    /// <param name="graph">Where the nodes go.</param>
    public GraphValue Put(GraphValue value, GraphValue elements, bool adds, GraphBuilder graph)
    {
        int n = Shape.Count;
        Dimension[] others = [.. Others.Select(axis => value.Shape[axis])];
        Dimension[] shape = [.. others[..Before], .. Shape, .. others[Before..]];
        GraphValue full = elements.Shape.SequenceEqual(shape) && !shape.Any(size => size.IsUnknown) ? elements
            : graph.Add("Expand", [elements, graph.Concat([.. Sizes()], 0)], value.Type, shape);
        GraphValue ordered = graph.Transpose(full, [.. Enumerable.Range(Before, n), .. Enumerable.Range(0, Before), .. Enumerable.Range(n + Before, others.Length - Before)]);
        GraphValue front = graph.Transpose(value, Order);
        GraphValue put = graph.Add("ScatterND", [front, Indices, ordered], value.Type, front.Shape, adds ? [("reduction", "add")] : []);
        return graph.Transpose(put, [.. Enumerable.Range(0, Rank).Select(axis => Array.IndexOf(Order, axis))]);

        IEnumerable<GraphValue> Sizes()
        {
            if (!shape.Any(size => size.IsUnknown))
            {
                yield return graph.Sizes(shape);
                yield break;
            }

            for (int i = 0; i < shape.Length; i++)
            {
                yield return i >= Before && i < Before + n ? graph.SizeOf(Indices, i - Before) : graph.SizeOf(value, Others[i < Before ? i : i - n]);
            }
        }
    }

    private static IEnumerable<GraphValue> Columns(GraphValue mask, GraphBuilder graph)
    {
        GraphValue places = Selection.NonZero(Selection.Mask(mask, graph), Dimension.Unknown, graph);
        return Enumerable.Range(0, mask.Rank).Select(axis => graph.Gather(places, graph.SizeScalar(axis), 0));
    }
}
