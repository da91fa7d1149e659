using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Reading with an indexer: <c>x[0]</c>, <c>x[.., 1..3]</c>, <c>x[mask]</c>, <c>x[rows, columns]</c>.</summary>
internal static class IndexLowerings
{
    public static void Register(LoweringRegistry registry) => registry.Add("index", Index);

    /// <summary>
    /// Ranges by Slice, https://onnx.ai/onnx/operators/onnx__Slice.html, a single element or one tensor of places by Gather,
    /// https://onnx.ai/onnx/operators/onnx__Gather.html, a mask of one axis by Compress, https://onnx.ai/onnx/operators/onnx__Compress.html,
    /// other masks and several tensors by GatherND, https://onnx.ai/onnx/operators/onnx__GatherND.html.
    /// </summary>
    private static GraphValue Index(Operation operation, GraphBuilder graph)
    {
        IndexPlan plan = IndexPlan.Of(operation, graph);
        GraphValue view = plan.ViewOf(operation.Input, graph);
        return plan.Tensors switch
        {
            [] => view,
            [var (axis, mask)] when Selection.IsMask(mask) && mask.Rank == 1 =>
                graph.Add("Compress", [view, Selection.Mask(mask, graph)], view.Type, operation.Result.Shape, [("axis", (long)axis)]),
            [var (axis, places)] when !Selection.IsMask(places) => graph.Gather(view, Selection.Places(places, graph), axis),
            var tensors => PickedPlaces.Of(tensors, view.Rank, graph).Pick(view, graph),
        };
    }
}
