using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.TensorIndex;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class IndexRows
{
    private static TestInput Sequence => Float(2, 4, 3).Dynamic((0, "N"), (1, "T"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("index", "single", x => x[1], Float(3, 4).Static()) with { Onnx = "Gather" },
        LoweringRow.Of("index", "singles", x => x[1, -1], Float(3, 4, 2).Static()),
        LoweringRow.Of("index", "range and single", x => x[.., 1], Float(2, 4, 3)) with { Onnx = "Gather" },
        LoweringRow.Of("index", "single from the end", x => x[.., ^1], Sequence) with { Onnx = "Gather" },
        LoweringRow.Of("index", "single, a dynamic place", x => x[.., (int)x.shape[1] - 1], Sequence),
        LoweringRow.Of("index", "ranges", x => x[.., 1..3], Float(2, 4, 3)) with { Onnx = "Slice" },
        LoweringRow.Of("index", "ranges of several axes", x => x[.., 1.., ..^1], Float(2, 4, 3)) with { Onnx = "Slice" },
        LoweringRow.Of("index", "all, nothing", x => x[.., ..], Float(2, 4, 3)) with { Onnx = "Identity" },
        LoweringRow.Of("index", "range of a dynamic axis", x => x[.., 1..], Sequence),
        LoweringRow.Of("index", "range up to a dynamic place", x => x[.., ..((int)x.shape[1] - 1)], Sequence),
        LoweringRow.Of("index", "range beyond the end", x => x.index(Slice(), Slice(2, 99)), Float(2, 4)),
        LoweringRow.Of("index", "range from before the front", x => x.index(Slice(), Slice(-99, -1)), Float(2, 4)),
        LoweringRow.Of("index", "range with a step", x => x.index(Slice(), Slice(1, null, 2)), Float(2, 6)) with { Onnx = "Slice" },
        LoweringRow.Of("index", "range of nothing", x => x.index(Slice(), Slice(3, 1)), Float(2, 6)),
        LoweringRow.Of("index", "ellipsis", x => x.index(Ellipsis, Single(0)), Float(2, 4, 3)) with { Onnx = "Gather" },
        LoweringRow.Of("index", "ellipsis between", x => x.index(Slice(), Ellipsis, Slice(0, 2)), Float(2, 4, 3)),
        LoweringRow.Of("index", "ellipsis of nothing", x => x.index(Slice(), Ellipsis, Single(1)), Float(2, 4)),
        LoweringRow.Of("index", "new axis", x => x.index(Slice(), None), Float(2, 4)) with { Onnx = "Unsqueeze" },
        LoweringRow.Of("index", "new axes, single, range", x => x.index(Slice(), None, Single(1), Ellipsis, Null), Float(2, 4, 3)),
        LoweringRow.Of("index", "true", x => x.index(TensorIndex.Bool(true)), Float(2, 4)),
        LoweringRow.Of("index", "false", x => x.index(TensorIndex.Bool(false)), Float(2, 4)),
        LoweringRow.Of("index", "bool input", x => x[.., 1..], TestInput.Bool(2, 4)),

        LoweringRow.Of("index", "places", (x, i) => x[i], Float(5, 3).Static(), Index(5, 4)) with { Onnx = "Gather" },
        LoweringRow.Of("index", "places from the end", (x, i) => x[i], Float(5, 3).Static(), Index(5, 4).Within(-5, 5)),
        LoweringRow.Of("index", "matrix of places along axis 1", (x, i) => x.index(Slice(), TensorIndex.Tensor(i)), Float(2, 5, 3), Index(5, 4, 2).Dynamic((0, "T"))),
        LoweringRow.Of("index", "int32 places", (x, i) => x[i], Float(5, 3).Static(), Int(4).Within(0, 5)),
        LoweringRow.Of("index", "one place", (x, i) => x.index(Slice(), TensorIndex.Tensor(i)), Float(2, 5, 3), Index(5)),
        LoweringRow.Of("index", "constant places", x => x.index(Slice(), TensorIndex.Tensor(tensor([2L, 0L, -1L]))), Float(2, 5, 3)) with { Onnx = "Gather" },
        LoweringRow.Of("index", "pairs of places", (x, i, j) => x[i, j], Float(5, 3, 2).Static(), Index(5, 4), Index(3, 4)),
        LoweringRow.Of("index", "pairs of places of inner axes", (x, i, j) => x.index(Slice(), TensorIndex.Tensor(i), TensorIndex.Tensor(j)), Float(2, 5, 3, 2), Index(5, 4).Dynamic((0, "T")), Index(3, 4).Dynamic((0, "T"))),
        LoweringRow.Of("index", "row and column of places", (x, i, j) => x[i.unsqueeze(1), j], Float(5, 3).Static(), Index(5, 4), Index(3, 2).Dynamic((0, "T"))),
        LoweringRow.Of("index", "places apart go in front", (x, i, j) => x.index(TensorIndex.Tensor(i), Slice(), TensorIndex.Tensor(j)), Float(5, 2, 3).Static(), Index(5, 4), Index(3, 4)),
        LoweringRow.Of("index", "places, single, places", (x, i, j) => x.index(TensorIndex.Tensor(i), Single(1), TensorIndex.Tensor(j)), Float(5, 2, 3, 2).Static(), Index(5, 4), Index(3, 4)),
        LoweringRow.Of("index", "places, new axis, places", (x, i, j) => x.index(TensorIndex.Tensor(i), None, TensorIndex.Tensor(j)), Float(5, 3, 2).Static(), Index(5, 4), Index(3, 4)),
        LoweringRow.Of("index", "range and places", (x, i) => x.index(Slice(1, null), TensorIndex.Tensor(i), Slice(null, 2)), Float(4, 5, 3).Static(), Index(5, 4)),
        LoweringRow.Of("index", "batch and last token", (x, i) => x[arange(x.shape[0]), i], Sequence, Index(1, 2)),
        LoweringRow.Of("index", "true and places", (x, i) => x.index(TensorIndex.Bool(true), TensorIndex.Tensor(i)), Float(5, 3).Static(), Index(5, 4)),
        LoweringRow.Of("index", "tensors of constants", x => x[tensor([0L, 1L]), tensor([2L, 0L])], Float(2, 3, 2).Static()),

        LoweringRow.Of("index", "mask of all axes", (x, mask) => x[mask], Float(2, 3), TestInput.Bool(2, 3)),
        LoweringRow.Of("index", "mask of the first axis", (x, mask) => x[mask], Float(2, 3), TestInput.Bool(2)) with { Onnx = "Compress" },
        LoweringRow.Of("index", "mask of an inner axis", (x, mask) => x.index(Slice(), TensorIndex.Tensor(mask)), Float(2, 3, 2), TestInput.Bool(3).Static()) with { Onnx = "Compress" },
        LoweringRow.Of("index", "mask of two inner axes", (x, mask) => x.index(Ellipsis, TensorIndex.Tensor(mask)), Float(2, 3, 4), TestInput.Bool(3, 4).Static()),
        LoweringRow.Of("index", "mask of the first two axes, range", (x, mask) => x.index(TensorIndex.Tensor(mask), Slice(1, null)), Sequence, TestInput.Bool(2, 4).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("index", "mask and single", (x, mask) => x.index(TensorIndex.Tensor(mask), Single(-1)), Sequence, TestInput.Bool(2, 4).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("index", "mask and one place for each", (x, mask) => x.index(TensorIndex.Tensor(mask), TensorIndex.Tensor(tensor([1L]))), Sequence, TestInput.Bool(2, 4).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("index", "mask, flattened after", (x, mask) => x[mask].reshape(-1), Float(6, 3), TestInput.Bool(6)),
        LoweringRow.Of("index", "mask, transposed after", (x, mask) => x[mask].t(), Float(6, 3), TestInput.Bool(6)),
        LoweringRow.Of("index", "truth value as a tensor", (x, mask) => x[mask], Float(2, 3), TestInput.Bool()),
    ];
}
