using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Comparisons, tests, truth values and bits.</summary>
internal static class ComparisonRows
{
    private static readonly int[] From18 = [18, 21];

    public static IEnumerable<LoweringRow> All =>
    [
        .. Comparisons,
        .. Tests,
        .. Logic,
    ];

    private static IEnumerable<LoweringRow> Comparisons =>
    [
        Of("eq", "integers", (x, y) => x == y, Long(4, 5).Within(0, 3), Long(4, 5).Within(0, 3)) with { Onnx = "Equal" },
        Of("eq", "bool", (x, y) => x.eq(y), Bool(4, 5), Bool(4, 5)),
        Of("eq", "int and float", (x, y) => x == y, Long(4, 5).Within(0, 3), Float(4, 5).Within(0, 3)),
        Of("eq", "a number", x => x == 1, Int(4, 5).Within(0, 3)),
        Of("eq", "bool and a number", x => x == 1, Bool(4, 5)),
        Of("eq", "int8", (x, y) => x == y, new TestInput(ScalarType.Int8, 4, 5), new TestInput(ScalarType.Int8, 4, 5)),
        Of("eq", "int and a fraction, in float32", x => x + 16777217L == 16777216.0, Long(4, 5).Within(-1, 2)),
        Of("eq", "half and a fraction, rounded to half", x => x == 0.1, Half(4, 5).Within(0.1, 0.1)),
        Of("eq", "bfloat16 and a fraction, rounded to bfloat16", x => x == 0.1, new TestInput(ScalarType.BFloat16, 4, 5) { Low = 0.1, High = 0.1 }),
        Of("eq", "in place, as the tensor's own type", (x, y) => x.clone().eq_(y), Float(4, 5), Float(4, 5)),
        Of("equal", "integers", (x, y) => x.equal(y), Long(4, 5).Within(0, 3), Long(4, 5).Within(0, 3)),
        Of("ne", "integers", (x, y) => x != y, Long(4, 5).Within(0, 3), Long(4, 5).Within(0, 3)) with { Onnx = "Equal Not" },
        Of("ne", "bool", (x, y) => x.ne(y), Bool(4, 5), Bool(4, 5)),
        Of("not_equal", "fractions", (x, y) => x.not_equal(y), Float(4, 5), Float(4, 5)),
        Of("lt", "fractions", (x, y) => x < y, Float(4, 5), Float(5).Static()) with { Onnx = "Less" },
        Of("lt", "bool", (x, y) => x < y, Bool(4, 5), Bool(4, 5)),
        Of("lt", "uint8 and int8", (x, y) => x < y, new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 256 }, new TestInput(ScalarType.Int8, 4, 5) { Low = -128, High = 128 }),
        Of("lt", "the length", x => arange(5).unsqueeze(0) < x.shape[0], Float(2, 3).Dynamic((0, "T"))),
        Of("less", "fractions", (x, y) => x.less(y), Float(4, 5), Float(4, 5)),
        Of("le", "integers", (x, y) => x <= y, Int(4, 5), Long(4, 5)) with { Onnx = "Cast LessOrEqual" },
        Of("le", "half", (x, y) => x <= y, Half(4, 5), Half(4, 5)),
        Of("less_equal", "fractions", (x, y) => x.less_equal(y), Float(4, 5), Float(4, 5)),
        Of("gt", "a fraction", x => x > 0.5, Float(4, 5)) with { Onnx = "Greater" },
        Of("gt", "a number that uint8 does not hold", x => x > -1, new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 256 }),
        Of("lt", "a number that int8 does not hold", x => x < 128, new TestInput(ScalarType.Int8, 4, 5) { Low = -128, High = 128 }),
        Of("gt", "int and a fraction", x => x > 0.5, Long(4, 5)),
        Of("gt", "number on the left", x => 0.5 > x, Float(4, 5)),
        Of("gt", "double", (x, y) => x > y, Double(4, 5), Float(4, 5)),
        Of("gt", "int16", (x, y) => x > y, new TestInput(ScalarType.Int16, 4, 5), new TestInput(ScalarType.Int16, 4, 5)),
        Of("gt", "bfloat16", (x, y) => x > y, new TestInput(ScalarType.BFloat16, 4, 5), new TestInput(ScalarType.BFloat16, 4, 5)),
        Of("greater", "fractions", (x, y) => x.greater(y), Float(4, 5), Float(4, 5)),
        Of("ge", "integers", (x, y) => x >= y, Long(4, 5), Long(4, 5)) with { Onnx = "GreaterOrEqual" },
        Of("greater_equal", "fractions", (x, y) => x.greater_equal(y), Float(4, 5), Float(4, 5)),
    ];

    private static IEnumerable<LoweringRow> Tests =>
    [
        Of("isclose", "near and far", (x, y) => (x + (y * 1e-5)).isclose(x, rtol: 1e-5, atol: 1e-6), Float(9, 5), Float(9, 5)),
        Of("isclose", "integers", (x, y) => isclose(x, y), Long(4, 5).Within(0, 3), Long(4, 5).Within(0, 3)),
        Of("isclose", "infinities and NaN", (x, y) => (x / 0).isclose(y / 0, nanEqual: true), Long(9, 5).Within(-1, 2), Long(9, 5).Within(-1, 2)),
        Of("isclose", "NaN is not near NaN", (x, y) => (x / 0).isclose(y / 0), Long(9, 5).Within(-1, 2), Long(9, 5).Within(-1, 2)),
        Of("isnan", "fractions", x => (x / 0).isnan(), Long(4, 5).Within(-1, 2)),
        Of("isnan", "integers", x => x.isnan(), Long(4, 5)),
        Of("isnan", "half", x => (x.round() / 0).isnan(), Half(4, 5)),
        Of("isinf", "fractions", x => (x / 0).isinf(), Long(4, 5).Within(-1, 2)),
        Of("isinf", "half", x => (x.round() / 0).isinf(), Half(4, 5)),
        Of("isinf", "double", x => (x.round() / 0).isinf(), Double(4, 5)),
        Of("isposinf", "fractions", x => (x / 0).isposinf(), Long(4, 5).Within(-1, 2)),
        Of("isneginf", "fractions", x => (x / 0).isneginf(), Long(4, 5).Within(-1, 2)),
        Of("isneginf", "integers", x => x.isneginf(), Long(4, 5)),
        Of("isfinite", "fractions", x => isfinite(x / 0), Long(4, 5).Within(-1, 2)),
        Of("isfinite", "integers", x => x.isfinite(), Long(4, 5)),
        Of("isreal", "fractions", x => x.isreal(), Float(4, 5)),
        Of("signbit", "fractions and zeros", x => (x * 0).signbit(), Float(4, 5)),
        Of("signbit", "integers", x => x.signbit(), Long(4, 5)),
    ];

    private static IEnumerable<LoweringRow> Logic =>
    [
        Of("logical_and", "bool", (x, y) => x.logical_and(y), Bool(4, 5), Bool(4, 5)) with { Onnx = "And" },
        Of("logical_and", "int and float", (x, y) => x.logical_and(y), Long(4, 5).Within(0, 2), Float(4, 5)),
        Of("logical_or", "bool", (x, y) => logical_or(x, y), Bool(4, 5), Bool(5).Static()) with { Onnx = "Or" },
        Of("logical_xor", "integers", (x, y) => x.logical_xor(y), Long(4, 5).Within(0, 2), Long(4, 5).Within(0, 2)),
        Of("logical_not", "bool", x => x.logical_not(), Bool(4, 5)) with { Onnx = "Not" },
        Of("logical_not", "fractions", x => logical_not(x.round()), Float(4, 5)),
        Of("bitwise_and", "bool", (x, y) => x & y, Bool(4, 5), Bool(4, 5)) with { Onnx = "And" },
        Of("bitwise_and", "integers", (x, y) => x & y, Long(4, 5), Long(4, 5)) with { Opsets = From18 },
        Of("bitwise_and", "uint8", (x, y) => x.bitwise_and(y), new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 256 }, new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 256 }) with { Opsets = From18 },
        Of("bitwise_or", "bool", (x, y) => x | y, Bool(4, 5), Bool(4, 5)) with { Onnx = "Or" },
        Of("bitwise_or", "int32 and int64", (x, y) => x | y, Int(4, 5), Long(4, 5)) with { Opsets = From18 },
        Of("bitwise_xor", "bool", (x, y) => x ^ y, Bool(4, 5), Bool(4, 5)) with { Onnx = "Xor" },
        Of("bitwise_xor", "integers", (x, y) => x ^ y, Long(4, 5), Long(4, 5)) with { Opsets = From18 },
        Of("bitwise_not", "bool", x => ~x, Bool(4, 5)) with { Onnx = "Not" },
        Of("bitwise_not", "integers", x => ~x, Long(4, 5)),
        Of("bitwise_not", "uint8", x => x.bitwise_not(), new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 256 }),
        Of("bitwise_left_shift", "negative and positive", (x, y) => x.bitwise_left_shift(y), Long(4, 5), Long(4, 5).Within(0, 62)),
        Of("bitwise_left_shift", "counts out of range", (x, y) => x.bitwise_left_shift(y), Long(9, 5), Long(9, 5).Within(-3, 80)),
        Of("bitwise_left_shift", "int32", (x, y) => bitwise_left_shift(x, y), Int(4, 5), Int(4, 5).Within(0, 32)),
        Of("bitwise_right_shift", "negative and positive", (x, y) => x.bitwise_right_shift(y), Long(4, 5).Within(-1000, 1000), Long(4, 5).Within(0, 8)),
        Of("bitwise_right_shift", "counts out of range", (x, y) => x.bitwise_right_shift(y), Long(9, 5).Within(-1000, 1000), Long(9, 5).Within(-3, 80)),
        Of("bitwise_right_shift", "uint8", (x, y) => bitwise_right_shift(x, y), new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 256 }, new TestInput(ScalarType.Byte, 4, 5) { Low = 0, High = 8 }),
    ];
}
