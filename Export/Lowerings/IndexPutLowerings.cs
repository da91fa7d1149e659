using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Writing with an indexer: <c>x[0] = v</c>, <c>x[.., 1..3] = v</c>, <c>x[mask] = v</c>. The result is x as it is afterwards.</summary>
internal static class IndexPutLowerings
{
    private const long LargestMask = 1 << 16;

    public static void Register(LoweringRegistry registry) => registry
        .Add("index_put", IndexPut)
        .Add("select_scatter", SelectScatter)
        .Add("slice_scatter", SliceScatter);

    /// <summary>
    /// Ranges by Concat of what is before, the new elements and what is after, https://onnx.ai/onnx/operators/onnx__Concat.html, or, with steps or
    /// computed ends, by ScatterElements; by Where with a constant mask, https://onnx.ai/onnx/operators/onnx__Where.html, if they get one value all along;
    /// a mask by Where if every element gets a value that does not depend on how many there are; places by ScatterND, https://onnx.ai/onnx/operators/onnx__ScatterND.html.
    /// </summary>
    private static GraphValue IndexPut(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        IndexPlan plan = IndexPlan.Of(operation, graph);
        GraphValue value = operation.Find("value") is GraphValue tensor ? graph.Cast(tensor, x.Type) : graph.Scalar(operation.Find("value")!, x.Type);
        bool adds = operation.Flag("accumulate") && plan.Tensors.Count > 0;
        if (plan.Tensors.Count == 0)
        {
            return Put(x, plan, value, graph);
        }

        GraphValue view = plan.ViewOf(x, graph);
        return Put(x, plan, PutTensors(operation, view, plan.Tensors, value, adds, graph), graph);
    }

    /// <summary>y = x with y[.., index, ..] = src along an axis, as index_put.</summary>
    private static GraphValue SelectScatter(Operation operation, GraphBuilder graph)
    {
        int rank = operation.Input.Rank;
        int axis = operation.Axis("dim", rank);
        IndexPlan plan = new([], [(axis, operation.Sizes("index")![0], null)], [.. Enumerable.Range(0, rank).Where(i => i != axis).Select(i => (int?)i)], []);
        return Put(operation.Input, plan, graph.Cast(operation.Tensor("src"), operation.Input.Type), graph);
    }

    /// <summary>y = x with y[.., start .. end, ..] = src along an axis, as index_put.</summary>
    private static GraphValue SliceScatter(Operation operation, GraphBuilder graph)
    {
        AxisRange range = new(operation.Axis("dim", operation.Input.Rank, 0), operation.Sizes("start")?[0], operation.Sizes("end", "finish")?[0], operation.Integer("step", 1));
        IndexPlan plan = new([range], [], [.. Enumerable.Range(0, operation.Input.Rank).Select(i => (int?)i)], []);
        return Put(operation.Input, plan, graph.Cast(operation.Tensor("src"), operation.Input.Type), graph);
    }

    // The view with the elements that tensors pick replaced.
    private static GraphValue PutTensors(
        Operation operation, GraphValue view, IReadOnlyList<(int Axis, GraphValue Index)> tensors, GraphValue value, bool adds, GraphBuilder graph)
    {
        int picked = tensors.Sum(tensor => Selection.IsMask(tensor.Index) ? tensor.Index.Rank : 1);
        int places = tensors.Max(tensor => Selection.IsMask(tensor.Index) ? 1 : tensor.Index.Rank);
        value = graph.Squeeze(value, [.. Enumerable.Range(0, Math.Max(0, value.Rank - (view.Rank - picked + places)))]);
        if (!adds && tensors is [var (axis, mask)] && Selection.IsMask(mask))
        {
            int after = view.Rank - axis - mask.Rank;
            bool isSameForAll = value.Rank <= after || value.Shape[^(after + 1)] == 1;
            if (isSameForAll)
            {
                GraphValue condition = graph.Unsqueeze(Selection.Mask(mask, graph), [.. Enumerable.Range(mask.Rank, after)]);
                GraphValue spread = value.Rank <= after ? value
                    : graph.Reshape(value, [.. value.Shape.SkipLast(after + 1), .. Enumerable.Repeat((Dimension)1, mask.Rank), .. value.Shape.TakeLast(after)]);
                return Selection.Where(condition, spread, view, view.Shape, graph);
            }
        }

        if (adds)
        {
            ScatterLowerings.RequireAdding(operation, graph);
        }

        return PickedPlaces.Of(tensors, view.Rank, graph).Put(view, value, adds, graph);
    }

    // The whole with a view of it replaced.
    private static GraphValue Put(GraphValue x, IndexPlan plan, GraphValue value, GraphBuilder graph)
    {
        // The value's axes are the last of the view's. Those that x lacks go; those of single elements, which the view lacks, come.
        value = graph.Squeeze(value, [.. Enumerable.Range(0, Math.Max(0, value.Rank - plan.View.Count))]);
        int missing = plan.View.Count - value.Rank;
        value = graph.Squeeze(value, [.. plan.NewAxes.Where(axis => axis >= missing).Select(axis => axis - missing)]);
        if (value.Rank > 0)
        {
            int first = plan.View.Where(axis => axis is not null).TakeLast(value.Rank).First()!.Value;
            value = graph.Unsqueeze(value, [.. plan.Singles.Where(single => single.Axis > first).Select(single => single.Axis - first)]);
        }

        Cut[] cuts =
        [
            .. plan.Ranges.Select(range => new Cut(range, false, null))
                .Concat(plan.Singles.Select(single => Single(single.Axis, single.Place, single.Computed, graph)))
                .Select(cut => Normalized(cut, x.Shape[cut.Range.Axis]))
                .Where(cut => cut.IsSingle || !cut.Range.IsWhole)
                .OrderBy(cut => cut.Range.Axis),
        ];
        return PutSame(x, cuts, value, graph) ?? Put(x, cuts, value, graph);
    }

    // With a value that is the same all along what is cut, from axes whose sizes are numbers: chosen by a constant mask. Otherwise null.
    private static GraphValue? PutSame(GraphValue x, Cut[] cuts, GraphValue value, GraphBuilder graph)
    {
        int Own(Cut cut) => cut.Range.Axis - (x.Rank - value.Rank);
        bool isSame = cuts.Length > 0 && cuts.All(cut => cut.Places(x) is not null && (Own(cut) < 0 || value.Shape[Own(cut)] == 1));
        if (!isSame || cuts.Aggregate(1L, (product, cut) => product * x.Shape[cut.Range.Axis].Size) is 0 or > LargestMask)
        {
            return null;
        }

        int first = cuts[0].Range.Axis;
        long[] shape = [.. Enumerable.Range(first, x.Rank - first).Select(axis => cuts.Any(cut => cut.Range.Axis == axis) ? x.Shape[axis].Size : 1)];
        byte[] mask = [1];
        foreach (Cut cut in cuts)
        {
            HashSet<long> places = [.. cut.Places(x)!];
            mask = [.. from outer in mask from place in Enumerable.Range(0, (int)x.Shape[cut.Range.Axis].Size) select places.Contains(place) ? outer : (byte)0];
        }

        GraphValue condition = graph.Constant("mask", DataType.Bool, shape, ConstantData.Of(new ReadOnlyMemory<byte>(mask)));
        return Selection.Where(condition, value, x, x.Shape, graph);
    }

    private static GraphValue Put(GraphValue x, ReadOnlySpan<Cut> cuts, GraphValue value, GraphBuilder graph)
    {
        if (cuts.IsEmpty)
        {
            return x.Shape.Any(size => size.IsUnknown) ? graph.Add("Expand", [value, graph.ShapeOf(x)], x.Type, x.Shape) : graph.Expand(value, x.Shape);
        }

        Cut cut = cuts[0];
        int axis = cut.Range.Axis;
        Dimension[] shape = [.. x.Shape];
        shape[axis] = cut.IsSingle ? 1 : cut.Range.SizeOf(x.Shape[axis]);
        if (shape[axis] == 0)
        {
            return x;
        }

        bool isKnown = cuts.Length == 1 && !shape.Any(size => size.IsUnknown);
        GraphValue? part = isKnown ? null : cut.Place is null ? graph.Slice(x, [cut.Range], shape) : graph.Gather(x, cut.Place, axis);
        GraphValue middle = part is null ? graph.Expand(value, shape) : Put(part, cuts[1..], value, graph);
        if (cut.Place is null && cut.Range.Step == 1 && !shape[axis].IsUnknown)
        {
            GraphValue[] before = cut.Range.Start is null || cut.Range.Start == (Dimension)0 ? [] : [graph.Slice(x, [new(axis, Stop: cut.Range.Start)])];
            GraphValue[] after = cut.Range.Stop is null ? [] : [graph.Slice(x, [new(axis, cut.Range.Stop)])];
            return graph.Concat([.. before, middle, .. after], axis, x.Shape);
        }

        // The places of the range among all places, so that its ends are cut off as those of a range are.
        GraphValue places = cut.Place ?? graph.Slice(AllPlaces(x, axis, graph), [cut.Range with { Axis = 0 }]);
        GraphValue column = graph.Unsqueeze(places, [.. Enumerable.Range(0, x.Rank).Where(i => i != axis)]);
        GraphValue all = graph.Add("Expand", [column, part is null ? graph.Sizes(shape) : graph.ShapeOf(part)], DataType.Int64, shape);
        return graph.Add("ScatterElements", [x, all, middle], x.Type, x.Shape, [("axis", (long)axis)]);
    }

    private static GraphValue AllPlaces(GraphValue x, int axis, GraphBuilder graph) => !x.Shape[axis].IsUnknown ? graph.Range(0, x.Shape[axis], 1) : graph.Add(
        "Range", [graph.Scalar(0L, DataType.Int64), graph.Squeeze(graph.SizeOf(x, axis), 0), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [Dimension.Unknown]);

    private static Cut Single(int axis, Dimension? place, GraphValue? computed, GraphBuilder graph) => (place, computed) switch
    {
        (_, { } value) => new(new(axis), true, graph.Unsqueeze(graph.Cast(value, DataType.Int64), 0)),
        ({ IsStatic: true, Size: var at }, _) => new(new(axis, at, at == -1 ? null : at + 1), true, null),
        _ => new(new(axis), true, graph.Sizes(place!.Value)),
    };

    // On an axis whose size is a number, ends as numbers inside it.
    private static Cut Normalized(Cut cut, Dimension length)
    {
        AxisRange range = cut.Range;
        if (!length.IsUnknown && range.Stop == length)
        {
            range = range with { Stop = null };
        }

        if (cut.Place is not null || !length.IsStatic || range.Start is { IsStatic: false } || range.Stop is { IsStatic: false })
        {
            return cut with { Range = range };
        }

        long start = Inside(range.Start?.Size ?? 0);
        long stop = Inside(range.Stop?.Size ?? length.Size);
        return cut with { Range = range with { Start = start, Stop = stop == length.Size ? null : stop } };

        long Inside(long place) => Math.Clamp(place < 0 ? place + length.Size : place, 0, length.Size);
    }

    /// <summary>A part of an axis: a range, or one element, whose place may be computed, [1].</summary>
    private sealed record Cut(AxisRange Range, bool IsSingle, GraphValue? Place)
    {
        /// <summary>The places, where they are numbers; null otherwise.</summary>
        public IEnumerable<long>? Places(GraphValue x) =>
            Place is null && x.Shape[Range.Axis] is { IsStatic: true } length && Range.SizeOf(length) is { IsStatic: true, Size: var count } && Range.Start is null or { IsStatic: true }
                ? Enumerable.Range(0, (int)count).Select(i => (Range.Start?.Size ?? 0) + (i * Range.Step))
                : null;
    }
}
