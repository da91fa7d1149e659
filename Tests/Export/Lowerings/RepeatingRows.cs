using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class RepeatingRows
{
    private static TestInput Sequence => Float(2, 4, 3).Dynamic((0, "N"), (1, "T"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("expand", "axis of one", x => x.expand(-1, 4, 3), Float(2, 1, 3)) with { Onnx = "Expand" },
        LoweringRow.Of("expand", "axes in front", x => x.expand(2, -1, -1), Float(2, 3)),
        LoweringRow.Of("expand", "to a dynamic size", (x, y) => x.expand(y.shape[0], -1), Float(1, 3).Static(), Float(2)),
        LoweringRow.Of("expand", "to two dynamic sizes, int64", (x, y) => x.unsqueeze(1).expand(-1, y.shape[1], -1), Long(2, 3), Float(2, 4).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("expand", "nothing", x => x.expand(-1, -1), Float(2, 3)),
        LoweringRow.Of("expand", "bool", x => x.expand(-1, 5), Bool(2, 1)),
        LoweringRow.Of("expand", "float16", x => x.expand(-1, 5), Half(2, 1)),
        LoweringRow.Of("expand_as", "another's shape", (x, y) => x.expand_as(y), Float(1, 3).Static(), Sequence),
        LoweringRow.Of("broadcast_to", "method", x => x.broadcast_to(4, x.shape[0], 3), Float(2, 1)) with { Onnx = "Expand" },
        LoweringRow.Of("broadcast_to", "function", x => torch.broadcast_to(x, 2, 3), Float().Static()),
        new("broadcast_tensors", "two", () => new Function((Func<Tensor[], object>)(inputs => torch.broadcast_tensors(inputs[0], inputs[1])), 2), Float(2, 1, 3), Float(4, 1).Dynamic((0, "T"))),
        LoweringRow.Of("repeat", "axes", x => x.repeat(1, 3), Float(2, 3)) with { Onnx = "Tile" },
        LoweringRow.Of("repeat", "axes in front", x => x.repeat(2, 1, 2), Float(2, 3)),
        LoweringRow.Of("repeat", "as often as a dynamic size", x => x.repeat(x.shape[0], 2), Float(2, 3)),
        LoweringRow.Of("repeat", "once, nothing", x => x.repeat(1, 1), Float(2, 3)),
        LoweringRow.Of("repeat", "int64", x => x.repeat(2), Long(3)),
        LoweringRow.Of("repeat", "bool", x => x.repeat(2), Bool(3)),
        LoweringRow.Of("tile", "fewer numbers than axes", x => x.tile([2]), Float(2, 3)) with { Onnx = "Tile" },
        LoweringRow.Of("tile", "function, more numbers than axes", x => torch.tile(x, [2, 1, 3]), Float(2, 3)),
        LoweringRow.Of("repeat_interleave", "axis", x => x.repeat_interleave(3, 1), Sequence),
        LoweringRow.Of("repeat_interleave", "batch", x => torch.repeat_interleave(x, 2, 0), Sequence),
        LoweringRow.Of("repeat_interleave", "flattened", x => x.repeat_interleave(2), Float(2, 3)),
        LoweringRow.Of("repeat_interleave", "once", x => x.repeat_interleave(1, -1), Float(2, 3)),
        LoweringRow.Of("repeat_interleave", "a number for each", x => x.repeat_interleave(tensor([2L, 0L, 3L]), 1), Float(2, 3)) with { Onnx = "Gather" },
        LoweringRow.Of("repeat_interleave", "one number as a tensor", x => x.repeat_interleave(tensor([2L]), 0), Float(2, 3)),
        LoweringRow.Of("repeat_interleave", "computed numbers", (x, n) => x.repeat_interleave(n, 0), Float(2, 3), Index(4, 2)),
        LoweringRow.Many("meshgrid", "ij", x => torch.meshgrid([x, x.reshape(-1)]), Float(3)),
        new("meshgrid", "xy", () => new Function((Func<Tensor[], object>)(inputs => torch.meshgrid(inputs, "xy")), 3), Float(3), Float(2).Static(), Float(4).Dynamic((0, "T"))),
        LoweringRow.Of("cartesian_prod", "two", (x, y) => torch.cartesian_prod(x, y), Float(3), Float(2).Static()),
        LoweringRow.Of("cartesian_prod", "one", x => torch.cartesian_prod(x), Float(3)),
        LoweringRow.Of("cartesian_prod", "three", (x, y, z) => torch.cartesian_prod(x, y, z), Float(3).Static(), Float(2).Static(), Float(4).Static()),
        LoweringRow.Of("combinations", "pairs", x => torch.combinations(x), Float(4).Static()) with { Onnx = "Gather" },
        LoweringRow.Of("combinations", "triples with replacement", x => torch.combinations(x, 3, with_replacement: true), Long(3).Static()),
    ];
}
