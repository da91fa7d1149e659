using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class GatherRows
{
    private static readonly int[] Adding = [16, 17, 21];

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("gather", "last axis", (x, i) => x.gather(1, i), Float(2, 5), Index(5, 2, 3)) with { Onnx = "GatherElements" },
        LoweringRow.Of("gather", "negative axis, function", (x, i) => torch.gather(x, -2, i), Float(2, 5, 3), Index(5, 2, 4, 3)),
        LoweringRow.Of("gather", "smaller along other axes", (x, i) => x.gather(2, i), Float(3, 5, 4).Static(), Index(4, 2, 3, 2).Static()),
        LoweringRow.Of("gather", "batch, int64", (x, i) => x.gather(0, i), Long(5, 3).Static(), Index(5, 4, 3)),
        LoweringRow.Of("gather", "bool", (x, i) => x.gather(1, i), Bool(2, 5), Index(5, 2, 3)),
        LoweringRow.Of("gather", "labels", (x, i) => x.gather(1, i.unsqueeze(1)).squeeze(1), Float(2, 5), Index(5, 2)),
        LoweringRow.Of("take_along_dim", "axis", (x, i) => x.take_along_dim(i, 1), Float(2, 5, 3), Index(5, 2, 1, 3)),
        LoweringRow.Of("take_along_dim", "repeated", (x, i) => torch.take_along_dim(x, i, 1), Float(1, 5).Static(), Index(5, 2, 3)),
        LoweringRow.Of("take_along_dim", "no axis", (x, i) => x.take_along_dim(i), Float(2, 5), Index(5, 2, 3)),
        LoweringRow.Of("take_along_dim", "numbers", x => x.take_along_dim([1L, 0L, 1L]), Float(2, 5)),
        LoweringRow.Of("take", "matrix of places", (x, i) => x.take(i), Float(4, 5).Static(), Index(20, 2, 3)),
        LoweringRow.Of("take", "from the end", (x, i) => torch.take(x, i), Float(4, 5).Static(), Index(20, 3).Within(-20, 20)),
        LoweringRow.Of("index_select", "axis", (x, i) => x.index_select(1, i), Float(2, 5), Index(5, 3).Dynamic((0, "T"))) with { Onnx = "Gather" },
        LoweringRow.Of("index_select", "negative axis, int32, function", (x, i) => torch.index_select(x, -1, i), Float(2, 5), Int(3).Within(0, 5).Static()),
        LoweringRow.Of("index_select", "a constant", x => x.index_select(1, tensor([4L, 0L])), Float(2, 5)),
        LoweringRow.Of("index_select", "one place", (x, i) => x.index_select(1, i), Float(2, 5), Index(5)),
        LoweringRow.Of("masked_select", "same shape", (x, mask) => x.masked_select(mask), Float(2, 5), Bool(2, 5)),
        LoweringRow.Of("masked_select", "mask repeated", (x, mask) => torch.masked_select(x, mask), Float(2, 5), Bool(2, 1)),
        LoweringRow.Of("masked_select", "value repeated, int64", (x, mask) => x.masked_select(mask), Long(5).Static(), Bool(2, 5)),
        LoweringRow.Of("nonzero", "matrix", x => x.nonzero(), Bool(2, 5)) with { Onnx = "NonZero Transpose" },
        LoweringRow.Of("nonzero", "function, int64", x => torch.nonzero(x), Long(2, 5).Within(-1, 2)),
        LoweringRow.Of("nonzero", "float64", x => x.nonzero(), Double(2, 5)),
        LoweringRow.Of("argwhere", "method", x => x.argwhere(), Bool(2, 5)),
        LoweringRow.Of("argwhere", "function, float32", x => torch.argwhere(x), Float(2, 5)),
        LoweringRow.Many("where", "condition alone", x => torch.where(x), Bool(2, 5)),
        LoweringRow.Many("unique", "values", x => x.unique().output, Long(5)) with { Onnx = "Unique" },
        LoweringRow.Many("unique", "values and where they go", x => { (Tensor output, Tensor? inverse, _) = x.unique(return_inverse: true); return (output, inverse!); }, Long(2, 5)),
        LoweringRow.Many("unique", "values, places and counts", x => { (Tensor output, Tensor? inverse, Tensor? counts) = torch.unique(x, return_inverse: true, return_counts: true); return (output, inverse!, counts!); }, Long(2, 5)),
        LoweringRow.Many("unique", "rows and counts", x => { (Tensor output, _, Tensor? counts) = x.unique(return_counts: true, dim: 0); return (output, counts!); }, Long(7, 2).Within(0, 2)),
        LoweringRow.Many("unique", "int32", x => x.unique().output, Int(5)),
        LoweringRow.Many("nonzero_as_list", "matrix", x => x.nonzero_as_list(), Bool(2, 5)),

        LoweringRow.Of("scatter", "last axis", (x, i, s) => x.scatter(1, i, s), Float(2, 5), Index(5, 2, 1), Float(2, 1)) with { Onnx = "ScatterElements" },
        LoweringRow.Of("scatter", "larger source", (x, i, s) => torch.scatter(x, 0, i, s), Float(4, 5).Static(), Index(4, 1, 3).Static(), Float(2, 4).Static()),
        LoweringRow.Of("scatter", "int64, in place", (x, i, s) => x.clone().scatter_(-1, i, s), Long(2, 5), Index(5, 2, 1), Long(2, 1)),
        LoweringRow.Of("scatter_add", "last axis", (x, i, s) => x.scatter_add(1, i, s), Float(2, 5), Index(5, 2, 7), Float(2, 7)) with { Onnx = "ScatterElements", Opsets = Adding },
        LoweringRow.Of("scatter_add", "half", (x, i, s) => x.scatter_add(1, i, s), Half(2, 5), Index(5, 2, 7), Half(2, 7)) with { Opsets = Adding, RelativeTolerance = 5e-3, AbsoluteTolerance = 5e-3 },
        LoweringRow.Of("scatter_add", "function, batch, int64", (x, i, s) => torch.scatter_add(x, 0, i, s), Long(3, 5).Static(), Index(3, 4, 5), Long(4, 5)) with { Opsets = Adding },
        LoweringRow.Of("scatter_add", "float64, larger source", (x, i, s) => x.scatter_add(1, i, s), Double(2, 5), Index(5, 2, 6), Double(2, 7)) with { Opsets = Adding },
        LoweringRow.Of("index_add", "axis", (x, i, s) => x.index_add(1, i, s, 1), Float(2, 5, 3), Index(5, 4).Dynamic((0, "T")), Float(2, 4, 3).Dynamic((0, "N"), (1, "T"))) with { Opsets = Adding },
        LoweringRow.Of("index_add", "factor, batch", (x, i, s) => torch.index_add(x, 0, i, s, -2.5), Float(5, 3).Static(), Index(5, 4), Float(4, 3)) with { Opsets = Adding },
        LoweringRow.Of("index_copy", "axis", (x, s) => x.index_copy(1, tensor([3L, 0L]), s), Float(2, 5, 3), Float(2, 2, 3)),
        LoweringRow.Of("index_copy", "batch, function", (x, s) => torch.index_copy(x, 0, tensor([2L, 0L]), s), Long(3, 4).Static(), Long(2, 4).Static()),
        LoweringRow.Of("index_fill", "axis", (x, i) => x.index_fill(1, i, 7.5), Float(2, 5, 3), Index(5, 4).Dynamic((0, "T"))),
        LoweringRow.Of("index_fill", "function, int64, from the end", x => torch.index_fill(x, -1, tensor([0L, -1L]), 7), Long(2, 5)),
        LoweringRow.Of("index_fill", "one place", (x, i) => x.index_fill(0, i, 1), Float(5).Static(), Index(5)),
        LoweringRow.Of("masked_scatter", "same shape", (x, mask, s) => x.masked_scatter(mask, s), Float(2, 5), Bool(2, 5), Float(2, 5)),
        LoweringRow.Of("masked_scatter", "mask repeated, int64", (x, mask, s) => x.masked_scatter(mask, s), Long(2, 5), Bool(2, 1), Long(2, 6)),
    ];
}
