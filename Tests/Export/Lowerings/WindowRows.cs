using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class WindowRows
{
    private static readonly int[] Adding = [16, 17, 18, 21];

    private static TestInput Image => Float(2, 3, 5, 6).Dynamic((0, "N"), (2, "H"), (3, "W"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("unfold", "along the last axis", x => x.unfold(1, 3, 1), Float(2, 7)),
        LoweringRow.Of("unfold", "along an inner axis, with steps", x => x.unfold(-2, 3, 2), Float(2, 8, 3)),
        LoweringRow.Of("unfold", "along a dynamic axis", x => x.unfold(1, 1, 1), Float(2, 7, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("unfold", "beside each other, int64", x => x.unfold(1, 2, 2), Long(2, 6)),
        LoweringRow.Of("unfold", "image", x => nn.functional.unfold(x, 2), Float(2, 3, 4, 5)),
        LoweringRow.Of("unfold", "image, all numbers", x => nn.functional.unfold(x, (3, 2), (1, 2), (2, 1), (2, 3)), Float(2, 3, 7, 6)),
        LoweringRow.Of("unfold", "image, dynamic", x => nn.functional.unfold(x, 3, padding: 1), Image),
        LoweringRow.Of("unfold", "image, float64", x => nn.functional.unfold(x, 2, stride: 2), Double(2, 3, 4, 6)),
        new("Unfold", "default", () => nn.Unfold(2), Float(2, 3, 4, 5)),
        new("Unfold", "all numbers", () => nn.Unfold((3, 2), (1, 2), (2, 1), (2, 3)), Float(2, 3, 7, 6)),
        LoweringRow.Of("fold", "overlapping", x => fold(x, 4, 2), Float(2, 8, 9)) with { Opsets = Adding },
        LoweringRow.Of("fold", "all numbers", x => fold(x, (7, 6), (3, 2), (1, 2), (2, 1), (2, 3)), Float(2, 12, 10)) with { Opsets = Adding },
        LoweringRow.Of("fold", "no batch", x => fold(x, 4, 2, stride: 2), Float(8, 4).Static()) with { Opsets = Adding },
        LoweringRow.Of("fold", "float64", x => fold(x, 4, 2), Double(2, 8, 9)) with { Opsets = Adding },
        new("Fold", "default", () => nn.Fold(4, 2), Float(2, 8, 9)) { Opsets = Adding },
        new("Fold", "all numbers", () => nn.Fold((7, 6), (3, 2), (1, 2), (2, 1), (2, 3)), Float(2, 12, 10)) { Opsets = Adding },

        LoweringRow.Of("pixel_shuffle", "image", x => pixel_shuffle(x, 2), Image with { Shape = [2, 8, 5, 6] }) with { Onnx = "DepthToSpace" },
        LoweringRow.Of("pixel_shuffle", "no batch", x => pixel_shuffle(x, 3), Float(18, 2, 3).Dynamic((1, "H"))),
        LoweringRow.Of("pixel_shuffle", "five axes", x => pixel_shuffle(x, 2), Float(2, 3, 4, 2, 3)),
        LoweringRow.Of("pixel_shuffle", "float64", x => pixel_shuffle(x, 2), Double(2, 8, 2, 3)),
        LoweringRow.Of("pixel_shuffle", "int64", x => pixel_shuffle(x, 2), Long(2, 8, 2, 3)),
        new("PixelShuffle", "image", () => nn.PixelShuffle(2), Float(2, 8, 2, 3)) { Onnx = "DepthToSpace" },
        LoweringRow.Of("pixel_unshuffle", "image", x => pixel_unshuffle(x, 2), Float(2, 3, 4, 6)),
        LoweringRow.Of("pixel_unshuffle", "no batch", x => pixel_unshuffle(x, 3), Float(2, 3, 6).Static()),
        LoweringRow.Of("pixel_unshuffle", "after shuffling, dynamic", x => pixel_unshuffle(pixel_shuffle(x, 2), 2), Image with { Shape = [2, 8, 5, 6] }),
        new("PixelUnshuffle", "image", () => nn.PixelUnshuffle(2), Float(2, 3, 4, 6)),
        LoweringRow.Of("channel_shuffle", "image", x => x.channel_shuffle(3), Image with { Shape = [2, 6, 5, 6] }),
        new("ChannelShuffle", "sequence", () => nn.ChannelShuffle(2), Float(2, 6, 5)),
    ];
}
