using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class LinearRows
{
    private static Function Of(Linear linear) => new(inputs => nn.functional.linear(inputs[0], linear.weight, linear.bias), 1);

    public static IEnumerable<LoweringRow> All =>
    [
        new("Linear", "with bias", () => nn.Linear(5, 3), Float(2, 5)) { Onnx = "Gemm" },
        new("Linear", "without bias", () => nn.Linear(5, 3, hasBias: false), Float(2, 5)) { Onnx = "Gemm" },
        new("Linear", "vector", () => nn.Linear(5, 3), Float(5).Static()) { Onnx = "MatMul Add" },
        new("Linear", "stack", () => nn.Linear(5, 3), Float(2, 4, 5)) { Onnx = "MatMul Add" },
        new("Linear", "stack without bias, two dynamic axes", () => nn.Linear(5, 5, hasBias: false), Float(2, 4, 5).Dynamic((0, "N"), (1, "T"))) { Onnx = "MatMul" },
        new("Linear", "four axes", () => nn.Linear(5, 1), Float(2, 3, 4, 5)),
        new("Linear", "float64", () => nn.Linear(5, 3, dtype: ScalarType.Float64), Double(2, 5)),
        new("Linear", "float64, stack", () => nn.Linear(5, 3, dtype: ScalarType.Float64), Double(2, 4, 5)),
        new("Linear", "float16", () => nn.Linear(5, 3, dtype: ScalarType.Float16), Half(2, 5)) { RelativeTolerance = 4e-3, AbsoluteTolerance = 1e-2 },
        new("Linear", "bfloat16", () => nn.Linear(5, 3, dtype: ScalarType.BFloat16), new TestInput(ScalarType.BFloat16, 2, 5)) { RelativeTolerance = 2e-2, AbsoluteTolerance = 5e-2 },
        LoweringRow.Of("linear", "computed weight and bias", (x, w, b) => nn.functional.linear(x, w, b), Float(2, 5), Float(3, 5).Static(), Float(3).Static()) with { Onnx = "Gemm" },
        LoweringRow.Of("linear", "stack, computed weight", (x, w) => nn.functional.linear(x, w), Float(2, 4, 5), Float(3, 5).Static()) with { Onnx = "Transpose MatMul" },
        LoweringRow.Of("linear", "vector, computed weight", (x, w) => nn.functional.linear(x, w), Float(5).Static(), Float(3, 5)),
        new("linear", "stack, constant weight", () => Of(nn.Linear(5, 3)), Float(2, 4, 5)) { Onnx = "MatMul Add" },
        LoweringRow.Of("linear", "weight a vector", (x, w) => nn.functional.linear(x, w), Float(2, 5), Float(5).Static()),
        new("Bilinear", "with bias", () => nn.Bilinear(5, 3, 4), Float(2, 5), Float(2, 3)) { Onnx = "Einsum Add" },
        new("Bilinear", "without bias, stack", () => nn.Bilinear(5, 3, 4, hasBias: false), Float(2, 6, 5), Float(2, 6, 3)),
        new("Bilinear", "float64", () => nn.Bilinear(5, 3, 4, dtype: ScalarType.Float64), Double(2, 5), Double(2, 3)),
        LoweringRow.Of("bilinear", "computed weight", (a, b, w) => nn.functional.bilinear(a, b, w), Float(2, 5), Float(2, 3), Float(4, 5, 3).Static()),
    ];
}
