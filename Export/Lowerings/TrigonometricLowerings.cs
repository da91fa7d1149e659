using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Circular and hyperbolic functions and their inverses. Shapes: x [a...] -> [a...]; integers become float32.</summary>
internal static class TrigonometricLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("sin", Sin)
        .Add("cos", Cos)
        .Add("tan", Tan)
        .Add("asin", Asin)
        .Add("arcsin", Asin)
        .Add("acos", Acos)
        .Add("arccos", Acos)
        .Add("atan", Atan)
        .Add("arctan", Arctan)
        .Add("atan2", Atan2)
        .Add("arctan2", Atan2)
        .Add("sinh", Sinh)
        .Add("cosh", Cosh)
        .Add("asinh", Asinh)
        .Add("arcsinh", Asinh)
        .Add("acosh", Acosh)
        .Add("arccosh", Acosh)
        .Add("atanh", Atanh)
        .Add("arctanh", Atanh)
        .Add("hypot", Hypot)
        .Add("angle", Angle)
        .Add("rad2deg", Rad2deg)
        .Add("deg2rad", Deg2rad);

    /// <summary>sin x; Sin, https://onnx.ai/onnx/operators/onnx__Sin.html.</summary>
    private static GraphValue Sin(Operation operation, GraphBuilder graph) => Elementwise.Function("Sin", operation, graph);

    /// <summary>cos x; Cos, https://onnx.ai/onnx/operators/onnx__Cos.html.</summary>
    private static GraphValue Cos(Operation operation, GraphBuilder graph) => Elementwise.Function("Cos", operation, graph);

    /// <summary>tan x; Tan, https://onnx.ai/onnx/operators/onnx__Tan.html.</summary>
    private static GraphValue Tan(Operation operation, GraphBuilder graph) => Elementwise.Function("Tan", operation, graph);

    /// <summary>arcsin x; Asin, https://onnx.ai/onnx/operators/onnx__Asin.html.</summary>
    private static GraphValue Asin(Operation operation, GraphBuilder graph) => Elementwise.Function("Asin", operation, graph);

    /// <summary>arccos x; Acos, https://onnx.ai/onnx/operators/onnx__Acos.html.</summary>
    private static GraphValue Acos(Operation operation, GraphBuilder graph) => Elementwise.Function("Acos", operation, graph);

    /// <summary>arctan x; Atan, https://onnx.ai/onnx/operators/onnx__Atan.html.</summary>
    private static GraphValue Atan(Operation operation, GraphBuilder graph) => Elementwise.Function("Atan", operation, graph);

    /// <summary>arctan x, or with a second tensor arctan2(y, x), as TorchSharp overloads it; Atan, https://onnx.ai/onnx/operators/onnx__Atan.html.</summary>
    private static GraphValue Arctan(Operation operation, GraphBuilder graph) => operation.Arguments.Count > 1 ? Atan2(operation, graph) : Atan(operation, graph);

    /// <summary>
    /// The angle of (x, y) in -pi to pi: arctan(y / x), where x is negative plus or minus pi by the sign of y, of zeros too. Infinities are
    /// the greatest finite numbers, so that quotients of two are 1; Div, Atan, Where, https://onnx.ai/onnx/operators/onnx__Atan.html.
    /// </summary>
    private static GraphValue Atan2(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, (y, x) =>
    {
        double greatest = y.Type == DataType.Double ? double.MaxValue : float.MaxValue;
        Term ratio = y.Is(0).Choose(y, y.Clip(-greatest, greatest) / x.Clip(-greatest, greatest));
        Term angle = ratio.Node("Atan");
        return x.IsNegative().Choose(angle + y.IsNegative().Choose(-double.Pi, y.Number(double.Pi)), angle);
    });

    /// <summary>sinh x; Sinh, https://onnx.ai/onnx/operators/onnx__Sinh.html.</summary>
    private static GraphValue Sinh(Operation operation, GraphBuilder graph) => Elementwise.Function("Sinh", operation, graph);

    /// <summary>cosh x; Cosh, https://onnx.ai/onnx/operators/onnx__Cosh.html.</summary>
    private static GraphValue Cosh(Operation operation, GraphBuilder graph) => Elementwise.Function("Cosh", operation, graph);

    /// <summary>arsinh x; Asinh, https://onnx.ai/onnx/operators/onnx__Asinh.html.</summary>
    private static GraphValue Asinh(Operation operation, GraphBuilder graph) => Elementwise.Function("Asinh", operation, graph);

    /// <summary>arcosh x; Acosh, https://onnx.ai/onnx/operators/onnx__Acosh.html.</summary>
    private static GraphValue Acosh(Operation operation, GraphBuilder graph) => Elementwise.Function("Acosh", operation, graph);

    /// <summary>artanh x; Atanh, https://onnx.ai/onnx/operators/onnx__Atanh.html.</summary>
    private static GraphValue Atanh(Operation operation, GraphBuilder graph) => Elementwise.Function("Atanh", operation, graph);

    /// <summary>The root of x^2 + y^2 = m sqrt(1 + (n / m)^2) with m and n the greater and the smaller of |x| and |y|, which does not overflow; Max, Min, Sqrt, https://onnx.ai/onnx/operators/onnx__Sqrt.html.</summary>
    private static GraphValue Hypot(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, (x, y) =>
    {
        Term greater = x.Abs().Max(y.Abs());
        Term smaller = x.Abs().Min(y.Abs());
        Term ratio = greater.Is(smaller).Choose(1, smaller / greater);
        return greater * (1 + (ratio * ratio)).Sqrt();
    });

    /// <summary>The argument of a real number as a complex one: pi below 0, 0 from there on, NaN of NaN; Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Angle(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, x => (x < 0).Choose(double.Pi, (x >= 0).Choose(0, x)));

    /// <summary>180 x / pi; Mul, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Rad2deg(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x * (180 / double.Pi));

    /// <summary>pi x / 180; Mul, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Deg2rad(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x * (double.Pi / 180));
}
