using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Error functions, logits, entropies. Shapes: x [a...] -> [a...]; integers become float32.</summary>
internal static class SpecialLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("erf", Erf)
        .Add("special_erf", Erf)
        .Add("erfc", Erfc)
        .Add("special_erfc", Erfc)
        .Add("erfinv", Erfinv)
        .Add("special_erfinv", Erfinv)
        .Add("special_ndtr", Ndtr)
        .Add("logit", Logit)
        .Add("special_logit", Logit)
        .Add("sinc", Sinc)
        .Add("special_sinc", Sinc)
        .Add("xlogy", Xlogy)
        .Add("special_xlog1py", Xlog1py)
        .Add("special_entr", Entr);

    /// <summary>The error function; Erf, https://onnx.ai/onnx/operators/onnx__Erf.html.</summary>
    private static GraphValue Erf(Operation operation, GraphBuilder graph) => Elementwise.Function("Erf", operation, graph);

    /// <summary>1 - erf x, accurate where it is small; Erf, Exp, https://onnx.ai/onnx/operators/onnx__Erf.html.</summary>
    private static GraphValue Erfc(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Erfc());

    /// <summary>The x of which y is the error function, as PyTorch has it: rational approximations for |y| up to and above 0.7, then two steps of Newton's method; Erf, Log, Exp, https://onnx.ai/onnx/operators/onnx__Erf.html.</summary>
    private static GraphValue Erfinv(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, y =>
    {
        Term square = y * y;
        Term inner = y * square.Polynomial(0.886226899, -1.645349621, 0.914624893, -0.140543331)
            / square.Polynomial(1, -2.118377725, 1.442710462, -0.329097515, 0.012229801);
        Term z = ((1 - y.Abs()) * 0.5).Log().Node("Neg").Sqrt();
        Term outer = y.Node("Sign") * z.Polynomial(-1.970840454, -1.624906493, 3.429567803, 1.641345311) / z.Polynomial(1, 3.543889200, 1.637067800);
        Term x = (y.Abs() <= 0.7).Choose(inner, outer);
        for (int step = 0; step < 2; step++)
        {
            x -= (x.Erf() - y) / ((-(x * x)).Exp() * (2 / double.Sqrt(double.Pi)));
        }

        return y.Abs().Is(1).Choose(y * double.PositiveInfinity, x);
    });

    /// <summary>The normal distribution's area below x, as PyTorch has it: (1 + erf(x / sqrt 2)) / 2; Erf, https://onnx.ai/onnx/operators/onnx__Erf.html.</summary>
    private static GraphValue Ndtr(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => (1 + (x / double.Sqrt(2)).Erf()) * 0.5);

    /// <summary>ln(x / (1 - x)), x first brought to <c>eps</c> to 1 - eps; Log, Clip, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Logit(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x =>
    {
        Term p = operation.Has("eps") ? x.Clip(operation.Number("eps"), 1 - operation.Number("eps")) : x;
        return (p / (1 - p)).Log();
    });

    /// <summary>sin(pi x) / (pi x), 1 at 0; Sin, Where, https://onnx.ai/onnx/operators/onnx__Sin.html.</summary>
    private static GraphValue Sinc(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x =>
    {
        Term angle = x * double.Pi;
        return x.Is(0).Choose(1, angle.Node("Sin") / angle);
    });

    /// <summary>x ln y, 0 where x is 0 and y is a number; Log, Where, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Xlogy(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, (x, y) => (x.Is(0) & !y.IsNaN()).Choose(0, x * y.Log()));

    /// <summary>x ln(1 + y), 0 where x is 0 and y is a number; Log, Where, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Xlog1py(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, (x, y) => (x.Is(0) & !y.IsNaN()).Choose(0, x * y.Log1p()));

    /// <summary>-x ln x, 0 at 0, -infinity below; Log, Where, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Entr(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, x => x.Is(0).Choose(0, (x < 0).Choose(double.NegativeInfinity, -(x * x.Log()))));
}
