using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class CumulativeRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("cumsum", "axis", x => x.cumsum(1), Float(2, 5)) with { Onnx = "CumSum" },
        LoweringRow.Of("cumsum", "dynamic axis", x => torch.cumsum(x, 0), Float(2, 3)),
        LoweringRow.Of("cumsum", "as int16", x => x.cumsum(1, ScalarType.Int16), Float(2, 5)),
        LoweringRow.Of("cumsum", "negative axis, int64", x => x.cumsum(-1), Long(2, 5)),
        LoweringRow.Of("cumsum", "bool becomes int64", x => x.cumsum(1), Bool(2, 9)),
        LoweringRow.Of("cumsum", "int32 in its type", x => x.cumsum(1, type: ScalarType.Int32), Int(2, 5)),
        LoweringRow.Of("cumsum", "float64", x => x.cumsum(1), Double(2, 5)),
        LoweringRow.Of("cumsum", "float16", x => x.cumsum(1), Half(2, 5)) with { RelativeTolerance = 2e-3, AbsoluteTolerance = 4e-3 },
        LoweringRow.Of("cumsum", "scalar", x => x.cumsum(0), Float()),
        LoweringRow.Of("cumprod", "axis", x => x.cumprod(1), Float(2, 5)),
        LoweringRow.Of("cumprod", "first axis of three, dynamic", x => torch.cumprod(x, 0), Float(2, 3, 4)),
        LoweringRow.Of("cumprod", "int32 becomes int64", x => x.cumprod(-1), Int(2, 5)),
        LoweringRow.Of("cumprod", "float64", x => x.cumprod(1), Double(2, 5)),
        LoweringRow.Of("logcumsumexp", "axis", x => x.logcumsumexp(1), Float(2, 5)),
        LoweringRow.Of("logcumsumexp", "dynamic axis, large values", x => torch.logcumsumexp(x, 0), Float(2, 3).Within(-200, 200)),
        LoweringRow.Many("cummax", "axis", x => x.cummax(1), Float(2, 9)),
        LoweringRow.Many("cummax", "equals", x => torch.cummax(x, 1), Long(2, 30)),
        LoweringRow.Many("cummax", "dynamic axis", x => x.cummax(0), Int(2, 3)),
        LoweringRow.Many("cummax", "minus infinity", x => x.relu().log().cummax(-1), Float(2, 9)),
        LoweringRow.Many("cummin", "axis of three", x => x.cummin(1), Float(2, 9, 3)),
        LoweringRow.Many("cummin", "equals, dynamic axis", x => torch.cummin(x, 1), Long(2, 9).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Many("cummin", "int16", x => x.cummin(1), new TestInput(ScalarType.Int16, 2, 9).Within(-300, 300)),
        LoweringRow.Of("diff", "last axis", x => x.diff(), Float(2, 5)) with { Onnx = "Slice Slice Sub" },
        LoweringRow.Of("diff", "dynamic axis", x => torch.diff(x, dim: 1), Float(2, 5, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("diff", "with neighbours", (x, y) => x.diff(dim: 1, prepend: y, append: y), Float(2, 5), Float(2, 2)),
        LoweringRow.Of("diff", "int64", x => x.diff(), Long(2, 5)),
        LoweringRow.Of("diff", "bool", x => x.diff(), Bool(2, 9)),
    ];
}
