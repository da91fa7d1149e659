using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Pools that are given the size of their output.</summary>
internal static class AdaptivePoolRows
{
    public static IEnumerable<LoweringRow> All => [.. Average, .. Maximum];

    private static IEnumerable<LoweringRow> Average =>
    [
        new("AdaptiveAvgPool1d", "1", () => AdaptiveAvgPool1d(1), Float(2, 3, 10)) { Onnx = "GlobalAveragePool" },
        new("AdaptiveAvgPool1d", "a divisor", () => AdaptiveAvgPool1d(5), Float(2, 3, 10)) { Onnx = "AveragePool" },
        new("AdaptiveAvgPool1d", "no divisor", () => AdaptiveAvgPool1d(4), Float(2, 3, 10)) { Onnx = "MatMul" },
        new("AdaptiveAvgPool1d", "larger than the input", () => AdaptiveAvgPool1d(7), Float(2, 3, 3)) { Onnx = "MatMul" },
        new("AdaptiveAvgPool1d", "dynamic length", () => AdaptiveAvgPool1d(4), Float(2, 3, 10).Dynamic((0, "N"), (2, "T"))),
        new("AdaptiveAvgPool1d", "without a batch axis", () => AdaptiveAvgPool1d(5), Float(3, 10).Static()) { Onnx = "Unsqueeze AveragePool Squeeze" },
        new("AdaptiveAvgPool2d", "1", () => AdaptiveAvgPool2d(1), Float(2, 3, 8, 9)) { Onnx = "GlobalAveragePool" },
        new("AdaptiveAvgPool2d", "1 of dynamic height and width", () => AdaptiveAvgPool2d(1), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))) { Onnx = "GlobalAveragePool" },
        new("AdaptiveAvgPool2d", "1 without a batch axis", () => AdaptiveAvgPool2d(1), Float(3, 8, 9).Static()) { Onnx = "ReduceMean" },
        new("AdaptiveAvgPool2d", "1 of float64", () => AdaptiveAvgPool2d(1), Double(2, 3, 8, 9)) { Onnx = "ReduceMean" },
        new("AdaptiveAvgPool2d", "the same size", () => Sequential(AdaptiveAvgPool2d((8, 9)), ReLU()), Float(2, 3, 8, 9)) { Onnx = "Relu" },
        new("AdaptiveAvgPool2d", "divisors", () => AdaptiveAvgPool2d((4, 3)), Float(2, 3, 8, 9)) { Onnx = "AveragePool" },
        new("AdaptiveAvgPool2d", "a divisor and 1", () => AdaptiveAvgPool2d((4, 1)), Float(2, 3, 8, 9)) { Onnx = "AveragePool" },
        new("AdaptiveAvgPool2d", "no divisors", () => AdaptiveAvgPool2d((7, 5)), Float(2, 3, 8, 9)) { Onnx = "MatMul MatMul" },
        new("AdaptiveAvgPool2d", "no divisor and 1", () => AdaptiveAvgPool2d((3, 1)), Float(2, 3, 8, 9)) { Onnx = "ReduceMean MatMul" },
        new("AdaptiveAvgPool2d", "dynamic height and width", () => AdaptiveAvgPool2d((3, 2)), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        new("AdaptiveAvgPool2d", "bfloat16", () => AdaptiveAvgPool2d((4, 3)), new TestInput(ScalarType.BFloat16, 2, 3, 8, 9)) { RelativeTolerance = 1e-2, AbsoluteTolerance = 1e-2 },
        new("AdaptiveAvgPool3d", "1", () => AdaptiveAvgPool3d(1), Float(2, 2, 5, 6, 7)) { Onnx = "GlobalAveragePool" },
        new("AdaptiveAvgPool3d", "no divisors", () => AdaptiveAvgPool3d((3, 4, 5)), Float(2, 2, 5, 6, 7)) { Onnx = "Transpose MatMul Transpose MatMul MatMul" },
        new("AdaptiveAvgPool3d", "dynamic depth", () => AdaptiveAvgPool3d((3, 2, 7)), Float(2, 2, 5, 6, 7).Dynamic((0, "N"), (2, "D"))),
        LoweringRow.Of("adaptive_avg_pool1d", "no divisor", x => functional.adaptive_avg_pool1d(x, 4), Float(2, 3, 10)) with { Onnx = "MatMul" },
        LoweringRow.Of("adaptive_avg_pool2d", "1", x => functional.adaptive_avg_pool2d(x, 1), Float(2, 3, 8, 9)) with { Onnx = "GlobalAveragePool" },
        LoweringRow.Of("adaptive_avg_pool2d", "a pair", x => functional.adaptive_avg_pool2d(x, (2, 3)), Float(2, 3, 8, 9)) with { Onnx = "AveragePool" },
        LoweringRow.Of("adaptive_avg_pool2d", "a list", x => functional.adaptive_avg_pool2d(x, [8, 4]), Float(2, 3, 8, 9)) with { Onnx = "MatMul" },
        LoweringRow.Of("adaptive_avg_pool3d", "1", x => functional.adaptive_avg_pool3d(x, 1), Float(2, 2, 5, 6, 7)) with { Onnx = "GlobalAveragePool" },
    ];

    private static IEnumerable<LoweringRow> Maximum =>
    [
        new("AdaptiveMaxPool1d", "1", () => AdaptiveMaxPool1d(1), Float(2, 3, 10)) { Onnx = "ReduceMax" },
        new("AdaptiveMaxPool1d", "no divisor", () => AdaptiveMaxPool1d(4), Float(2, 3, 10)) { Onnx = "Gather ReduceMax" },
        new("AdaptiveMaxPool1d", "dynamic length", () => AdaptiveMaxPool1d(4), Float(2, 3, 10).Dynamic((0, "N"), (2, "T"))),
        new("AdaptiveMaxPool2d", "1 of dynamic height and width", () => AdaptiveMaxPool2d([1, 1]), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))) { Onnx = "ReduceMax" },
        new("AdaptiveMaxPool2d", "divisors", () => AdaptiveMaxPool2d([4, 3]), Float(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("AdaptiveMaxPool2d", "no divisors", () => AdaptiveMaxPool2d([5, 4]), Float(2, 3, 8, 9)) { Onnx = "Gather ReduceMax Gather ReduceMax" },
        new("AdaptiveMaxPool2d", "without a batch axis", () => AdaptiveMaxPool2d([5, 4]), Float(3, 8, 9).Static()) { Onnx = "Gather ReduceMax Gather ReduceMax" },
        LoweringRow.Of("adaptive_max_pool1d", "a divisor", x => functional.adaptive_max_pool1d(x, 5), Float(2, 3, 10)) with { Onnx = "MaxPool" },
        LoweringRow.Of("adaptive_max_pool2d", "no divisor and 1", x => functional.adaptive_max_pool2d(x, [3, 1]), Float(2, 3, 8, 9)) with { Onnx = "ReduceMax Gather ReduceMax" },
        LoweringRow.Many("adaptive_max_pool1d_with_indices", "no divisor", x => functional.adaptive_max_pool1d_with_indices(x, 4), Float(2, 3, 10)),
        LoweringRow.Many("adaptive_max_pool1d_with_indices", "dynamic length", x => functional.adaptive_max_pool1d_with_indices(x, 4), Float(2, 3, 10).Dynamic((0, "N"), (2, "T"))),
        LoweringRow.Many("adaptive_max_pool2d_with_indices", "divisors", x => functional.adaptive_max_pool2d_with_indices(x, [4, 3]), Float(2, 3, 8, 9)) with { Onnx = "MaxPool Mod" },
        LoweringRow.Many("adaptive_max_pool2d_with_indices", "no divisors, equal elements", x => functional.adaptive_max_pool2d_with_indices(x.round(), [5, 4]), Float(2, 3, 8, 9)),
        LoweringRow.Many("adaptive_max_pool2d_with_indices", "1 of dynamic height and width", x => functional.adaptive_max_pool2d_with_indices(x, [1, 1]), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))),
    ];
}
