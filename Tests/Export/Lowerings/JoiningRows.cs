using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class JoiningRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("cat", "channels", (x, y) => cat([x, y], 1), Float(2, 3, 4), Float(2, 1, 4)) with { Onnx = "Concat" },
        LoweringRow.Of("cat", "a list, negative axis", (x, y) => cat(new List<Tensor> { x, y, x }, -1), Float(2, 3), Float(2, 2)),
        LoweringRow.Of("cat", "dynamic axes", (x, y) => cat([x, y], 1), Float(2, 3, 4).Dynamic((0, "N"), (1, "T")), Float(2, 5, 4).Dynamic((0, "N"), (1, "S"))),
        LoweringRow.Of("cat", "batch with itself", x => cat([x, x], 0), Float(2, 3)),
        LoweringRow.Of("cat", "int64 and float32", (x, y) => cat([x, y], 1), Long(2, 3), Float(2, 3)),
        LoweringRow.Of("cat", "int32 and int64", (x, y) => cat([x, y], 1), Int(2, 3), Long(2, 3)),
        LoweringRow.Of("cat", "bool and int32", (x, y) => cat([x, y], 1), Bool(2, 3), Int(2, 3)),
        LoweringRow.Of("cat", "bool", (x, y) => cat([x, y], 1), Bool(2, 3), Bool(2, 3)),
        LoweringRow.Of("cat", "one", x => cat([x], 1), Float(2, 3)),
        LoweringRow.Of("cat", "with a vector of nothing", x => cat([zeros(0), x], 1), Float(2, 3)),
        LoweringRow.Of("cat", "with a constant", x => cat([x, ones(1, 3)], 0), Float(2, 3)),
        LoweringRow.Of("concat", "axis", (x, y) => concat([x, y], 1), Float(2, 3), Float(2, 2)) with { Onnx = "Concat" },
        LoweringRow.Of("concatenate", "axis", (x, y) => concatenate([x, y], -1), Float(2, 3), Float(2, 2)) with { Onnx = "Concat" },
        LoweringRow.Of("stack", "default", (x, y) => stack([x, y]), Float(2, 3), Float(2, 3)) with { Onnx = "Unsqueeze Unsqueeze Concat" },
        LoweringRow.Of("stack", "last axis", (x, y) => stack([x, y, x], -1), Float(2, 3), Float(2, 3)),
        LoweringRow.Of("stack", "numbers", (x, y) => stack([x, y], 0), Float(), Float()),
        LoweringRow.Of("stack", "int64 and float32", (x, y) => stack([x, y], 1), Long(2, 3), Float(2, 3)),
        LoweringRow.Of("stack", "one", x => stack([x], 1), Float(2, 3)),
        LoweringRow.Of("hstack", "matrices", (x, y) => hstack(x, y), Float(2, 3), Float(2, 1)) with { Onnx = "Concat" },
        LoweringRow.Of("hstack", "vectors", (x, y) => hstack(x, y), Float(2), Float(3).Dynamic((0, "T"))),
        LoweringRow.Of("hstack", "numbers", (x, y) => hstack(x, y), Float(), Float()),
        LoweringRow.Of("vstack", "matrices", (x, y) => vstack([x, y]), Float(2, 3), Float(4, 3).Dynamic((0, "T"))) with { Onnx = "Concat" },
        LoweringRow.Of("vstack", "vectors", (x, y) => vstack([x, y]), Float(3), Float(3)),
        LoweringRow.Of("row_stack", "vector and matrix", (x, y) => row_stack([x, y]), Float(3).Static(), Float(2, 3)),
        LoweringRow.Of("dstack", "matrices", (x, y) => dstack(x, y), Float(2, 3), Float(2, 3)),
        LoweringRow.Of("dstack", "vectors", (x, y) => dstack(x, y), Float(3), Float(3)),
        LoweringRow.Of("dstack", "three axes", (x, y) => dstack(x, y), Float(2, 3, 2), Float(2, 3, 1)) with { Onnx = "Concat" },
        LoweringRow.Of("column_stack", "vectors", (x, y) => column_stack([x, y]), Float(3), Float(3)),
        LoweringRow.Of("column_stack", "vector and matrix", (x, y) => column_stack([x, y]), Float(3), Float(3, 2)),
        LoweringRow.Of("block_diag", "matrices", (x, y) => block_diag(x, y), Float(2, 3), Float(3, 1).Dynamic((0, "T"))),
        LoweringRow.Of("block_diag", "number, vector, matrix", (x, y, z) => block_diag(x, y, z), Float(), Float(3).Static(), Float(2, 2)),
    ];
}
