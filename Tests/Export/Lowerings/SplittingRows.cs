using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class SplittingRows
{
    private static TestInput Sequence => Float(2, 4, 3).Dynamic((0, "N"), (1, "T"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Many("split", "of one size", x => x.split(2, 1), Float(2, 5)) with { Onnx = "Split" },
        LoweringRow.Many("split", "one part", x => x.split(9, 1), Float(2, 5)),
        LoweringRow.Many("split", "of given sizes", x => x.split([1L, 3L, 1L], 1), Float(2, 5, 2)) with { Onnx = "Split" },
        LoweringRow.Many("split", "of given sizes, function, negative axis", x => torch.split(x, [1L, 3L, 1L], -1), Float(2, 5)),
        LoweringRow.Many("split", "of sizes of a dynamic axis", x => x.split([x.shape[1] - 1, 1L], 1), Sequence),
        LoweringRow.Many("split", "a dynamic size", x => cat([x, x], 1).split(x.shape[1], 1), Sequence),
        LoweringRow.Many("split", "int64", x => x.split(1, 1), Long(2, 3)),
        LoweringRow.Many("chunk", "equal", x => x.chunk(3, -1), Float(2, 6)) with { Onnx = "Split" },
        LoweringRow.Many("chunk", "the last smaller", x => torch.chunk(x, 4, 1), Float(2, 7)),
        LoweringRow.Many("chunk", "fewer than asked for", x => x.chunk(4, 1), Float(2, 6)),
        LoweringRow.Many("chunk", "a multiple of a dynamic size", x => cat([x, x], 1).chunk(2, 1), Sequence),
        LoweringRow.Many("tensor_split", "parts", x => x.tensor_split(3, 1), Float(2, 7)) with { Onnx = "Split" },
        LoweringRow.Many("tensor_split", "places", x => torch.tensor_split(x, new long[] { 1, 4 }, 1), Float(2, 7)) with { Onnx = "Split" },
        LoweringRow.Many("tensor_split", "places from the end and beyond", x => x.tensor_split([1L, -2L, 9L], 1), Float(2, 7)),
        LoweringRow.Many("tensor_split", "places of a dynamic axis", x => x.tensor_split([x.shape[1] - 1], 1), Sequence),
        LoweringRow.Many("tensor_split", "places as a tensor", x => x.tensor_split(tensor([2L, 3L]), 1), Float(2, 7)),
        LoweringRow.Many("vsplit", "places", x => x.vsplit(1L, 3L), Float(4, 2).Static()),
        LoweringRow.Many("vsplit", "parts", x => x.vsplit(2L), Float(4, 2).Static()) with { Onnx = "Split" },
        LoweringRow.Many("hsplit", "parts", x => x.hsplit(2L), Float(2, 4)) with { Onnx = "Split" },
        LoweringRow.Many("hsplit", "places of a vector", x => x.hsplit([1L, 3L]), Float(5).Static()),
        LoweringRow.Many("hsplit", "a tuple of places", x => torch.hsplit(x, (1, 3)), Float(2, 5)),
        LoweringRow.Many("dsplit", "parts", x => x.dsplit(2L), Float(2, 3, 4)) with { Onnx = "Split" },
        LoweringRow.Many("dsplit", "a tuple of places", x => torch.dsplit(x, (1, 3)), Float(2, 3, 4)),
        LoweringRow.Many("unbind", "method", x => x.unbind(1), Float(2, 3)) with { Onnx = "Gather Gather Gather" },
        LoweringRow.Many("unbind", "function, negative axis", x => torch.unbind(x, -1L), Float(2, 3, 2)),
        LoweringRow.Of("narrow", "axis", x => x.narrow(1, 1, 2), Float(2, 4)) with { Onnx = "Slice" },
        LoweringRow.Of("narrow", "from the end, negative axis", x => torch.narrow(x, -1, -2, 2), Float(2, 4)),
        LoweringRow.Of("narrow", "of a dynamic axis", x => x.narrow(1, 1, x.shape[1] - 1), Sequence),
        LoweringRow.Of("narrow", "all, nothing", x => x.narrow(1, 0, 4), Float(2, 4)),
        LoweringRow.Of("slice", "with steps", x => x.slice(1, 1, 5, 2), Float(2, 6)) with { Onnx = "Slice" },
        LoweringRow.Of("slice", "to the end", x => x.slice(-1, -2, long.MaxValue, 1), Float(2, 6)),
        LoweringRow.Of("slice", "of a dynamic axis", x => x.slice(1, 1, x.shape[1], 1), Sequence),
        LoweringRow.Of("select", "axis", x => x.select(1, 2), Float(2, 3)) with { Onnx = "Gather" },
        LoweringRow.Of("select", "from the end, negative axis", x => torch.select(x, -1, -1), Float(2, 3)),
        LoweringRow.Of("select", "the last of a dynamic axis", x => x.select(1, x.shape[1] - 1), Sequence),
        LoweringRow.Of("select", "bool", x => x.select(1, 0), Bool(2, 3)),
    ];
}
