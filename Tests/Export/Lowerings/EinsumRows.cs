using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class EinsumRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("einsum", "product of matrices", (a, b) => einsum("ij,jk->ik", a, b), Float(2, 5), Float(5, 3).Static()) with { Onnx = "Einsum" },
        LoweringRow.Of("einsum", "attention", (a, b) => einsum("b h q d, b h k d -> b h q k", a, b), Float(2, 3, 4, 5).Dynamic((0, "N"), (2, "T")), Float(2, 3, 4, 5).Dynamic((0, "N"), (2, "T"))),
        LoweringRow.Of("einsum", "result left out", (a, b) => einsum("ba,cb", a, b), Float(5, 2).Static(), Float(4, 5)),
        LoweringRow.Of("einsum", "ellipsis", (a, b) => einsum("...ij,jk->...ik", a, b), Float(2, 3, 4, 5), Float(5, 3).Static()),
        LoweringRow.Of("einsum", "ellipses that broadcast", (a, b) => einsum("...ij,...jk->...ik", a, b), Float(2, 1, 4, 5), Float(3, 5, 6).Static()),
        LoweringRow.Of("einsum", "ellipsis summed", a => einsum("...i->i", a), Float(2, 3, 4)),
        LoweringRow.Of("einsum", "ellipsis, result left out", a => einsum("i...j", a), Float(2, 3, 4)),
        LoweringRow.Of("einsum", "capitals", (a, b) => einsum("Bi,jB->iBj", a, b), Float(2, 3), Float(4, 2).Dynamic((1, "N"))),
        LoweringRow.Of("einsum", "transposition", a => einsum("abc->cab", a), Float(2, 3, 4)),
        LoweringRow.Of("einsum", "sum of all", a => einsum("ab->", a), Float(2, 3)),
        LoweringRow.Of("einsum", "diagonal", a => einsum("bii->bi", a), Float(2, 4, 4)),
        LoweringRow.Of("einsum", "trace", a => einsum("ii", a), Float(4, 4).Static()),
        LoweringRow.Of("einsum", "diagonal of a dynamic axis, between others", a => einsum("iji->ij", a), Float(4, 3, 4).Dynamic((0, "N"), (2, "N"))),
        LoweringRow.Of("einsum", "diagonal of three", a => einsum("iii->i", a), Float(4, 4, 4).Static()),
        LoweringRow.Of("einsum", "three factors", (a, b, c) => einsum("bi,kij,bj->bk", a, b, c), Float(2, 3), Float(5, 3, 4).Static(), Float(2, 4)),
        LoweringRow.Of("einsum", "axis of size 1", (a, b) => einsum("bi,bi->b", a, b), Float(2, 1), Float(2, 5)),
        LoweringRow.Of("einsum", "outer product", (a, b) => einsum("i,j->ij", a, b), Float(4), Float(3).Static()),
        LoweringRow.Of("einsum", "int64", (a, b) => einsum("ij,jk->ik", a, b), Long(2, 5), Long(5, 3).Static()),
        LoweringRow.Of("einsum", "float64", (a, b) => einsum("ij,jk->ik", a, b), Double(2, 5), Double(5, 3).Static()),
        LoweringRow.Of("tensordot", "lists", (a, b) => a.tensordot(b, [1, 2], [0, 1]), Float(2, 3, 4), Float(3, 4, 5).Static()),
        LoweringRow.Of("tensordot", "pairs", (a, b) => tensordot(a, b, [(-1L, 0L)]), Float(2, 3, 4), Float(4, 5).Static()),
        LoweringRow.Of("tensordot", "out of order", (a, b) => tensordot(a, b, [2, 1], [0, 2]), Float(2, 3, 4), Float(4, 5, 3).Static()),
    ];
}
