using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Resizing and sampling.</summary>
internal static class ResizeRows
{
    private static readonly TestInput Dynamic2d = Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"));

    public static IEnumerable<LoweringRow> All => [.. Modules, .. Nearest, .. Linear, .. Cubic, .. Dynamic, .. Others, .. Grids];

    private static IEnumerable<LoweringRow> Modules =>
    [
        new("Upsample", "nearest by 2", () => Upsample(scale_factor: [2, 2]), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "nearest to a size", () => Upsample([7, 11]), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "linear", () => Upsample(scale_factor: [2], mode: UpsampleMode.Linear), Float(2, 3, 5)) { Onnx = "Resize" },
        new("Upsample", "bilinear by 2", () => Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "bilinear, align_corners", () => Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear, align_corners: true), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "bicubic", () => Upsample([9, 11], mode: UpsampleMode.Bicubic), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "bicubic, align_corners", () => Upsample([9, 11], mode: UpsampleMode.Bicubic, align_corners: true), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "trilinear", () => Upsample([5, 7, 4], mode: UpsampleMode.Trilinear), Float(2, 2, 3, 4, 5)) { Onnx = "Resize" },
        new("Upsample", "scale recomputed", () => Upsample(scale_factor: [1.5, 1.7], mode: UpsampleMode.Bilinear, recompute_scale_factor: true), Float(2, 3, 5, 6)) { Onnx = "Resize" },
        new("Upsample", "by 2, dynamic height and width", () => Upsample(scale_factor: [2, 2]), Dynamic2d) { Onnx = "Resize" },
    ];

    private static IEnumerable<LoweringRow> Nearest =>
    [
        Of("nearest by 2.5 and 0.6", x => functional.interpolate(x, scale_factor: [2.5, 0.6]), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("nearest to a smaller size", x => functional.interpolate(x, [3, 4]), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("nearest in one dimension", x => functional.interpolate(x, [13]), Float(2, 3, 7)) with { Onnx = "Resize" },
        Of("nearest in three dimensions", x => functional.interpolate(x, scale_factor: [2, 1, 3]), Float(2, 2, 3, 4, 5)) with { Onnx = "Resize" },
        Of("nearest by 41, where the inverse in float32 chooses otherwise", x => functional.interpolate(x, [82]), Float(2, 1, 2)) with { Onnx = "Gather" },
        Of("nearest of float64", x => functional.interpolate(x, [7, 11]), Double(2, 3, 5, 6)) with { Onnx = "Gather Gather" },
        Of("nearest of uint8", x => functional.interpolate(x, [7, 11]), new TestInput(ScalarType.Byte, 2, 3, 5, 6).Within(0, 256)) with { Onnx = "Gather Gather" },
        Of("nearest, one axis unchanged", x => functional.interpolate(x, [5, 12]), Double(2, 3, 5, 6)) with { Onnx = "Gather" },
        Of("nearest of float16", x => functional.interpolate(x, [7, 11]), Half(2, 3, 5, 6)) with { Onnx = "Resize" },
        Of("nearest-exact larger", x => functional.interpolate(x, [8, 13], mode: InterpolationMode.NearestExact), Float(2, 3, 5, 6)) with { Onnx = "Resize" },
        Of("nearest-exact smaller", x => functional.interpolate(x, scale_factor: [0.5, 0.7], mode: InterpolationMode.NearestExact), Float(2, 3, 7, 9)),
        Of("the same size", x => functional.interpolate(x, [5, 6]).relu(), Float(2, 3, 5, 6)) with { Onnx = "Relu" },
    ];

    private static IEnumerable<LoweringRow> Linear =>
    [
        Of("linear by 1.7", x => functional.interpolate(x, scale_factor: [1.7], mode: InterpolationMode.Linear), Float(2, 3, 7)) with { Onnx = "Resize" },
        Of("linear, align_corners", x => functional.interpolate(x, [12], mode: InterpolationMode.Linear, align_corners: true), Float(2, 3, 7)) with { Onnx = "Resize" },
        Of("bilinear to a smaller size", x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bilinear), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("bilinear to 1", x => functional.interpolate(x, [1, 1], mode: InterpolationMode.Bilinear), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("bilinear from 1", x => functional.interpolate(x, [4, 5], mode: InterpolationMode.Bilinear), Float(2, 3, 1, 1)) with { Onnx = "Resize" },
        Of("bilinear to 1, align_corners", x => functional.interpolate(x, [1, 4], mode: InterpolationMode.Bilinear, align_corners: true), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("bilinear by 1.5, which the coordinates use", x => functional.interpolate(x, scale_factor: [1.5, 1.3], mode: InterpolationMode.Bilinear), Float(2, 3, 5, 7)) with { Onnx = "Resize" },
        Of("bilinear by 1.5 recomputed", x => functional.interpolate(x, scale_factor: [1.5, 1.3], mode: InterpolationMode.Bilinear, recompute_scale_factor: true), Float(2, 3, 5, 7)) with { Onnx = "Resize" },
        Of("bilinear by 1.5, align_corners", x => functional.interpolate(x, scale_factor: [1.5, 1.3], mode: InterpolationMode.Bilinear, align_corners: true), Float(2, 3, 5, 7)) with { Onnx = "Resize" },
        Of("bilinear of float16", x => functional.interpolate(x, [7, 11], mode: InterpolationMode.Bilinear), Half(2, 3, 5, 6)) with { RelativeTolerance = 1e-2, AbsoluteTolerance = 1e-2 },
        Of("bilinear of bfloat16", x => functional.interpolate(x, [7, 11], mode: InterpolationMode.Bilinear), new TestInput(ScalarType.BFloat16, 2, 3, 5, 6))
            with { RelativeTolerance = 2e-2, AbsoluteTolerance = 2e-2, Onnx = "Cast Resize Cast" },
        Of("bilinear of float64", x => functional.interpolate(x, [7, 11], mode: InterpolationMode.Bilinear), Double(2, 3, 5, 6)) with { Onnx = "Resize", NotRunnable = "ONNX Runtime's CPU provider interpolates no float64." },
        Of("bilinear, antialias, smaller", x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bilinear, antialias: true), Float(2, 3, 10, 9)) with { Onnx = "MatMul MatMul" },
        Of("bilinear, antialias, larger", x => functional.interpolate(x, [13, 15], mode: InterpolationMode.Bilinear, antialias: true), Float(2, 3, 10, 9)) with { Onnx = "MatMul MatMul" },
        Of("trilinear by 2", x => functional.interpolate(x, scale_factor: [2, 2, 2], mode: InterpolationMode.Trilinear), Float(2, 2, 3, 4, 5)) with { Onnx = "Resize" },
        Of("trilinear, align_corners", x => functional.interpolate(x, [4, 3, 9], mode: InterpolationMode.Trilinear, align_corners: true), Float(2, 2, 3, 4, 5)) with { Onnx = "Resize" },
    ];

    private static IEnumerable<LoweringRow> Cubic =>
    [
        Of("bicubic larger", x => functional.interpolate(x, scale_factor: [2, 3], mode: InterpolationMode.Bicubic), Float(2, 3, 5, 6)) with { Onnx = "Resize" },
        Of("bicubic smaller", x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bicubic), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("bicubic by 1.3", x => functional.interpolate(x, scale_factor: [1.3, 1.7], mode: InterpolationMode.Bicubic), Float(2, 3, 7, 9)) with { Onnx = "Resize" },
        Of("bicubic, antialias, smaller", x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bicubic, antialias: true), Float(2, 3, 10, 9)) with { Onnx = "MatMul MatMul" },
    ];

    private static IEnumerable<LoweringRow> Dynamic =>
    [
        Of("dynamic: nearest by 2", x => functional.interpolate(x, scale_factor: [2, 2]), Dynamic2d) with { Onnx = "Resize" },
        Of("dynamic: nearest to twice the shape", x => functional.interpolate(x, [x.shape[2] * 2, x.shape[3] * 2]), Dynamic2d),
        Of("dynamic: nearest by 2 of float64", x => functional.interpolate(x, scale_factor: [2, 2]), Double(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        Of("dynamic: nearest by 41", x => functional.interpolate(x, scale_factor: [41]), Float(2, 1, 2).Dynamic((0, "N"), (2, "T"))),
        Of("dynamic: nearest by 1.5", x => functional.interpolate(x, scale_factor: [1.5, 2.5]), Dynamic2d) with { Onnx = "Resize" },
        Of("dynamic: nearest by 1.5 of float64", x => functional.interpolate(x, scale_factor: [1.5, 2.5]), Double(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        Of("dynamic: nearest-exact by 1.5 of float64", x => functional.interpolate(x, scale_factor: [1.5, 2.5], mode: InterpolationMode.NearestExact), Double(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        Of("dynamic: bilinear by 1.5", x => functional.interpolate(x, scale_factor: [1.5, 2.5], mode: InterpolationMode.Bilinear), Dynamic2d) with { Onnx = "Resize" },
        Of("dynamic: bilinear by 1.3 recomputed", x => functional.interpolate(x, scale_factor: [1.3, 2.5], mode: InterpolationMode.Bilinear, recompute_scale_factor: true), Dynamic2d),
        Of("dynamic: nearest to a number", x => functional.interpolate(x, [7, 11]), Dynamic2d),
        Of("dynamic: bilinear by 2", x => functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bilinear), Dynamic2d) with { Onnx = "Resize" },
        Of("dynamic: bilinear by 2, align_corners", x => functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: true), Dynamic2d) with { Onnx = "Resize" },
        Of("dynamic: bilinear to a number", x => functional.interpolate(x, [7, 11], mode: InterpolationMode.Bilinear), Dynamic2d),
        Of("dynamic: bicubic by 2", x => functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bicubic), Dynamic2d) with { Onnx = "Resize" },
        Of("dynamic: linear by 3", x => functional.interpolate(x, scale_factor: [3], mode: InterpolationMode.Linear), Float(2, 3, 7).Dynamic((0, "N"), (2, "T"))) with { Onnx = "Resize" },
    ];

    private static IEnumerable<LoweringRow> Others =>
    [
        Of("area smaller", x => functional.interpolate(x, [4, 3], mode: InterpolationMode.Area), Float(2, 3, 8, 9)) with { Onnx = "AveragePool" },
        Of("area, no divisors", x => functional.interpolate(x, scale_factor: [0.7, 0.7], mode: InterpolationMode.Area), Float(2, 3, 8, 9)) with { Onnx = "MatMul MatMul" },
        LoweringRow.Of("upsample", "bilinear by 2", x => functional.upsample(x, scale_factor: [2, 2], mode: UpsampleMode.Bilinear), Float(2, 3, 5, 6)) with { Onnx = "Resize" },
        LoweringRow.Of("upsample_bilinear", "align_corners", x => functional.upsample_bilinear(x, [7, 11], align_corners: true), Float(2, 3, 5, 6)) with { Onnx = "Resize" },
        LoweringRow.Of("upsample_nearest1d", "to a size", x => functional.upsample_nearest1d(x, 13, null), Float(2, 3, 7)) with { Onnx = "Resize" },
        LoweringRow.Of("upsample_nearest2d", "by 2", x => functional.upsample_nearest2d(x, scaleFactors: [2, 2]), Float(2, 3, 5, 6)) with { Onnx = "Resize" },
        LoweringRow.Of("upsample_nearest3d", "to a size", x => functional.upsample_nearest3d(x, [6, 4, 10]), Float(2, 2, 3, 4, 5)) with { Onnx = "Resize" },
    ];

    private static IEnumerable<LoweringRow> Grids =>
    [
        Sample("bilinear", (x, grid) => functional.grid_sample(x, grid)),
        Sample("bilinear, align_corners", (x, grid) => functional.grid_sample(x, grid, align_corners: true)),
        Sample("nearest", (x, grid) => functional.grid_sample(x, grid, GridSampleMode.Nearest)),
        Sample("border", (x, grid) => functional.grid_sample(x, grid, padding_mode: GridSamplePaddingMode.Border)),
        Sample("reflection", (x, grid) => functional.grid_sample(x, grid, padding_mode: GridSamplePaddingMode.Reflection, align_corners: true)),
        LoweringRow.Of("grid_sample", "three dimensions", (x, grid) => functional.grid_sample(x, grid), Float(2, 2, 3, 4, 5), Float(2, 2, 3, 4, 3)) with { Opsets = [20, 21] },
        LoweringRow.Of("affine_grid", "two dimensions", theta => functional.affine_grid(theta, [theta.shape[0], 3, 4, 5]), Float(2, 2, 3)) with { Onnx = "Transpose MatMul Reshape" },
        LoweringRow.Of("affine_grid", "align_corners", theta => functional.affine_grid(theta, [theta.shape[0], 3, 1, 5], align_corners: true), Float(2, 2, 3)),
        LoweringRow.Of("affine_grid", "three dimensions", theta => functional.affine_grid(theta, [theta.shape[0], 3, 2, 4, 5]), Float(2, 3, 4)),
        LoweringRow.Of("affine_grid", "dynamic height", (theta, x) => functional.affine_grid(theta, [theta.shape[0], 3, x.shape[2], 5]), Float(2, 2, 3), Float(2, 1, 4).Dynamic((0, "N"), (2, "H"))) with { Opsets = [20, 21] },
    ];

    private static LoweringRow Of(string variant, Func<Tensor, Tensor> function, TestInput input) => LoweringRow.Of("interpolate", variant, function, input);

    private static LoweringRow Sample(string variant, Func<Tensor, Tensor, Tensor> function) =>
        LoweringRow.Of("grid_sample", variant, function, Float(2, 3, 5, 6), Float(2, 4, 7, 2).Within(-1.4, 1.4)) with { Opsets = [16, 17, 20, 21], Onnx = "GridSample" };
}
