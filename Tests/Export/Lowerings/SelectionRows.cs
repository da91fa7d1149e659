using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Elements chosen by their values.</summary>
internal static class SelectionRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        Of("maximum", "fractions", (x, y) => x.maximum(y), Float(4, 5), Float(5).Static()) with { Onnx = "Max" },
        Of("maximum", "bool", (x, y) => maximum(x, y), Bool(4, 5), Bool(4, 5)) with { Onnx = "Or" },
        Of("maximum", "int and float", (x, y) => x.maximum(y), Long(4, 5), Float(4, 5)),
        Of("maximum", "int16", (x, y) => x.maximum(y), new TestInput(ScalarType.Int16, 4, 5), new TestInput(ScalarType.Int16, 4, 5)),
        Of("maximum", "bfloat16", (x, y) => x.maximum(y), new TestInput(ScalarType.BFloat16, 4, 5), new TestInput(ScalarType.BFloat16, 4, 5)),
        Of("maximum", "NaN", (x, y) => (x / 0).maximum(y / 0), Long(9, 5).Within(-1, 2), Long(9, 5).Within(-1, 2)),
        Of("minimum", "fractions", (x, y) => x.minimum(y), Float(4, 5), Float(4, 5)) with { Onnx = "Min" },
        Of("minimum", "bool", (x, y) => x.minimum(y), Bool(4, 5), Bool(4, 5)) with { Onnx = "And" },
        Of("minimum", "integers", (x, y) => minimum(x, y), Int(4, 5), Long(4, 5)),
        Of("max", "of two", (x, y) => x.max(y), Float(4, 5), Float(4, 5)) with { Onnx = "Max" },
        Of("min", "of two", (x, y) => torch.min(x, y), Float(4, 5), Float(4, 5)) with { Onnx = "Min" },
        Of("fmax", "NaN", (x, y) => (x / 0).fmax(y / 0), Long(9, 5).Within(-1, 2), Long(9, 5).Within(-1, 2)),
        Of("fmax", "integers", (x, y) => x.fmax(y), Long(4, 5), Long(4, 5)),
        Of("fmin", "NaN", (x, y) => fmin(x / 0, y / 0), Long(9, 5).Within(-1, 2), Long(9, 5).Within(-1, 2)),
        Of("clamp", "both", x => x.clamp(-0.5, 0.5), Float(4, 5)) with { Onnx = "Clip" },
        Of("clamp", "min only", x => x.clamp(min: 0.5), Float(4, 5)) with { Onnx = "Clip" },
        Of("clamp", "max only", x => x.clamp(max: 0.5), Float(4, 5)) with { Onnx = "Clip" },
        Of("clamp", "min above max", x => x.clamp(1, -1), Float(4, 5)),
        Of("clamp", "integers", x => x.clamp(-2, 2), Long(4, 5)),
        Of("clamp", "int16", x => x.clamp(-2, 2), new TestInput(ScalarType.Int16, 4, 5) { Low = -9, High = 9 }),
        Of("clamp", "int by fractions", x => x.clamp(-1.5, 1.5), Long(4, 5)),
        Of("clamp", "half", x => x.clamp(-0.5, 0.5), Half(4, 5)),
        Of("clamp", "tensors", (x, low, high) => x.clamp(low, high), Float(4, 5), Float(5).Within(-2, 0).Static(), Float(4, 5).Within(0, 2)) with { Onnx = "Max Min" },
        Of("clamp", "a tensor", (x, low) => torch.clamp(x, min: low), Float(4, 5), Float(5).Static()) with { Onnx = "Max" },
        Of("clamp", "up to the batch size", x => x.clamp(max: x.shape[0]), Long(4, 5).Within(-9, 9)),
        Of("clip", "both", x => x.clip(-0.5, 0.5), Float(4, 5)),
        Of("clamp_min", "0", x => x.clamp_min(0), Float(4, 5)) with { Onnx = "Clip" },
        Of("clamp_max", "0.5", x => x.clamp_max(0.5), Float(4, 5)) with { Onnx = "Clip" },
        Of("where", "fractions", (c, x, y) => where(c, x, y), Bool(4, 5), Float(4, 5), Float(4, 5)) with { Onnx = "Where" },
        Of("where", "broadcast", (c, x, y) => where(c, x, y), Bool(4, 1), Float(5).Static(), Float(1).Static()),
        Of("where", "bool", (c, x, y) => where(c, x, y), Bool(4, 5), Bool(4, 5), Bool(4, 5)),
        Of("where", "int and float", (c, x, y) => where(c, x, y), Bool(4, 5), Long(4, 5), Float(4, 5)),
        Of("where", "int16", (c, x, y) => where(c, x, y), Bool(4, 5), new TestInput(ScalarType.Int16, 4, 5), new TestInput(ScalarType.Int16, 4, 5)),
        Of("where", "bfloat16", (c, x, y) => where(c, x, y), Bool(4, 5), new TestInput(ScalarType.BFloat16, 4, 5), new TestInput(ScalarType.BFloat16, 4, 5)),
        Of("where", "method", (c, x, y) => x.where(c, y), Bool(4, 5), Float(4, 5), Float(4, 5)),
        Of("where", "a comparison and a constant", x => where(x > 0, x, zeros_like(x)), Float(4, 5)),
        Of("masked_fill", "infinity", (x, m) => x.masked_fill(m, double.NegativeInfinity), Float(4, 5), Bool(4, 5)) with { Onnx = "Where" },
        Of("masked_fill", "broadcast mask", (x, m) => x.masked_fill(m, -1e9), Float(4, 5), Bool(5).Static()),
        Of("masked_fill", "integers", (x, m) => x.masked_fill(m, 7), Long(4, 5), Bool(4, 5)),
        Of("masked_fill", "bool", (x, m) => x.masked_fill(m, true), Bool(4, 5), Bool(4, 5)),
        Of("masked_fill", "half", (x, m) => x.masked_fill(m, double.NegativeInfinity), Half(4, 5), Bool(4, 5)),
        Of("nan_to_num", "defaults", x => (x / 0).nan_to_num(), Long(9, 5).Within(-1, 2)),
        Of("nan_to_num", "given", x => (x / 0).nan_to_num(1.5, 2.5, -3.5), Long(9, 5).Within(-1, 2)),
        Of("nan_to_num", "half", x => (x.round() / 0).nan_to_num(), Half(9, 5)),
        Of("nan_to_num", "double", x => (x.round() / 0).nan_to_num(), Double(9, 5)),
        Of("nan_to_num", "integers", x => x.nan_to_num() + 1, Long(9, 5)),
        Of("copysign", "fractions", (x, y) => x.copysign(y), Float(4, 5), Float(4, 5)),
        Of("copysign", "zeros", (x, y) => x.copysign(y * 0), Float(4, 5), Float(4, 5)),
        Of("copysign", "integers", (x, y) => copysign(x, y), Long(4, 5), Long(4, 5)),
        Of("heaviside", "fractions and 0", (x, y) => x.round().heaviside(y), Float(4, 5), Float(4, 5)),
        Of("heaviside", "integers", (x, y) => heaviside(x, y), Long(4, 5), Long(4, 5)),
    ];
}
