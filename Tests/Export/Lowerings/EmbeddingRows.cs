using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Embeddings.</summary>
internal static class EmbeddingRows
{
    private static readonly TestInput Bags = Index(9, 3, 5).Dynamic((0, "N"), (1, "L"));

    public static IEnumerable<LoweringRow> All =>
    [
        new("Embedding", "sequence", () => nn.Embedding(9, 4), Bags) { Onnx = "Gather" },
        new("Embedding", "int32", () => nn.Embedding(9, 4), new TestInput(ScalarType.Int32, 3, 5).Within(0, 9)),
        new("Embedding", "padding", () => nn.Embedding(9, 4, padding_idx: 2), Index(9, 3)),
        new("Embedding", "pretrained, three axes", () => nn.Embedding_from_pretrained(rand(9, 4)), Index(9, 2, 3, 2)),
        new("Embedding", "in double", () => nn.Embedding(9, 4, dtype: ScalarType.Float64), Index(9, 3)),
        new("Embedding", "max_norm that no row exceeds", () => nn.Embedding_from_pretrained(rand(9, 4), max_norm: 3), Index(9, 3)),
        new("Embedding", "in half", () => nn.Embedding(9, 4, dtype: ScalarType.Float16), Index(9, 3)),
        Bag("sum", () => nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Sum)),
        Bag("mean", () => nn.EmbeddingBag(9, 4)),
        Bag("max", () => nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Max)),
        Bag("sum with padding", () => nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Sum, padding_index: 3)),
        Bag("mean with padding", () => nn.EmbeddingBag(9, 4, padding_index: 3)),
        Bag("max with padding", () => nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Max, padding_index: 0)),
        Bag("mean with padding of zeros", () => nn.EmbeddingBag_from_pretrained(ZeroRow(), padding_index: 3)),
        Bag("max with padding of zeros", () => nn.EmbeddingBag_from_pretrained(ZeroRow(), mode: EmbeddingBagMode.Max, padding_index: 3)),
        Bag("mean with zeros that are none", () => nn.EmbeddingBag_from_pretrained(ZeroRow())),
        Bag("max with zeros that are none", () => nn.EmbeddingBag_from_pretrained(ZeroRow(), mode: EmbeddingBagMode.Max)),
        Bag("positive rows", () => nn.EmbeddingBag_from_pretrained(rand(9, 4), mode: EmbeddingBagMode.Max)),
        new("EmbeddingBag", "weights of numbers", () => new Calling<EmbeddingBag>(nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Sum), (bag, x) => bag.call(x[0], null, x[1])), Bags, Float(3, 5).Dynamic((0, "N"), (1, "L"))),
        Offsets("sum, offsets", EmbeddingBagMode.Sum),
        Offsets("mean, offsets", EmbeddingBagMode.Mean),
        Offsets("max, offsets", EmbeddingBagMode.Max),
        Offsets("mean, offsets, padding", EmbeddingBagMode.Mean, padding: 2),
        Offsets("max, offsets, padding", EmbeddingBagMode.Max, padding: 2),
        Offsets("mean, offsets with the last", EmbeddingBagMode.Mean, last: true),
        new("EmbeddingBag", "weights of numbers, offsets", () => new Calling<EmbeddingBag>(nn.EmbeddingBag(9, 4, mode: EmbeddingBagMode.Sum), (bag, x) => bag.call(x[0], tensor(new long[] { 0, 2, 2, 5 }), x[1])), Index(9, 7).Static(), Float(7).Static()),
    ];

    private static LoweringRow Bag(string variant, Func<EmbeddingBag> bag) =>
        new("EmbeddingBag", variant, () => new Calling<EmbeddingBag>(bag(), (module, x) => module.call(x[0])), Bags);

    // The third bag is empty.
    private static LoweringRow Offsets(string variant, EmbeddingBagMode mode, long padding = -1, bool last = false) =>
        new("EmbeddingBag", variant, () => new Calling<EmbeddingBag>(
            nn.EmbeddingBag(9, 4, mode: mode, padding_index: padding, include_last_offset: last),
            (module, x) => module.call(x[0], tensor(new long[] { 0, 2, 2, 5, 8 }))), Index(9, 8).Static());

    private static Tensor ZeroRow()
    {
        Tensor weight = randn(9, 4);
        weight[3] = zeros(4);
        return weight;
    }
}
