using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Sums, products, quotients and powers.</summary>
internal static class ArithmeticRows
{
    private const double HalfTolerance = 2e-3;

    public static IEnumerable<LoweringRow> All =>
    [
        .. Sums,
        .. Quotients,
        .. Powers,
        .. Signs,
    ];

    private static IEnumerable<LoweringRow> Sums =>
    [
        Of("add", "two tensors", (x, y) => x + y, Float(2, 3), Float(2, 3)) with { Onnx = "Add" },
        Of("add", "broadcast on the right", (x, y) => x + y, Float(2, 3, 4), Float(4).Static()),
        Of("add", "broadcast both ways", (x, y) => x + y, Float(2, 1, 4), Float(3, 1).Static()),
        Of("add", "two dynamic axes", (x, y) => x + y, Float(2, 1).Dynamic((0, "N")), Float(1, 3).Dynamic((1, "T"))),
        Of("add", "int + float", (x, y) => x + y, Long(2, 3), Float(2, 3)) with { Onnx = "Cast Add" },
        Of("add", "int32 + int64", (x, y) => x + y, Int(2, 3), Long(2, 3)),
        Of("add", "float + zero-dimensional double", (x, y) => x + y, Float(2, 3), Double().Static()),
        Of("add", "int64 + zero-dimensional float", (x, y) => x + y, Long(2, 3), Float().Static()),
        Of("add", "int32 + zero-dimensional int64", (x, y) => x + y, Int(2, 3), Long().Static()),
        Of("add", "double + float", (x, y) => x + y, Double(2, 3), Float(2, 3)),
        Of("add", "half + half", (x, y) => x + y, Half(2, 3), Half(2, 3)) with { RelativeTolerance = HalfTolerance, Onnx = "Add" },
        Of("add", "half + float", (x, y) => x + y, Half(2, 3), Float(2, 3)),
        Of("add", "bfloat16 + bfloat16", (x, y) => x + y, Brain(2, 3), Brain(2, 3)) with { RelativeTolerance = 1e-2 },
        Of("add", "half + bfloat16", (x, y) => x + y, Half(2, 3), Brain(2, 3)),
        Of("add", "bool + bool", (x, y) => x + y, Bool(2, 3), Bool(2, 3)) with { Onnx = "Or" },
        Of("add", "bool + int", (x, y) => x + y, Bool(2, 3), Int(2, 3)),
        Of("add", "uint8 + uint8, which wraps", (x, y) => x + y, Byte(2, 3).Within(100, 256), Byte(2, 3).Within(100, 256)),
        Of("add", "int8 + uint8", (x, y) => x + y, new TestInput(ScalarType.Int8, 2, 3) { Low = -128, High = 128 }, Byte(2, 3).Within(100, 256)),
        Of("add", "a fraction", x => x + 0.5, Float(2, 3)),
        Of("add", "a whole number", x => x + 3, Float(2, 3)),
        Of("add", "int + a fraction", x => x + 0.5, Long(2, 3)),
        Of("add", "int32 + a whole number", x => x + 3, Int(2, 3)),
        Of("add", "bool + a whole number", x => x + 3, Bool(2, 3)),
        Of("add", "number on the left", x => 2.5 + x, Float(2, 3)),
        Of("add", "half + a number that half does not hold", x => x + 0.1, Half(2, 3)) with { RelativeTolerance = HalfTolerance },
        Of("add", "the batch size", x => x + x.shape[0], Float(2, 3)),
        Of("add", "alpha", (x, y) => x.add(y, 2.5), Float(2, 3), Float(2, 3)) with { Onnx = "Mul Add" },
        Of("add", "alpha 1", (x, y) => x.add(y, 1), Float(2, 3), Float(2, 3)) with { Onnx = "Add" },
        Of("add", "alpha of integers", (x, y) => x.add(y, 3), Long(2, 3), Long(2, 3)),
        Of("add", "alpha in half", (x, y) => torch.add(x, y, 0.1), Half(2, 3), Half(2, 3)) with { RelativeTolerance = HalfTolerance, AbsoluteTolerance = HalfTolerance },
        Of("add", "in place", (x, y) => x.clone().add_(y), Float(2, 3), Float(2, 3)),
        Of("add", "half in place + float", (x, y) => x.clone().add_(y), Half(2, 3), Float(2, 3)) with { RelativeTolerance = HalfTolerance, AbsoluteTolerance = HalfTolerance },
        Of("add", "zero-dimensional", (x, y) => x + y, Float().Static(), Float().Static()),
        Of("add", "an axis of size 0", (x, y) => x + y, Float(2, 0), Float(2, 1)),
        Of("sub", "two tensors", (x, y) => x - y, Float(2, 3), Float(2, 3)) with { Onnx = "Sub" },
        Of("sub", "uint8, which wraps", (x, y) => x - y, Byte(2, 3), Byte(2, 3)),
        Of("sub", "number on the left", x => 2 - x, Float(2, 3)),
        Of("sub", "fraction on the left of an int", x => 2.5 - x, Long(2, 3)),
        Of("sub", "a number", x => x - 2, Long(2, 3)),
        Of("subtract", "two tensors", (x, y) => x.subtract(y), Float(2, 3), Long(2, 3)),
        Of("mul", "two tensors", (x, y) => x * y, Float(2, 3), Float(3).Static()) with { Onnx = "Mul" },
        Of("mul", "bool * bool", (x, y) => x * y, Bool(2, 3), Bool(2, 3)) with { Onnx = "And" },
        Of("mul", "bool * float", (x, y) => x * y, Bool(2, 3), Float(2, 3)),
        Of("mul", "int16 * int16, which wraps", (x, y) => x * y, Short(2, 3).Within(-30000, 30000), Short(2, 3).Within(-30000, 30000)),
        Of("mul", "half * a number beyond half", x => x * 100000.0, Half(2, 3).Within(-0.4, 0.4)) with { RelativeTolerance = HalfTolerance },
        Of("mul", "number on the left", x => 3 * x, Long(2, 3)),
        Of("multiply", "a number", x => x.multiply(1.5), Float(2, 3)),
        Of("addcmul", "value", (x, y, z) => x.addcmul(y, z, 0.5), Float(2, 3), Float(2, 3), Float(3).Static()),
        Of("addcmul", "function with value 1", (x, y, z) => torch.addcmul(x, y, z, 1), Float(2, 3), Float(2, 3), Float(2, 3)) with { Onnx = "Mul Add" },
        Of("addcmul", "integers", (x, y, z) => x.addcmul(y, z, 2), Long(2, 3), Long(2, 3), Long(2, 3)),
        Of("addcdiv", "value", (x, y, z) => x.addcdiv(y, z, 0.5), Float(2, 3), Float(2, 3), Float(2, 3).Within(0.5, 2)),
        Of("addcdiv", "without value", (x, y, z) => x.addcdiv(y, z), Float(2, 3), Float(2, 3), Float(2, 3).Within(0.5, 2)) with { Onnx = "Div Add" },
        Of("addcdiv", "half", (x, y, z) => x.addcdiv(y, z), Half(2, 3), Half(2, 3), Half(2, 3).Within(0.5, 2)) with { RelativeTolerance = HalfTolerance, AbsoluteTolerance = HalfTolerance },
        Of("lerp", "weights on both sides of 1/2", (x, y, w) => x.lerp(y, w), Float(2, 3), Float(2, 3), Float(2, 3).Within(-1, 2)),
        Of("lerp", "a weight", (x, y, w) => lerp(x, y, w), Float(2, 3), Float(2, 3), Float().Static()),
    ];

    private static IEnumerable<LoweringRow> Quotients =>
    [
        Of("div", "two tensors", (x, y) => x / y, Float(2, 3), Positive(2, 3)) with { Onnx = "Div" },
        Of("div", "int / int", (x, y) => x / y, Long(2, 3), Long(2, 3).Within(1, 6)),
        Of("div", "int / a whole number", x => x / 2, Int(2, 3)),
        Of("div", "a whole number / int", x => 2 / x, Int(2, 3).Within(1, 6)),
        Of("div", "number on the left", x => 1.0 / x, Positive(2, 3)),
        Of("div", "bool / bool", (x, y) => x / y, Bool(2, 3), Bool(2, 3).Within(1, 2)),
        Of("div", "half / a number", x => x / 3, Half(2, 3)) with { RelativeTolerance = HalfTolerance },
        Of("div", "double / float", (x, y) => x / y, Double(2, 3), Positive(2, 3)),
        Of("div", "by 0", (x, y) => x / y, Float(2, 3), Long(2, 3).Within(-1, 2)),
        Of("div", "by the length", x => x / x.shape[1], Float(2, 3).Dynamic((1, "T"))),
        Of("div", "trunc", (x, y) => x.div(y, RoundingMode.trunc), Float(4, 5).Within(-9, 9), Positive(4, 5)),
        Of("div", "trunc of integers", (x, y) => x.div(y, RoundingMode.trunc), Long(4, 5).Within(-20, 20), Long(4, 5).Within(1, 6)),
        Of("div", "trunc of uint8", (x, y) => x.div(y, RoundingMode.trunc), Byte(4, 5).Within(0, 256), Byte(4, 5).Within(1, 6)),
        Of("div", "floor", (x, y) => x.div(y, RoundingMode.floor), Float(4, 5).Within(-9, 9), Signed(4, 5)),
        Of("div", "floor of integers", (x, y) => x.div(y, RoundingMode.floor), Long(4, 5).Within(-20, 20), Long(4, 5).Within(-6, 0)),
        Of("div", "floor by a number", x => x.div(0.1, RoundingMode.floor), Float(4, 5)),
        Of("divide", "two tensors", (x, y) => x.divide(y), Float(2, 3), Positive(2, 3)),
        Of("true_divide", "the static div, which ignores rounding_mode", (x, y) => div(x, y, RoundingMode.floor), Float(2, 3), Float(2, 3).Within(1, 3)),
        Of("true_divide", "the static div_, which ignores it too", (x, y) => div_(x.clone(), y, RoundingMode.floor), Float(2, 3), Float(2, 3).Within(1, 3)),
        Of("true_divide", "integers", (x, y) => x.true_divide(y), Long(2, 3), Long(2, 3).Within(1, 6)),
        Of("floor_divide", "fractions", (x, y) => x.floor_divide(y), Float(4, 5).Within(-9, 9), Signed(4, 5)),
        Of("floor_divide", "quotients that are rounded up to an integer", x => x.floor_divide(0.1), Long(40).Static().Within(-40, 40)),
        Of("floor_divide", "by 0", (x, y) => x.floor_divide(y), Float(4, 5), Long(4, 5).Within(-1, 2)),
        Of("floor_divide", "integers", (x, y) => floor_divide(x, y), Long(4, 5).Within(-20, 20), Long(4, 5).Within(-6, 0)),
        Of("floor_divide", "int32 by a number", x => x.floor_divide(-3), Int(4, 5).Within(-20, 20)),
        Of("floor_divide", "int8", (x, y) => x.floor_divide(y), new TestInput(ScalarType.Int8, 4, 5) { Low = -128, High = 128 }, new TestInput(ScalarType.Int8, 4, 5) { Low = 1, High = 6 }),
        Of("floor_divide", "half", (x, y) => x.floor_divide(y), Half(4, 5).Within(-9, 9), Half(4, 5).Within(0.5, 2)) with { AbsoluteTolerance = HalfTolerance },
        Of("floor_divide", "double", (x, y) => x.floor_divide(y), Double(4, 5).Within(-9, 9), Double(4, 5).Within(-2, -0.5)),
        Of("remainder", "fractions", (x, y) => x % y, Float(4, 5).Within(-9, 9), Signed(4, 5)),
        Of("remainder", "by a positive number", x => x % 1.5, Float(4, 5).Within(-9, 9)),
        Of("remainder", "by a negative number", x => x.remainder(-1.5), Float(4, 5).Within(-9, 9)),
        Of("remainder", "integers", (x, y) => x % y, Long(4, 5).Within(-20, 20), Long(4, 5).Within(-6, 0)) with { Onnx = "Mod" },
        Of("remainder", "int32 by a whole number", x => x % 4, Int(4, 5).Within(-20, 20)),
        Of("remainder", "int by a fraction", x => x % 1.5, Long(4, 5).Within(-20, 20)),
        Of("remainder", "half", x => x % 1.5, Half(4, 5).Within(-9, 9)) with { AbsoluteTolerance = HalfTolerance },
        Of("fmod", "fractions", (x, y) => x.fmod(y), Float(4, 5).Within(-9, 9), Signed(4, 5)) with { Onnx = "Mod" },
        Of("fmod", "integers", (x, y) => fmod(x, y), Long(4, 5).Within(-20, 20), Long(4, 5).Within(-6, 0)),
        Of("fmod", "by a number", x => x.fmod(1.5), Float(4, 5).Within(-9, 9)),
        Of("reciprocal", "fractions", x => x.reciprocal(), Positive(2, 3)) with { Onnx = "Reciprocal" },
        Of("reciprocal", "integers", x => reciprocal(x), Long(2, 3).Within(1, 6)),
    ];

    private static IEnumerable<LoweringRow> Powers =>
    [
        Of("pow", "two tensors", (x, y) => x.pow(y), Positive(2, 3), Float(2, 3)) with { Onnx = "Pow" },
        Of("pow", "float^int", (x, y) => x.pow(y), Float(2, 3), Long(2, 3)),
        Of("pow", "int^float", (x, y) => x.pow(y), Long(2, 3).Within(1, 6), Float(2, 3)),
        Of("pow", "int^int", (x, y) => x.pow(y), Long(2, 3), Long(2, 3).Within(0, 6)),
        Of("pow", "int32^int64", (x, y) => torch.pow(x, y), Int(2, 3), Long(2, 3).Within(0, 6)),
        Of("pow", "2", x => x.pow(2), Float(2, 3)) with { Onnx = "Mul" },
        Of("pow", "3", x => x.pow(3), Float(2, 3)) with { Onnx = "Pow" },
        Of("pow", "0.5", x => x.pow(0.5), Positive(2, 3)) with { Onnx = "Sqrt" },
        Of("pow", "-0.5", x => x.pow(-0.5), Positive(2, 3)) with { Onnx = "Sqrt Reciprocal" },
        Of("pow", "-1", x => x.pow(-1), Positive(2, 3)) with { Onnx = "Reciprocal" },
        Of("pow", "-2", x => x.pow(-2), Positive(2, 3)) with { Onnx = "Mul Reciprocal" },
        Of("pow", "0", x => x.pow(0) * x, Float(2, 3)),
        Of("pow", "1", x => x.pow(1) + 1, Float(2, 3)),
        Of("pow", "1.7", x => x.pow(1.7), Positive(2, 3)) with { Onnx = "Pow" },
        Of("pow", "int^5", x => x.pow(5), Long(2, 3)) with { Onnx = "Mul Mul Mul" },
        Of("pow", "int^13, which wraps", x => x.pow(13), Long(2, 3).Within(900, 1000)),
        Of("pow", "int^1.5", x => x.pow(1.5), Long(2, 3).Within(1, 6)),
        Of("pow", "uint8^2, which wraps", x => x.pow(2), Byte(2, 3).Within(10, 30)),
        Of("pow", "half^1.7", x => x.pow(1.7), Half(2, 3).Within(0.5, 2)) with { RelativeTolerance = HalfTolerance },
        Of("pow", "double", (x, y) => x.pow(y), Double(2, 3).Within(0.5, 2), Double(2, 3)),
        Of("float_power", "float^float", (x, y) => x.float_power(y), Positive(2, 3), Float(2, 3)),
        Of("float_power", "int^int", (x, y) => x.float_power(y), Long(2, 3).Within(1, 6), Long(2, 3)),
        Of("square", "fractions", x => x.square(), Float(2, 3)) with { Onnx = "Mul" },
        Of("square", "integers", x => square(x), Int(2, 3)),
        Of("ldexp", "fractions", (x, y) => x.ldexp(y), Float(2, 3), Float(2, 3)),
        Of("ldexp", "integers", (x, y) => ldexp(x, y), Float(2, 3), Long(2, 3)),
    ];

    private static IEnumerable<LoweringRow> Signs =>
    [
        Of("neg", "fractions", x => -x, Float(2, 3)) with { Onnx = "Neg" },
        Of("neg", "uint8, which wraps", x => -x, Byte(2, 3)),
        Of("neg", "int64", x => x.neg(), Long(2, 3)),
        Of("negative", "fractions", x => x.negative(), Float(2, 3)),
        Of("abs", "fractions", x => x.abs(), Float(2, 3)) with { Onnx = "Abs" },
        Of("abs", "int16", x => x.abs(), Short(2, 3)),
        Of("abs", "bfloat16", x => x.abs(), Brain(2, 3)),
        Of("absolute", "integers", x => x.absolute(), Int(2, 3)),
        Of("sign", "fractions and 0", x => sign(x.round()), Float(2, 3)),
        Of("sign", "integers", x => x.sign(), Long(2, 3)),
        Of("sgn", "fractions", x => x.sgn(), Float(2, 3)) with { Onnx = "Sign" },
    ];

    private static TestInput Positive(params long[] shape) => Float(shape).Within(0.5, 2);

    private static TestInput Signed(params long[] shape) => Float(shape).Within(-2.5, -0.3);

    private static TestInput Byte(params long[] shape) => new(ScalarType.Byte, shape) { Low = 0, High = 10 };

    private static TestInput Short(params long[] shape) => new(ScalarType.Int16, shape) { Low = -5, High = 6 };

    private static TestInput Brain(params long[] shape) => new(ScalarType.BFloat16, shape);
}
