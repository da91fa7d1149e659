using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Lowerings;

/// <summary>Activation functions that replace values near 0 or below a threshold. Shapes: x [a...] -> [a...].</summary>
internal static class ShrinkageLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("hardshrink", Hardshrink).Add<Hardshrink>(Hardshrink)
        .Add("Hardshrink", Hardshrink)
        .Add("softshrink", Softshrink).Add<Softshrink>(Softshrink)
        .Add("Softshrink", Softshrink)
        .Add("tanhshrink", Tanhshrink).Add<Tanhshrink>(Tanhshrink)
        .Add("Tanhshrink", Tanhshrink)
        .Add("threshold", Threshold).Add<Threshold>(Threshold)
        .Add("Threshold", Threshold);

    /// <summary>x where |x| is above lambda, 0 elsewhere; Shrink(lambd), https://onnx.ai/onnx/operators/onnx__Shrink.html.</summary>
    private static GraphValue Hardshrink(Operation operation, GraphBuilder graph)
    {
        double lambda = operation.Module is Hardshrink module ? module.lambda : operation.Number("lambda", 0.5);
        return Elementwise.Function("Shrink", operation, graph, ("lambd", (float)lambda));
    }

    /// <summary>x brought nearer to 0 by lambda, 0 where |x| is at most that; Shrink(lambd, bias = lambd), https://onnx.ai/onnx/operators/onnx__Shrink.html.</summary>
    private static GraphValue Softshrink(Operation operation, GraphBuilder graph)
    {
        double lambda = operation.Module is Softshrink module ? module.lambda : operation.Number("lambda", 0.5);
        return Elementwise.Formula(operation, graph, x => x.Node("Shrink", ("lambd", (float)lambda), ("bias", (float)lambda)));
    }

    /// <summary>x - tanh x; Tanh, Sub, https://onnx.ai/onnx/operators/onnx__Tanh.html.</summary>
    private static GraphValue Tanhshrink(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x - x.Tanh());

    /// <summary>x where it is above the threshold, a value elsewhere; LessOrEqual, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Threshold(Operation operation, GraphBuilder graph)
    {
        (double threshold, double value) = operation.Module is Threshold module
            ? (module.threshold, module.value)
            : (operation.Number("threshold"), operation.Number("value"));
        Term x = new(graph, graph.Cast(operation.Input, Elementwise.Wide(operation.Input.Type)));
        return Elementwise.Result(operation, (x <= threshold).Choose(value, x));
    }
}
