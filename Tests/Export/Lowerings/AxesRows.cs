using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class AxesRows
{
    private static TestInput Sequence => Float(2, 4, 3).Dynamic((0, "N"), (1, "T"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("transpose", "axes", x => x.transpose(1, 2), Sequence) with { Onnx = "Transpose" },
        LoweringRow.Of("transpose", "negative axes, int64", x => torch.transpose(x, -1, 0), Long(2, 3, 4)),
        LoweringRow.Of("transpose", "with itself, nothing", x => x.transpose(1, 1), Float(2, 3)),
        LoweringRow.Of("swapaxes", "method", x => x.swapaxes(0, 1), Sequence) with { Onnx = "Transpose" },
        LoweringRow.Of("swapaxes", "function", x => torch.swapaxes(x, 0, -1), Sequence),
        LoweringRow.Of("swapdims", "method", x => x.swapdims(0, 1), Float(2, 3)),
        LoweringRow.Of("swapdims", "function", x => torch.swapdims(x, 0, -1), Float(2, 3, 4)),
        LoweringRow.Of("t", "matrix", x => x.t(), Float(2, 3)) with { Onnx = "Transpose" },
        LoweringRow.Of("t", "vector, nothing", x => torch.t(x), Float(2)),
        LoweringRow.Of("T", "matrix", x => x.T, Float(2, 3)) with { Onnx = "Transpose" },
        LoweringRow.Of("T", "four axes", x => x.T, Float(2, 3, 4, 5)),
        LoweringRow.Of("mT", "batch of matrices", x => x.mT, Float(2, 3, 4)) with { Onnx = "Transpose" },
        LoweringRow.Of("mH", "batch of matrices", x => x.mH, Float(2, 3, 4)) with { Onnx = "Transpose" },
        LoweringRow.Of("H", "matrix", x => x.H, Float(2, 3)) with { Onnx = "Transpose" },
        LoweringRow.Of("adjoint", "batch of matrices", x => torch.adjoint(x), Float(2, 3, 4)) with { Onnx = "Transpose" },
        LoweringRow.Of("permute", "three axes", x => x.permute(2, 0, 1), Sequence) with { Onnx = "Transpose" },
        LoweringRow.Of("permute", "negative axes", x => torch.permute(x, -1, 0, -2, 1), Float(2, 3, 4, 5)),
        LoweringRow.Of("permute", "as it is, nothing", x => x.permute(0, 1), Float(2, 3)),
        LoweringRow.Of("permute", "bool", x => x.permute(1, 0), Bool(2, 3)),
        LoweringRow.Of("movedim", "one axis", x => torch.movedim(x, 1, -1), Sequence) with { Onnx = "Transpose" },
        LoweringRow.Of("movedim", "two axes", x => x.movedim([0, 1], [-1, 0]), Float(2, 3, 4, 5)),
        LoweringRow.Of("moveaxis", "one axis", x => torch.moveaxis(x, 0, 2), Float(2, 3, 4)) with { Onnx = "Transpose" },
        LoweringRow.Of("moveaxis", "a tuple of axes", x => torch.moveaxis(x, (0, 1), (2, 0)), Float(2, 3, 4)),
        LoweringRow.Of("flip", "one axis", x => x.flip(1), Sequence) with { Onnx = "Slice" },
        LoweringRow.Of("flip", "several axes, negative", x => torch.flip(x, 0, -1), Sequence),
        LoweringRow.Of("flip", "int64", x => x.flip(0), Long(3, 2)),
        LoweringRow.Of("flip", "bool", x => x.flip(1), Bool(3, 4)),
        LoweringRow.Of("fliplr", "matrix", x => x.fliplr(), Float(2, 3)) with { Onnx = "Slice" },
        LoweringRow.Of("flipud", "matrix", x => torch.flipud(x), Float(2, 3)) with { Onnx = "Slice" },
        LoweringRow.Of("rot90", "once", x => torch.rot90(x), Float(2, 3)),
        LoweringRow.Of("rot90", "twice", x => torch.rot90(x, 2), Float(2, 3)),
        LoweringRow.Of("rot90", "three times, other axes", x => x.rot90(3, (1, 2)), Float(2, 3, 4)),
        LoweringRow.Of("rot90", "backwards", x => torch.rot90(x, -1, (2, 1)), Float(2, 3, 4)),
        LoweringRow.Of("rot90", "four times, nothing", x => torch.rot90(x, 4), Float(2, 3)),
        LoweringRow.Of("roll", "axis", x => x.roll(1, 2), Sequence) with { Onnx = "Slice Slice Concat" },
        LoweringRow.Of("roll", "beyond the axis", x => torch.roll(x, -7, 2), Sequence),
        LoweringRow.Of("roll", "dynamic axis by one", x => x.roll(-1, 1), Sequence),
        LoweringRow.Of("roll", "dynamic axis", x => x.roll(3, 1), Sequence),
        LoweringRow.Of("roll", "by a dynamic size", x => x.roll(x.shape[0], 2), Sequence),
        LoweringRow.Of("roll", "flattened", x => x.roll(2), Float(2, 3)),
        LoweringRow.Of("roll", "several axes", x => torch.roll(x, (1, -1), (1, 2)), Float(2, 3, 4)),
        LoweringRow.Of("roll", "list of axes, int64", x => torch.roll(x, new long[] { 1, 2 }, new long[] { 0, -1 }), Long(2, 5)),
    ];
}
