using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>Exponentials, logarithms, roots, rounding. Shapes: x [a...] -> [a...]; integers become float32.</summary>
internal static class ElementaryLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("exp", Exp)
        .Add("exp2", Exp2)
        .Add("special_exp2", Exp2)
        .Add("expm1", Expm1)
        .Add("special_expm1", Expm1)
        .Add("log", Log)
        .Add("log2", Log2)
        .Add("log10", Log10)
        .Add("log1p", Log1p)
        .Add("logaddexp", Logaddexp)
        .Add("logaddexp2", Logaddexp2)
        .Add("sqrt", Sqrt)
        .Add("rsqrt", Rsqrt)
        .Add("floor", Floor)
        .Add("ceil", Ceil)
        .Add("round", Round)
        .Add("trunc", Trunc)
        .Add("fix", Trunc)
        .Add("frac", Frac);

    /// <summary>e^x; Exp, https://onnx.ai/onnx/operators/onnx__Exp.html.</summary>
    private static GraphValue Exp(Operation operation, GraphBuilder graph) => Elementwise.Function("Exp", operation, graph);

    /// <summary>2^x; Pow(2, x), https://onnx.ai/onnx/operators/onnx__Pow.html.</summary>
    private static GraphValue Exp2(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Number(2.0).Node("Pow", x));

    /// <summary>e^x - 1, accurate near 0; Tanh, Exp, https://onnx.ai/onnx/operators/onnx__Tanh.html.</summary>
    private static GraphValue Expm1(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Expm1());

    /// <summary>ln x; Log, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Log(Operation operation, GraphBuilder graph) => Elementwise.Function("Log", operation, graph);

    /// <summary>ln x / ln 2; Log, Div, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Log2(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Log() / double.Log(2));

    /// <summary>ln x / ln 10; Log, Div, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Log10(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Log() / double.Log(10));

    /// <summary>ln(1 + x), accurate near 0; Log, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Log1p(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Log1p());

    /// <summary>ln(e^x + e^y) = max(x, y) + log1p(e^-|x - y|); Max, Exp, Log, https://onnx.ai/onnx/operators/onnx__Exp.html.</summary>
    private static GraphValue Logaddexp(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, (x, y) => x.Max(y) + (-Distance(x, y)).Exp().Log1p());

    /// <summary>log2(2^x + 2^y) = max(x, y) + log1p(2^-|x - y|) / ln 2; Max, Exp, Log, https://onnx.ai/onnx/operators/onnx__Exp.html.</summary>
    private static GraphValue Logaddexp2(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, (x, y) => x.Max(y) + ((Distance(x, y) * -double.Log(2)).Exp().Log1p() / double.Log(2)));

    // |x - y|, 0 of equal infinities.
    private static Term Distance(Term x, Term y) => x.Is(y).Choose(0, (x - y).Abs());

    /// <summary>The root of x; Sqrt, https://onnx.ai/onnx/operators/onnx__Sqrt.html.</summary>
    private static GraphValue Sqrt(Operation operation, GraphBuilder graph) => Elementwise.Function("Sqrt", operation, graph);

    /// <summary>1 / the root of x; Sqrt, Reciprocal, https://onnx.ai/onnx/operators/onnx__Reciprocal.html.</summary>
    private static GraphValue Rsqrt(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Sqrt().Node("Reciprocal"));

    /// <summary>Down to a whole number, integers as they are; Floor, https://onnx.ai/onnx/operators/onnx__Floor.html.</summary>
    private static GraphValue Floor(Operation operation, GraphBuilder graph) => Whole(operation, graph, x => x.Node("Floor"));

    /// <summary>Up to a whole number, integers as they are; Ceil, https://onnx.ai/onnx/operators/onnx__Ceil.html.</summary>
    private static GraphValue Ceil(Operation operation, GraphBuilder graph) => Whole(operation, graph, x => x.Node("Ceil"));

    /// <summary>To the nearest whole number or, by <c>decimals</c>, fraction, halves to even; Round, https://onnx.ai/onnx/operators/onnx__Round.html.</summary>
    private static GraphValue Round(Operation operation, GraphBuilder graph)
    {
        long decimals = operation.Integer("decimals", 0);
        double unit = double.Pow(10, long.Abs(decimals));
        return decimals == 0 ? Whole(operation, graph, x => x.Round())
            : Elementwise.Formula(operation, graph, x => decimals > 0 ? (x * unit).Round() / unit : (x / unit).Round() * unit);
    }

    /// <summary>Towards zero to a whole number, integers as they are; Floor, Ceil, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Trunc(Operation operation, GraphBuilder graph) => Whole(operation, graph, x => x.Truncate());

    /// <summary>x - trunc x; Mod(x, 1, fmod = 1), https://onnx.ai/onnx/operators/onnx__Mod.html.</summary>
    private static GraphValue Frac(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x.Fmod(x.Number(1L)));

    private static GraphValue Whole(Operation operation, GraphBuilder graph, Func<Term, Term> round) => operation.Input.Type.IsFloating()
        ? Elementwise.Result(operation, round(new(graph, graph.Cast(operation.Input, Elementwise.Kernel(operation.Input.Type)))))
        : operation.Input;
}
