using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.TensorIndex;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class IndexPutRows
{
    private static TestInput Sequence => Float(2, 4, 3).Dynamic((0, "N"), (1, "T"));

    public static IEnumerable<LoweringRow> All =>
    [
        Put("single", x => x[.., 1] = tensor(5f), Float(2, 4, 3)) with { Onnx = "Where" },
        Put("single, float16", x => x[.., 1] = tensor(0.5f), Half(2, 4, 3)),
        Put("single, int32", x => x[.., 1] = tensor(7), Int(2, 4, 3)),
        Put("rows of a dynamic axis", (x, v) => x[0] = v, Sequence, Float(4, 3).Dynamic((0, "T"))) with { Onnx = "Unsqueeze Slice Concat" },
        Put("columns", (x, v) => x.index_put_(v, Slice(), Slice(), Slice(1, 3)), Sequence, Float(2, 4, 2).Dynamic((0, "N"), (1, "T"))) with { Onnx = "Slice Concat" },
        Put("columns with a step", (x, v) => x.index_put_(v, Slice(), Slice(), Slice(0, null, 2)), Sequence, Float(2, 4, 2).Dynamic((0, "N"), (1, "T"))),
        Put("single, the first", x => x[.., 0] = tensor(5f), Float(2, 4, 3)),
        Put("single, the last", x => x[.., ^1] = tensor(5f), Sequence),
        Put("single of a dynamic axis", x => x[0] = tensor(5f), Float(2, 3)),
        Put("single, third of a dynamic axis", x => x.index_put_(tensor(7f), Slice(), Single(-2)), Float(2, 4).Static()),
        Put("single, a dynamic place", x => x[.., (int)x.shape[1] - 1] = tensor(5f), Sequence),
        Put("singles", x => x[0, 1] = tensor(5f), Float(2, 4, 3).Static()),
        Put("singles, three numbers", x => x[0, 1, 2] = tensor(5f), Float(2, 4, 3).Static()),
        Put("range", x => x[.., 1..3] = tensor(5f), Float(2, 4, 3)),
        Put("range to the end", x => x[.., 1..] = tensor(5f), Sequence),
        Put("range of a dynamic axis, cut off at its end", x => x[.., ..3] = tensor(5f), Float(2, 4, 3).Dynamic((0, "N"))),
        Put("range with a step", x => x.index_put_(tensor(5f), Slice(), Slice(0, null, 2)), Float(2, 5)),
        Put("ranges of several axes", x => x.index_put_(tensor(5f), Slice(), Slice(1, 3), Slice(-2)), Float(2, 4, 3)),
        Put("range and single", x => x.index_put_(tensor(5f), Slice(), Slice(1, 3), Single(0)), Float(2, 4, 3)),
        Put("single and range with a step", x => x.index_put_(tensor(5f), Single(0), Slice(), Slice(0, null, 2)), Float(2, 4, 3)),
        Put("range of nothing", x => x.index_put_(tensor(5f), Slice(), Slice(3, 1)), Float(2, 4)),
        Put("all", x => x.index_put_(tensor(5f), Ellipsis), Float(2, 4)),
        Put("ellipsis", x => x.index_put_(tensor(5f), Ellipsis, Single(0)), Float(2, 4, 3)),
        Put("a fraction into int64", x => x[.., 1] = tensor(2.75f), Long(2, 4)),
        Put("a Scalar", x => x.index_put_(2.5, Slice(), Single(1)), Float(2, 4)),
        Put("bool", x => x[.., 1..] = tensor(true), TestInput.Bool(2, 4)),
        Put("rows", (x, v) => x[.., 1] = v, Sequence.Dynamic((0, "N")), Float(2, 3)),
        Put("a row repeated", (x, v) => x[.., 1..3] = v, Float(2, 4, 3), Float(3).Static()),
        Put("a value with axes of one in front", (x, v) => x[.., 1] = v, Float(2, 4, 3), Float(1, 1, 3).Static()),
        Put("a value for a new axis", (x, v) => x.index_put_(v, Slice(), None, Slice(1, 3)), Float(2, 4, 3), Float(2, 1, 2, 3)),
        Put("a column", (x, v) => x.index_put_(v, Ellipsis, Slice(0, 1)), Float(2, 4, 3), Float(2, 4, 1)),
        Put("a value beside a single between", (x, v) => x.index_put_(v, Slice(), Single(2), Slice(0, 2)), Float(2, 4, 3), Float(2, 2)),

        Put("mask of all axes", (x, mask) => x[mask] = tensor(5f), Float(2, 3), TestInput.Bool(2, 3)),
        Put("mask of all axes, int64", (x, mask) => x[mask] = tensor(5L), Long(2, 3), TestInput.Bool(2, 3)),
        Put("mask of all axes, bool", (x, mask) => x[mask] = tensor(true), TestInput.Bool(2, 3), TestInput.Bool(2, 3)),
        Put("mask of the first axis, a row for all", (x, mask) => x[mask] = arange(3, dtype: ScalarType.Float32), Float(2, 3), TestInput.Bool(2)),
        Put("mask of the first axis, one row", (x, mask) => x[mask] = arange(3, dtype: ScalarType.Float32).reshape(1, 3), Float(2, 3), TestInput.Bool(2)),
        Put("mask of the first two axes", (x, mask) => x[mask] = tensor(-1f), Sequence, TestInput.Bool(2, 4).Dynamic((0, "N"), (1, "T"))),
        Put("mask of an inner axis", (x, mask) => x.index_put_(tensor(-1f), Slice(), TensorIndex.Tensor(mask)), Float(2, 3, 2), TestInput.Bool(3).Static()),
        Put("mask, elements of its own", (x, mask) => x[mask] = x.flip(1)[mask], Float(2, 3), TestInput.Bool(2, 3)),
        Put("mask, rows of its own", (x, mask) => x[mask] = x.flip(1)[mask], Float(2, 3), TestInput.Bool(2)),
        Put("mask in a range", (x, mask) => x.index_put_(tensor(-1f), Slice(), Slice(0, 2), TensorIndex.Tensor(mask)), Float(2, 4, 3), TestInput.Bool(3).Static()),

        Put("places", (x, i) => x[i] = tensor(5f), Float(5, 3).Static(), Index(5, 4)),
        Put("places along axis 1", (x, i) => x.index_put_(tensor(5f), Slice(), TensorIndex.Tensor(i)), Float(2, 5, 3), Index(5, 4).Within(-5, 5).Dynamic((0, "T"))),
        Put("constant places, rows", (x, v) => x.index_put_(v, Slice(), TensorIndex.Tensor(tensor([2L, 0L]))), Float(2, 5, 3), Float(2, 2, 3)),
        Put("pairs of places", (x, v) => x[tensor([0L, 2L]), tensor([1L, 0L])] = v, Float(3, 4, 2).Static(), Float(2, 2).Static()),
        Put("places apart", (x, v) => x.index_put_(v, TensorIndex.Tensor(tensor([0L, 2L])), Slice(), TensorIndex.Tensor(tensor([1L, 0L]))), Float(3, 4, 2).Static(), Float(2, 4).Static()),
        Put("batch and a place for each", (x, i) => x[arange(x.shape[0]), i] = tensor(9f), Sequence, Index(1, 2)),
        Put("one place as a tensor", (x, i) => x.index_put_(tensor(5f), Slice(), TensorIndex.Tensor(i)), Float(2, 5, 3), Index(5)),
        Put("places in a range", (x, i) => x.index_put_(tensor(5f), Slice(1, 3), TensorIndex.Tensor(i)), Float(4, 5).Static(), Index(5, 4)),
        Put("places, added", (x, i) => x.index_put_(ones(x.shape[1]), [i], true), Float(5, 3).Static(), Index(5, 4)) with { Opsets = [16, 17, 21] },
        Put("pairs of places, added, int64", (x, i) => x.index_put_(tensor(2L), [i, i], true), Long(3, 3).Static(), Index(3, 4)) with { Opsets = [16, 17, 21] },

        LoweringRow.Of("select_scatter", "axis", (x, v) => x.select_scatter(v, 1, 2), Float(2, 4, 3), Float(2, 3)),
        LoweringRow.Of("select_scatter", "last of a dynamic axis", (x, v) => torch.select_scatter(x, v, 1, -1), Sequence, Float(2, 3)),
        LoweringRow.Of("slice_scatter", "range", (x, v) => x.slice_scatter(v, 1, 1, 3), Float(2, 4, 3), Float(2, 2, 3)),
        LoweringRow.Of("slice_scatter", "with a step", (x, v) => torch.slice_scatter(x, v, 1, 0, null, 2), Float(2, 4, 3), Float(2, 2, 3)),
        LoweringRow.Of("slice_scatter", "of a dynamic axis", (x, v) => x.slice_scatter(v, 1, 1), Sequence, Float(2, 3, 3).Dynamic((0, "N"))) with { Inputs = [Float(2, 4, 3), Float(2, 3, 3)] },
    ];

    private static LoweringRow Put(string variant, Action<Tensor> put, TestInput input) => LoweringRow.Of("index_put", variant, x => Written(x, put), input);

    private static LoweringRow Put(string variant, Action<Tensor, Tensor> put, TestInput first, TestInput second) =>
        LoweringRow.Of("index_put", variant, (x, y) => Written(x, copy => put(copy, y)), first, second);

    private static Tensor Written(Tensor x, Action<Tensor> put)
    {
        Tensor copy = x.clone();
        put(copy);
        return copy;
    }
}
