using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Other element types, and what changes a tensor's place or bookkeeping and not its elements. Shapes: x [a...] -> [a...].</summary>
internal static class CastLowerings
{
    public static void Register(LoweringRegistry registry)
    {
        registry
            .Add("to", To)
            .Add("to_type", To)
            .Add("type", To)
            .Add("type_as", To)
            .Add("float", To)
            .Add("double", To)
            .Add("half", To)
            .Add("bfloat16", To)
            .Add("int", To)
            .Add("long", To)
            .Add("short", To)
            .Add("byte", To)
            .Add("char", To)
            .Add("bool", To)
            .Add("cpu", To)
            .Add("cuda", To)
            .Add("mps", To)
            .Add("clone", To)
            .Add("contiguous", To)
            .Add("detach", To)
            .Add("alias", To)
            .Add("positive", To)
            .Add("real", To)
            .Add("conj", To)
            .Add("conj_physical", To)
            .Add("resolve_conj", To)
            .Add("resolve_neg", To)
            .Add("copy", Copy);
    }

    /// <summary>The same elements in the type that came out: fractions cut towards zero to integers, anything but zero true; Cast, or nothing, https://onnx.ai/onnx/operators/onnx__Cast.html.</summary>
    private static GraphValue To(Operation operation, GraphBuilder graph) => graph.Cast(operation.Input, operation.Result.Type);

    /// <summary>The elements of y in the type and shape of x; Cast, Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static GraphValue Copy(Operation operation, GraphBuilder graph) =>
        graph.Expand(graph.Cast(operation.Tensor("source"), operation.Result.Type), operation.Result.Shape);
}
