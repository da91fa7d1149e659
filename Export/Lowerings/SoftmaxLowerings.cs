using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Lowerings;

/// <summary>Softmax and its kin, and gated linear units: functions along an axis that keep the others.</summary>
internal static class SoftmaxLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("softmax", Softmax).Add<Softmax>(Softmax)
        .Add("special_softmax", Softmax)
        .Add("softmax2d", Softmax2d).Add<Softmax2d>(Softmax2d)
        .Add("softmin", Softmin).Add<Softmin>(Softmin)
        .Add("log_softmax", LogSoftmax).Add<LogSoftmax>(LogSoftmax)
        .Add("special_log_softmax", LogSoftmax)
        .Add("glu", Glu).Add<GLU>(Glu);

    /// <summary>e^x / sum e^x along an axis, after a cast to <c>dtype</c>; x [a...] -> [a...]; Softmax(axis), https://onnx.ai/onnx/operators/onnx__Softmax.html.</summary>
    private static GraphValue Softmax(Operation operation, GraphBuilder graph) =>
        Along("Softmax", operation, graph, operation.Module is Softmax module ? module.dim : operation.Integer("dim"));

    /// <summary>Softmax over the channels of x [N, C, H, W] or [C, H, W]; Softmax(axis), https://onnx.ai/onnx/operators/onnx__Softmax.html.</summary>
    private static GraphValue Softmax2d(Operation operation, GraphBuilder graph) => Along("Softmax", operation, graph, -3);

    /// <summary>Softmax of -x along an axis; Neg, Softmax(axis), https://onnx.ai/onnx/operators/onnx__Softmax.html.</summary>
    private static GraphValue Softmin(Operation operation, GraphBuilder graph) =>
        Along("Softmax", operation, graph, operation.Module is Softmin module ? module.dim : operation.Integer("dim"), negate: true);

    /// <summary>x - log sum e^x along an axis, after a cast to <c>dtype</c>; x [a...] -> [a...]; LogSoftmax(axis), https://onnx.ai/onnx/operators/onnx__LogSoftmax.html.</summary>
    private static GraphValue LogSoftmax(Operation operation, GraphBuilder graph) =>
        Along("LogSoftmax", operation, graph, operation.Module is LogSoftmax module ? module.dim : operation.Integer("dim"));

    private static GraphValue Along(string opType, Operation operation, GraphBuilder graph, long dim, bool negate = false)
    {
        GraphValue input = operation.Input;
        Term x = new(graph, graph.Cast(input, Elementwise.Kernel(operation.Result.Type)));
        x = negate ? -x : x;
        if (input.Rank == 0)
        {
            Term one = new Term(graph, graph.Unsqueeze(x.Value, 0)).Node(opType, ("axis", 0L));
            return Elementwise.Result(operation, new(graph, graph.Squeeze(one.Value, 0)));
        }

        return Elementwise.Result(operation, x.Node(opType, ("axis", dim < 0 ? dim + input.Rank : dim)));
    }

    /// <summary>a sigmoid(b), where a and b are the halves of x along an axis; x [..., 2 n, ...] -> [..., n, ...]; Split, Sigmoid, Mul, https://onnx.ai/onnx/operators/onnx__Split.html.</summary>
    private static GraphValue Glu(Operation operation, GraphBuilder graph)
    {
        GraphValue input = graph.Cast(operation.Input, Elementwise.Wide(operation.Input.Type));
        long dim = operation.Module is GLU module ? module.dim : operation.Integer("dim", -1);
        int axis = (int)(dim < 0 ? dim + input.Rank : dim);
        Dimension half = operation.Result.Shape[axis];
        // Without sizes a Split gives equal parts: a half that depends on a dynamic axis need not be computed.
        IReadOnlyList<GraphValue> halves = half.IsStatic ? graph.AddMany("Split", [input, graph.Sizes(half, half)], 2, ("axis", (long)axis))
            : graph.Opset < 18 ? graph.AddMany("Split", [input], 2, ("axis", (long)axis))
            : graph.AddMany("Split", [input], 2, ("axis", (long)axis), ("num_outputs", 2L));
        return Elementwise.Result(operation, new Term(graph, halves[0]) * new Term(graph, halves[1]).Sigmoid());
    }
}
