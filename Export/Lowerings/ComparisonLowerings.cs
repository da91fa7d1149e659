using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Comparisons and tests, with broadcasting, in the type that PyTorch promotes both operands to. Shapes: x [a...], y [b...] -> bool [broadcast(a, b)...].</summary>
internal static class ComparisonLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("eq", Eq)
        .Add("equal", Eq)
        .Add("ne", Ne)
        .Add("not_equal", Ne)
        .Add("lt", Lt)
        .Add("less", Lt)
        .Add("le", Le)
        .Add("less_equal", Le)
        .Add("gt", Gt)
        .Add("greater", Gt)
        .Add("ge", Ge)
        .Add("greater_equal", Ge)
        .Add("isclose", Isclose)
        .Add("isnan", Isnan)
        .Add("isinf", Isinf)
        .Add("isposinf", Isposinf)
        .Add("isneginf", Isneginf)
        .Add("isfinite", Isfinite)
        .Add("isreal", Isreal)
        .Add("signbit", Signbit);

    /// <summary>x = y; Equal, https://onnx.ai/onnx/operators/onnx__Equal.html.</summary>
    private static GraphValue Eq(Operation operation, GraphBuilder graph) => Compare("Equal", operation, graph);

    /// <summary>x and y differ; Equal, Not, https://onnx.ai/onnx/operators/onnx__Equal.html.</summary>
    private static GraphValue Ne(Operation operation, GraphBuilder graph)
    {
        (Term left, Term right) = Operands(operation, graph);
        return Elementwise.Result(operation, !left.Is(right));
    }

    /// <summary>x below y; Less, https://onnx.ai/onnx/operators/onnx__Less.html.</summary>
    private static GraphValue Lt(Operation operation, GraphBuilder graph) => Compare("Less", operation, graph);

    /// <summary>x at most y; LessOrEqual, https://onnx.ai/onnx/operators/onnx__LessOrEqual.html.</summary>
    private static GraphValue Le(Operation operation, GraphBuilder graph) => Compare("LessOrEqual", operation, graph);

    /// <summary>x above y; Greater, https://onnx.ai/onnx/operators/onnx__Greater.html.</summary>
    private static GraphValue Gt(Operation operation, GraphBuilder graph) => Compare("Greater", operation, graph);

    /// <summary>x at least y; GreaterOrEqual, https://onnx.ai/onnx/operators/onnx__GreaterOrEqual.html.</summary>
    private static GraphValue Ge(Operation operation, GraphBuilder graph) => Compare("GreaterOrEqual", operation, graph);

    private static GraphValue Compare(string opType, Operation operation, GraphBuilder graph)
    {
        (Term left, Term right) = Operands(operation, graph);
        return Elementwise.Result(operation, left.Node(opType, right));
    }

    private static (Term Left, Term Right) Operands(Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        DataType type = Elementwise.Kernel(promoted);
        return (Elementwise.Rounded(operation, graph, 0, promoted, type), Elementwise.Rounded(operation, graph, 1, promoted, type));
    }

    /// <summary>x = y, or |x - y| at most atol + |rtol y| and finite; with <c>nanEqual</c> NaN is near NaN; Equal, Abs, LessOrEqual, https://onnx.ai/onnx/operators/onnx__LessOrEqual.html.</summary>
    private static GraphValue Isclose(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, (x, y) =>
    {
        double relative = operation.Number("rtol", 1e-5);
        double absolute = operation.Number("atol", 1e-8);
        Term difference = (x - y).Abs();
        Term near = x.Is(y) | ((difference <= (absolute + (y * relative).Abs())) & (difference < double.PositiveInfinity));
        return operation.Flag("nanEqual") ? near | (x.IsNaN() & y.IsNaN()) : near;
    });

    /// <summary>x is NaN; IsNaN, https://onnx.ai/onnx/operators/onnx__IsNaN.html.</summary>
    private static GraphValue Isnan(Operation operation, GraphBuilder graph) => Test(operation, graph, x => x.IsNaN(), ofIntegers: false);

    /// <summary>x is infinite; IsInf, https://onnx.ai/onnx/operators/onnx__IsInf.html.</summary>
    private static GraphValue Isinf(Operation operation, GraphBuilder graph) => Test(operation, graph, x => x.Node("IsInf"), ofIntegers: false);

    /// <summary>x is infinity; IsInf(detect_negative = 0), https://onnx.ai/onnx/operators/onnx__IsInf.html.</summary>
    private static GraphValue Isposinf(Operation operation, GraphBuilder graph) => Test(operation, graph, x => x.Node("IsInf", ("detect_negative", 0L)), ofIntegers: false);

    /// <summary>x is -infinity; IsInf(detect_positive = 0), https://onnx.ai/onnx/operators/onnx__IsInf.html.</summary>
    private static GraphValue Isneginf(Operation operation, GraphBuilder graph) => Test(operation, graph, x => x.Node("IsInf", ("detect_positive", 0L)), ofIntegers: false);

    /// <summary>|x| is below infinity, which NaN is not; Abs, Less, https://onnx.ai/onnx/operators/onnx__Less.html.</summary>
    private static GraphValue Isfinite(Operation operation, GraphBuilder graph) => Test(operation, graph, x => x.Abs() < double.PositiveInfinity, ofIntegers: true);

    /// <summary>True: none of ONNX's types is complex; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static GraphValue Isreal(Operation operation, GraphBuilder graph) => graph.Expand(graph.Scalar(true, DataType.Bool), operation.Result.Shape);

    /// <summary>The sign of x is negative, of -0 too; Less, Reciprocal, https://onnx.ai/onnx/operators/onnx__Less.html.</summary>
    private static GraphValue Signbit(Operation operation, GraphBuilder graph) =>
        Elementwise.Result(operation, new Term(graph, graph.Cast(operation.Input, Elementwise.Wide(operation.Input.Type))).IsNegative());

    private static GraphValue Test(Operation operation, GraphBuilder graph, Func<Term, Term> test, bool ofIntegers) => operation.Input.Type.IsFloating()
        ? Elementwise.Formula(operation, graph, test)
        : graph.Expand(graph.Scalar(ofIntegers, DataType.Bool), operation.Result.Shape);
}
