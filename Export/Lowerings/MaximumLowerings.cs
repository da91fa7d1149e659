using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>max and min, which TorchSharp overloads: with a second tensor the greater or smaller elements, otherwise a reduction.</summary>
internal static class MaximumLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .AddMany("max", Max)
        .AddMany("min", Min);

    /// <summary>Of two tensors as <c>maximum</c>; of one the greatest element, of all or along an axis; Max, ReduceMax, TopK, https://onnx.ai/onnx/operators/onnx__Max.html.</summary>
    private static IReadOnlyList<GraphValue> Max(Operation operation, GraphBuilder graph) =>
        OfTwo(operation) ? [SelectionLowerings.Maximum(operation, graph)] : ReductionLowerings.Max(operation, graph);

    /// <summary>Of two tensors as <c>minimum</c>; of one the smallest element, of all or along an axis; Min, ReduceMin, TopK, https://onnx.ai/onnx/operators/onnx__Min.html.</summary>
    private static IReadOnlyList<GraphValue> Min(Operation operation, GraphBuilder graph) =>
        OfTwo(operation) ? [SelectionLowerings.Minimum(operation, graph)] : ReductionLowerings.Min(operation, graph);

    private static bool OfTwo(Operation operation) => operation.Arguments.Count > 1 && operation.Arguments[1].Value is GraphValue;
}
