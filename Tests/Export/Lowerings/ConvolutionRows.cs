using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Convolution and transposed convolution.</summary>
internal static class ConvolutionRows
{
    private const string NoDouble = "ONNX Runtime's CPU provider convolves no float64.";

    public static IEnumerable<LoweringRow> All => [.. Modules, .. Paddings, .. Functions, .. Transposed];

    private static IEnumerable<LoweringRow> Modules =>
    [
        new("Conv1d", "plain", () => Conv1d(3, 4, 3), Float(2, 3, 10)) { Onnx = "Conv" },
        new("Conv1d", "stride, padding, dilation, no bias", () => Conv1d(3, 4, 3, stride: 2, padding: 2, dilation: 2, bias: false), Float(2, 3, 11)) { Onnx = "Conv" },
        new("Conv1d", "dynamic length", () => Conv1d(3, 4, 3, padding: 1), Float(2, 3, 10).Dynamic((0, "N"), (2, "T"))) { Onnx = "Conv" },
        new("Conv1d", "without a batch axis", () => Conv1d(3, 4, 3), Float(3, 10).Static()) { Onnx = "Unsqueeze Conv Squeeze" },
        new("Conv2d", "plain", () => Conv2d(3, 4, 3), Float(2, 3, 8, 9)) { Onnx = "Conv" },
        new("Conv2d", "a kernel of two sizes, strides, paddings", () => Conv2d(3, 4, (3, 5), (2, 1), (1, 2), (1, 2)), Float(2, 3, 12, 13)) { Onnx = "Conv" },
        new("Conv2d", "groups", () => Conv2d(4, 6, 3, groups: 2), Float(2, 4, 8, 8)) { Onnx = "Conv" },
        new("Conv2d", "depthwise", () => Conv2d(4, 8, 3, padding: 1, groups: 4, bias: false), Float(2, 4, 8, 8)) { Onnx = "Conv" },
        new("Conv2d", "1 x 1", () => Conv2d(4, 8, 1), Float(2, 4, 5, 5)) { Onnx = "Conv" },
        new("Conv2d", "dynamic height and width", () => Conv2d(3, 4, 3, padding: 1), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))) { Onnx = "Conv" },
        new("Conv2d", "dynamic batch only, without a batch axis", () => Conv2d(3, 4, 3), Float(3, 8, 9).Static()) { Onnx = "Unsqueeze Conv Squeeze" },
        new("Conv2d", "float64", () => Conv2d(3, 4, 3, dtype: ScalarType.Float64), Double(2, 3, 8, 9)) { Onnx = "Conv", NotRunnable = NoDouble },
        new("Conv2d", "float16", () => Conv2d(3, 4, 3, dtype: ScalarType.Float16), Half(2, 3, 8, 9)) { RelativeTolerance = 1e-2, AbsoluteTolerance = 1e-2, Onnx = "Conv" },
        new("Conv2d", "bfloat16", () => Conv2d(3, 4, 3, dtype: ScalarType.BFloat16), new TestInput(ScalarType.BFloat16, 2, 3, 8, 9)) { RelativeTolerance = 1e-1, AbsoluteTolerance = 5e-2 },
        new("Conv3d", "plain", () => Conv3d(2, 3, 2), Float(2, 2, 5, 6, 7)) { Onnx = "Conv" },
        new("Conv3d", "stride, padding, dilation, groups", () => Conv3d(2, 4, 3, stride: 2, padding: 2, dilation: 2, groups: 2), Float(2, 2, 7, 8, 9)) { Onnx = "Conv" },
        new("Conv3d", "without a batch axis", () => Conv3d(2, 3, 2), Float(2, 5, 6, 7).Static()) { Onnx = "Unsqueeze Conv Squeeze" },
    ];

    private static IEnumerable<LoweringRow> Paddings =>
    [
        new("Conv1d", "same, even kernel", () => Conv1d(3, 4, 4, Padding.Same), Float(2, 3, 10)) { Onnx = "Conv" },
        new("Conv1d", "valid", () => Conv1d(3, 4, 4, Padding.Valid, stride: 2), Float(2, 3, 10)) { Onnx = "Conv" },
        new("Conv1d", "reflect", () => Conv1d(3, 4, 5, padding: 2, padding_mode: PaddingModes.Reflect), Float(2, 3, 10)) { Onnx = "Pad Conv" },
        new("Conv1d", "circular, dynamic length", () => Conv1d(3, 4, 5, padding: 2, padding_mode: PaddingModes.Circular), Float(2, 3, 10).Dynamic((0, "N"), (2, "T")))
            { Onnx = "Slice Slice Concat Conv" },
        new("Conv2d", "same", () => Conv2d(3, 4, 3, Padding.Same), Float(2, 3, 8, 9)) { Onnx = "Conv" },
        new("Conv2d", "same, even kernel and dilation", () => Conv2d(3, 4, (2, 4), Padding.Same, dilation: (3, 1)), Float(2, 3, 8, 9)) { Onnx = "Conv" },
        new("Conv2d", "valid", () => Conv2d(3, 4, 3, Padding.Valid), Float(2, 3, 8, 9)) { Onnx = "Conv" },
        new("Conv2d", "reflect", () => Conv2d(3, 4, (3, 5), padding: (1, 2), padding_mode: PaddingModes.Reflect), Float(2, 3, 8, 9)) { Onnx = "Pad Conv" },
        new("Conv2d", "replicate", () => Conv2d(3, 4, (3, 5), padding: (1, 2), padding_mode: PaddingModes.Replicate, bias: false), Float(2, 3, 8, 9)) { Onnx = "Pad Conv" },
        new("Conv2d", "circular", () => Conv2d(3, 4, (3, 5), padding: (1, 2), padding_mode: PaddingModes.Circular), Float(2, 3, 8, 9)) { Onnx = "Slice Slice Concat Slice Slice Concat Conv" },
        new("Conv2d", "constant", () => Conv2d(3, 4, 3, padding: 1, padding_mode: PaddingModes.Constant), Float(2, 3, 8, 9)) { Onnx = "Pad Conv" },
        new("Conv2d", "reflect, without a batch axis", () => Conv2d(3, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect), Float(3, 8, 9).Static()),
        new("Conv2d", "same with replicate, sides swapped as TorchSharp does", () => Conv2d(3, 4, (3, 5), Padding.Same, padding_mode: PaddingModes.Replicate), Float(2, 3, 8, 9)) { Onnx = "Pad Conv" },
        new("Conv3d", "same", () => Conv3d(2, 3, 2, Padding.Same), Float(2, 2, 5, 6, 7)) { Onnx = "Conv" },
        new("Conv3d", "replicate", () => Conv3d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Replicate), Float(2, 2, 5, 6, 7)) { Onnx = "Pad Conv" },
        new("Conv3d", "circular", () => Conv3d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Circular), Float(2, 2, 5, 6, 7)),
    ];

    private static IEnumerable<LoweringRow> Functions =>
    [
        LoweringRow.Of("conv1d", "computed weight and bias", (x, w, b) => functional.conv1d(x, w, b, stride: 2, padding: 1), Float(2, 3, 10), Float(4, 3, 3).Static(), Float(4).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv1d", "weight alone", (x, w) => functional.conv1d(x, w, dilation: 2), Float(2, 3, 10), Float(4, 3, 3).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv2d", "computed weight", (x, w) => functional.conv2d(x, w.tanh(), strides: [2, 1], padding: [1, 0]), Float(2, 3, 8, 9), Float(4, 3, 3, 3).Static()) with { Onnx = "Tanh Conv" },
        LoweringRow.Of("conv2d", "one number for both axes", (x, w) => functional.conv2d(x, w, strides: [2], padding: [1], dilation: [2]), Float(2, 3, 8, 9), Float(4, 3, 3, 3).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv2d", "groups", (x, w) => functional.conv2d(x, w, groups: 2), Float(2, 4, 8, 9), Float(6, 2, 3, 3).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv2d", "without a batch axis", (x, w) => functional.conv2d(x, w), Float(3, 8, 9).Static(), Float(4, 3, 3, 3).Static()) with { Onnx = "Unsqueeze Conv Squeeze" },
        LoweringRow.Of("conv3d", "plain", (x, w) => functional.conv3d(x, w, padding: [1, 0, 1]), Float(2, 2, 5, 6, 7), Float(3, 2, 2, 2, 2).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv1d_padding", "same, even kernel", (x, w) => functional.conv1d_padding(x, w, padding: Padding.Same), Float(2, 3, 10), Float(4, 3, 4).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv2d_padding", "same with dilation", (x, w) => functional.conv2d_padding(x, w, padding: Padding.Same, dilation: [1, 3]), Float(2, 3, 8, 9), Float(4, 3, 3, 2).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv2d_padding", "valid with stride", (x, w) => functional.conv2d_padding(x, w, strides: [2, 2]), Float(2, 3, 8, 9), Float(4, 3, 3, 2).Static()) with { Onnx = "Conv" },
        LoweringRow.Of("conv3d_padding", "same", (x, w) => functional.conv3d_padding(x, w, padding: Padding.Same), Float(2, 2, 5, 6, 7), Float(3, 2, 2, 3, 2).Static()) with { Onnx = "Conv" },
    ];

    private static IEnumerable<LoweringRow> Transposed =>
    [
        new("ConvTranspose1d", "plain", () => ConvTranspose1d(3, 4, 3), Float(2, 3, 7)) { Onnx = "ConvTranspose" },
        new("ConvTranspose1d", "stride, padding, output padding", () => ConvTranspose1d(3, 4, 3, stride: 2, padding: 1, output_padding: 1), Float(2, 3, 7)) { Onnx = "ConvTranspose" },
        new("ConvTranspose1d", "dynamic length", () => ConvTranspose1d(3, 4, 4, stride: 2, padding: 1), Float(2, 3, 7).Dynamic((0, "N"), (2, "T"))) { Onnx = "ConvTranspose" },
        new("ConvTranspose2d", "stride 2", () => ConvTranspose2d(3, 4, 2, stride: 2), Float(2, 3, 5, 6)) { Onnx = "ConvTranspose" },
        new("ConvTranspose2d", "dilation, groups, no bias", () => ConvTranspose2d(4, 6, 3, dilation: 2, groups: 2, bias: false), Float(2, 4, 5, 6)) { Onnx = "ConvTranspose" },
        new("ConvTranspose2d", "two strides and paddings", () => ConvTranspose2d(3, 4, (3, 4), (2, 3), (1, 0), (1, 1)), Float(2, 3, 5, 6)) { Onnx = "ConvTranspose" },
        new("ConvTranspose2d", "output padding of the first axis holds for both, as in TorchSharp", () => ConvTranspose2d(3, 4, (3, 3), (2, 3), (1, 1), (1, 2)), Float(2, 3, 5, 6)) { Onnx = "ConvTranspose" },
        new("ConvTranspose2d", "without a batch axis", () => ConvTranspose2d(3, 4, 2, stride: 2), Float(3, 5, 6).Static()) { Onnx = "Unsqueeze ConvTranspose Squeeze" },
        new("ConvTranspose2d", "the output's size", () => new SizedConvTranspose(), Float(2, 3, 5, 6)) { Onnx = "ConvTranspose" },
        new("ConvTranspose2d", "float64", () => ConvTranspose2d(3, 4, 3, dtype: ScalarType.Float64), Double(2, 3, 5, 6)) { Onnx = "ConvTranspose", NotRunnable = NoDouble },
        new("ConvTranspose3d", "stride and padding", () => ConvTranspose3d(2, 3, 3, stride: 2, padding: 1, output_padding: 1), Float(2, 2, 3, 4, 5)) { Onnx = "ConvTranspose" },
        LoweringRow.Of("conv_transpose1d", "computed weight", (x, w) => functional.conv_transpose1d(x, w, stride: 2, padding: 1, output_padding: 1, dilation: 1), Float(2, 3, 7), Float(3, 4, 3).Static()) with { Onnx = "ConvTranspose" },
        LoweringRow.Of("conv_transpose2d", "groups, output padding of two axes", (x, w, b) => functional.conv_transpose2d(x, w, b, strides: [2, 3], output_padding: [1, 2], groups: 2), Float(2, 4, 5, 6), Float(4, 3, 3, 3).Static(), Float(6).Static()) with { Onnx = "ConvTranspose" },
        LoweringRow.Of("conv_transpose3d", "plain", (x, w) => functional.conv_transpose3d(x, w, strides: [2, 1, 2]), Float(2, 2, 3, 4, 5), Float(2, 3, 2, 2, 2).Static()) with { Onnx = "ConvTranspose" },
    ];

    // A transposed convolution told how large its result is to be: one more than the least.
    private sealed class SizedConvTranspose : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.ConvTranspose2d _up = ConvTranspose2d(3, 4, 3, stride: 2, padding: 1);

        public SizedConvTranspose()
            : base(nameof(SizedConvTranspose)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _up.forward(input, [input.shape[0], 4, 10, 11]);
    }
}
