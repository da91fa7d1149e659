using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Exponentials, logarithms, roots, rounding, circular, hyperbolic and special functions.</summary>
internal static class ElementaryRows
{
    private const string NoKernel = "ONNX Runtime has no float64 kernel for it";

    public static IEnumerable<LoweringRow> All =>
    [
        .. Exponentials,
        .. Roundings,
        .. Circular,
        .. Special,
    ];

    private static IEnumerable<LoweringRow> Exponentials =>
    [
        Of("exp", "fractions", x => x.exp(), Float(2, 3)) with { Onnx = "Exp" },
        Of("exp", "integers", x => exp(x), Long(2, 3)) with { Onnx = "Cast Exp" },
        Of("exp", "double", x => x.exp(), Double(2, 3)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 0 },
        Of("exp", "half", x => x.exp(), Half(2, 3)) with { RelativeTolerance = 2e-3 },
        Of("exp", "bfloat16", x => x.exp(), new TestInput(ScalarType.BFloat16, 2, 3)) with { RelativeTolerance = 1e-2 },
        Of("exp", "bool", x => x.exp(), Bool(2, 3)),
        Of("exp", "in place", x => x.clone().exp_(), Float(2, 3)),
        Of("exp2", "fractions", x => x.exp2(), Float(2, 3)),
        Of("special_exp2", "integers", x => special.exp2(x), Long(2, 3)) with { RelativeTolerance = 1e-6 },
        Of("expm1", "of the order of 1", x => x.expm1(), Float(2, 3).Within(-5, 5)),
        Of("expm1", "near 0", x => x.expm1(), Float(2, 3).Within(-1e-5, 1e-5)) with { RelativeTolerance = 1e-5, AbsoluteTolerance = 0 },
        Of("expm1", "double", x => x.expm1(), Double(2, 3)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 0 },
        Of("special_expm1", "fractions", x => special.expm1(x), Float(2, 3)),
        Of("log", "positive", x => x.log(), Float(2, 3).Within(0.1, 9)) with { Onnx = "Log" },
        Of("log", "0 and negative", x => x.log(), Long(2, 3).Within(-1, 2)),
        Of("log2", "powers of 2", x => log2(x), Long(2, 3).Within(1, 9)),
        Of("log10", "positive", x => x.log10(), Float(2, 3).Within(0.1, 9)),
        Of("log1p", "of the order of 1", x => x.log1p(), Float(2, 3).Within(-0.9, 9)),
        Of("log1p", "near 0", x => x.log1p(), Float(2, 3).Within(-1e-5, 1e-5)) with { RelativeTolerance = 1e-5, AbsoluteTolerance = 0 },
        Of("log1p", "-1 and below", x => x.log1p(), Long(2, 3).Within(-2, 1)),
        Of("logaddexp", "fractions", (x, y) => x.logaddexp(y), Float(2, 3).Within(-20, 20), Float(2, 3).Within(-20, 20)),
        Of("logaddexp", "equal infinities", x => (x / 0).logaddexp(x / 0), Float(2, 3)),
        Of("logaddexp", "double", (x, y) => logaddexp(x, y), Double(2, 3), Double(2, 3)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 1e-14 },
        Of("logaddexp2", "fractions", (x, y) => x.logaddexp2(y), Float(2, 3).Within(-20, 20), Float(2, 3).Within(-20, 20)),
        Of("sqrt", "positive", x => x.sqrt(), Float(2, 3).Within(0, 9)) with { Onnx = "Sqrt" },
        Of("sqrt", "integers", x => sqrt(x), Int(2, 3).Within(0, 9)),
        Of("rsqrt", "positive", x => x.rsqrt(), Float(2, 3).Within(0.1, 9)) with { Onnx = "Sqrt Reciprocal" },
        Of("rsqrt", "integers", x => rsqrt(x), Long(2, 3).Within(1, 9)),
    ];

    private static IEnumerable<LoweringRow> Roundings =>
    [
        Of("floor", "fractions", x => x.floor(), Float(2, 3)) with { Onnx = "Floor" },
        Of("floor", "integers", x => x.floor() + 1, Long(2, 3)) with { Onnx = "Add" },
        Of("floor", "bfloat16", x => x.floor(), new TestInput(ScalarType.BFloat16, 2, 3)),
        Of("ceil", "fractions", x => ceil(x), Float(2, 3)) with { Onnx = "Ceil" },
        Of("ceil", "half", x => ceil(x), Half(2, 3)),
        Of("round", "fractions", x => x.round(), Float(2, 3).Within(-9, 9)) with { Onnx = "Round" },
        Of("round", "halves", x => (x / 2).round(), Long(4, 5).Within(-9, 9)),
        Of("round", "double", x => x.round(), Double(2, 3).Within(-9, 9)),
        Of("round", "decimals", x => x.round(2), Float(2, 3).Within(-9, 9)),
        Of("round", "negative decimals", x => torch.round(x, -2), Float(2, 3).Within(-900, 900)),
        Of("trunc", "fractions", x => x.trunc(), Float(2, 3).Within(-9, 9)),
        Of("trunc", "integers", x => x.trunc() + 1, Long(2, 3)),
        Of("fix", "fractions", x => x.fix(), Float(2, 3).Within(-9, 9)),
        Of("frac", "fractions", x => x.frac(), Float(2, 3).Within(-9, 9)) with { Onnx = "Mod" },
    ];

    private static IEnumerable<LoweringRow> Circular =>
    [
        Of("sin", "fractions", x => x.sin(), Float(2, 3).Within(-9, 9)) with { Onnx = "Sin" },
        Of("sin", "integers", x => sin(x), Long(2, 3)),
        Of("sin", "double", x => x.sin(), Double(2, 3)),
        Of("cos", "fractions", x => x.cos(), Float(2, 3).Within(-9, 9)) with { Onnx = "Cos" },
        Of("cos", "bfloat16", x => x.cos(), new TestInput(ScalarType.BFloat16, 2, 3)) with { RelativeTolerance = 1e-2 },
        Of("tan", "fractions", x => x.tan(), Float(2, 3).Within(-1.2, 1.2)) with { Onnx = "Tan" },
        Of("tan", "double", x => x.tan(), Double(2, 3).Within(-1.2, 1.2)) with { NotRunnable = NoKernel },
        Of("asin", "fractions", x => x.asin(), Float(2, 3).Within(-1, 1)) with { Onnx = "Asin" },
        Of("arcsin", "fractions", x => x.arcsin(), Float(2, 3).Within(-1, 1)),
        Of("acos", "fractions", x => x.acos(), Float(2, 3).Within(-1, 1)) with { Onnx = "Acos" },
        Of("arccos", "fractions", x => x.arccos(), Float(2, 3).Within(-1, 1)),
        Of("atan", "fractions", x => x.atan(), Float(2, 3).Within(-9, 9)) with { Onnx = "Atan" },
        Of("arctan", "fractions", x => x.arctan(), Float(2, 3).Within(-9, 9)),
        Of("arctan", "with a second tensor", (y, x) => y.arctan(x), Float(2, 3), Float(2, 3)),
        Of("atan2", "all quadrants", (y, x) => y.atan2(x), Float(9, 5), Float(9, 5)),
        Of("atan2", "the axes", (y, x) => y.atan2(x), Long(20, 5).Within(-1, 2), Long(20, 5).Within(-1, 2)),
        Of("atan2", "negative zeros", (y, x) => (y * -0.0).atan2(x * -0.0), Float(9, 5), Float(9, 5)),
        Of("atan2", "infinities", (y, x) => (y / 0).atan2(x / 0), Float(9, 5), Float(9, 5)),
        Of("arctan2", "broadcast", (y, x) => arctan2(y, x), Float(9, 5), Float(5).Static()),
        Of("sinh", "fractions", x => x.sinh(), Float(2, 3)) with { Onnx = "Sinh" },
        Of("cosh", "fractions", x => x.cosh(), Float(2, 3)) with { Onnx = "Cosh" },
        Of("asinh", "fractions", x => x.asinh(), Float(2, 3)) with { Onnx = "Asinh" },
        Of("arcsinh", "fractions", x => x.arcsinh(), Float(2, 3)),
        Of("acosh", "above 1", x => x.acosh(), Float(2, 3).Within(1.1, 9)) with { Onnx = "Acosh" },
        Of("arccosh", "above 1", x => x.arccosh(), Float(2, 3).Within(1.1, 9)),
        Of("atanh", "fractions", x => x.atanh(), Float(2, 3).Within(-0.9, 0.9)) with { Onnx = "Atanh" },
        Of("arctanh", "fractions", x => x.arctanh(), Float(2, 3).Within(-0.9, 0.9)),
        Of("hypot", "fractions", (x, y) => x.hypot(y), Float(2, 3), Float(2, 3)),
        Of("hypot", "squares that overflow", (x, y) => hypot(x, y), Float(2, 3).Within(-1e30, 1e30), Float(2, 3).Within(-1e30, 1e30)),
        Of("hypot", "zeros", (x, y) => (x * 0).hypot(y * 0), Float(2, 3), Float(2, 3)),
        Of("angle", "fractions", x => x.angle(), Float(2, 3)),
        Of("angle", "integers", x => angle(x), Long(2, 3)),
        Of("rad2deg", "fractions", x => x.rad2deg(), Float(2, 3)) with { Onnx = "Mul" },
        Of("rad2deg", "integers", x => x.rad2deg(), Long(2, 3)),
        Of("deg2rad", "fractions", x => x.deg2rad(), Float(2, 3).Within(-180, 180)),
        Of("deg2rad", "half", x => x.deg2rad(), Half(2, 3).Within(-180, 180)) with { RelativeTolerance = 2e-3 },
    ];

    private static IEnumerable<LoweringRow> Special =>
    [
        Of("erf", "fractions", x => x.erf(), Float(2, 3)) with { Onnx = "Erf" },
        Of("erf", "the static erfinv, which is erf", x => erfinv(x), Float(2, 3)),
        Of("erf", "double", x => x.erf(), Double(2, 3)) with { NotRunnable = NoKernel },
        Of("special_erf", "fractions", x => special.erf(x), Float(2, 3)),
        Of("erfc", "both sides", x => x.erfc(), Float(4, 5).Within(-4, 2)),
        Of("erfc", "far out, where 1 - erf is 0", x => x.erfc(), Float(4, 5).Within(3, 8)) with { RelativeTolerance = 5e-5, AbsoluteTolerance = 0 },
        Of("special_erfc", "fractions", x => special.erfc(x), Float(2, 3)),
        Of("erfinv", "both ranges", x => x.erfinv(), Float(9, 5).Within(-0.999, 0.999)),
        Of("erfinv", "ends", x => x.erfinv(), Long(9, 5).Within(-2, 3)),
        Of("special_erfinv", "fractions", x => special.erfinv(x), Float(2, 3).Within(-0.9, 0.9)),
        Of("special_ndtr", "fractions", x => special.ndtr(x), Float(2, 3).Within(-5, 5)) with { AbsoluteTolerance = 1e-7 },
        Of("logit", "fractions", x => x.logit(), Float(2, 3).Within(0.1, 0.9)),
        Of("logit", "eps", x => x.logit(0.1), Float(4, 5).Within(-0.2, 1.2)),
        Of("special_logit", "fractions", x => special.logit(x), Float(2, 3).Within(0.1, 0.9)),
        Of("sinc", "fractions", x => x.sinc(), Float(2, 3)),
        Of("sinc", "0", x => sinc(x), Long(4, 5).Within(-1, 2)),
        Of("special_sinc", "fractions", x => special.sinc(x), Float(2, 3)),
        Of("xlogy", "fractions", (x, y) => x.xlogy(y), Float(2, 3), Float(2, 3).Within(0.1, 5)),
        Of("xlogy", "0", (x, y) => x.xlogy(y), Long(4, 5).Within(-1, 2), Long(4, 5).Within(0, 2)),
        Of("xlogy", "a number", x => x.xlogy(2.5), Float(2, 3)),
        Of("special_xlog1py", "0", (x, y) => special.xlog1py(x, y), Long(4, 5).Within(-1, 2), Float(4, 5).Within(-0.9, 2)),
        Of("special_entr", "0 and negative", x => special.entr(x), Float(4, 5).Within(-1, 2)),
        Of("special_entr", "integers", x => special.entr(x), Long(4, 5).Within(-1, 3)),
    ];
}
