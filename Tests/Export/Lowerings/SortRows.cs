using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class SortRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Many("sort", "last axis", x => x.sort(), Float(2, 5)) with { Onnx = "TopK" },
        LoweringRow.Many("sort", "descending", x => torch.sort(x, 1, descending: true), Float(2, 5, 3)),
        LoweringRow.Many("sort", "stable, equals", x => x.sort(1, stable: true), Long(2, 30)),
        LoweringRow.Many("sort", "stable, descending, equals", x => x.sort(1, descending: true, stable: true), Int(2, 30)),
        LoweringRow.Many("sort", "dynamic axis", x => x.sort(0), Float(2, 3)),
        LoweringRow.Many("sort", "bool, stable", x => x.sort(1, stable: true), Bool(2, 9)),
        LoweringRow.Many("sort", "float64", x => x.sort(1), Double(2, 5)),
        LoweringRow.Of("argsort", "last axis", x => x.argsort(), Float(2, 5)) with { Onnx = "TopK" },
        LoweringRow.Of("argsort", "dynamic axis, descending", x => torch.argsort(x, 0, descending: true), Float(2, 3)),
        LoweringRow.Of("msort", "rows", x => x.msort(), Float(2, 3)),
        LoweringRow.Many("topk", "greatest", x => x.topk(2), Float(2, 5)) with { Onnx = "TopK" },
        LoweringRow.Many("topk", "smallest, middle axis", x => torch.topk(x, 3, 1, largest: false), Float(2, 5, 3)),
        LoweringRow.Many("topk", "of a dynamic axis", x => x.topk(2, dim: 1), Float(2, 5).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Many("topk", "as many as a dynamic axis", x => x.topk((int)x.shape[0], dim: 1), Float(3, 9)),
        LoweringRow.Many("topk", "float16", x => x.topk(2), Half(2, 5)),
        LoweringRow.Many("kthvalue", "last axis", x => x.kthvalue(2, null), Float(2, 5)),
        LoweringRow.Many("kthvalue", "axis, kept", x => torch.kthvalue(x, 3, 1, keepdim: true), Float(2, 5, 3)),
        LoweringRow.Of("median", "odd", x => x.median(), Float(3, 5).Static()),
        LoweringRow.Of("median", "even, int64", x => x.median(), Long(2, 5).Static()),
        LoweringRow.Of("median", "dynamic", x => torch.median(x), Float(2, 5)),
        LoweringRow.Of("quantile", "axis, one", x => x.quantile(tensor(0.3f), 1), Float(2, 5)),
        LoweringRow.Of("quantile", "axis, several, kept", x => torch.quantile(x, tensor([0f, 0.25f, 0.9f, 1f]), 1, keepdim: true), Float(2, 5, 3)),
        LoweringRow.Of("quantile", "dynamic axis", x => x.quantile(tensor([0.2f, 0.5f]), 0), Float(2, 5)),
        LoweringRow.Of("quantile", "-1 is all", x => x.quantile(tensor([0.1f, 0.7f]), -1, keepdim: true), Float(2, 5)),
        LoweringRow.Of("quantile", "float64, computed", (x, q) => x.quantile(q.sigmoid(), 1), Double(2, 5), Double(3).Static()),
    ];
}
