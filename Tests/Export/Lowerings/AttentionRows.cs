using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Attention and transformers.</summary>
internal static class AttentionRows
{
    private static readonly TestInput Query = Float(2, 3, 4, 5).Dynamic((0, "N"), (2, "L"));
    private static readonly TestInput Key = Float(2, 3, 6, 5).Dynamic((0, "N"), (2, "S"));
    private static readonly TestInput Value = Float(2, 3, 6, 7).Dynamic((0, "N"), (2, "S"));
    private static readonly TestInput Source = Float(4, 2, 8).Dynamic((0, "S"), (1, "N"));
    private static readonly TestInput Target = Float(3, 2, 8).Dynamic((0, "T"), (1, "N"));
    private static readonly TestInput Scores = Float(4, 4).Dynamic((0, "S"), (1, "S"));
    private static readonly TestInput Hidden = Bool(2, 4).Within(0, 1.2).Dynamic((0, "N"), (1, "S"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("scaled_dot_product_attention", "plain", (q, k, v) => scaled_dot_product_attention(q, k, v), Query, Key, Value),
        LoweringRow.Of("scaled_dot_product_attention", "static", (q, k, v) => scaled_dot_product_attention(q, k, v), Query.Static(), Key.Static(), Value.Static()),
        LoweringRow.Of("scaled_dot_product_attention", "causal, as long", q => scaled_dot_product_attention(q, q, q, is_casual: true), Query),
        LoweringRow.Of("scaled_dot_product_attention", "causal, other length", (q, k, v) => scaled_dot_product_attention(q, k, v, is_casual: true), Query, Key, Value),
        LoweringRow.Of("scaled_dot_product_attention", "causal, static", q => scaled_dot_product_attention(q, q, q, is_casual: true), Query.Dynamic((0, "N"))),
        LoweringRow.Of("scaled_dot_product_attention", "mask of truth values", (q, k, mask) => scaled_dot_product_attention(q, k, k, mask), Query, Key, Bool(4, 6).Dynamic((0, "L"), (1, "S"))),
        LoweringRow.Of("scaled_dot_product_attention", "mask of a key", (q, k, mask) => scaled_dot_product_attention(q, k, k, mask), Query, Key, Bool(2, 1, 1, 6).Dynamic((0, "N"), (3, "S"))),
        LoweringRow.Of("scaled_dot_product_attention", "mask of numbers", (q, k, mask) => scaled_dot_product_attention(q, k, k, mask), Query, Key, Float(4, 6).Dynamic((0, "L"), (1, "S"))),
        LoweringRow.Of("scaled_dot_product_attention", "known mask", q => scaled_dot_product_attention(q, q, q, ones(4, 4).tril().to(ScalarType.Bool)), Query.Dynamic((0, "N"))),
        LoweringRow.Of("scaled_dot_product_attention", "known mask that hides a row", q => scaled_dot_product_attention(q, q, q, ones(4, 4).tril(-1).to(ScalarType.Bool)), Query.Dynamic((0, "N"))),
        LoweringRow.Of("scaled_dot_product_attention", "known mask of numbers", q => scaled_dot_product_attention(q, q, q, full([4, 4], float.NegativeInfinity).triu(1)), Query.Dynamic((0, "N"))),
        LoweringRow.Of("scaled_dot_product_attention", "three axes", (q, k, v) => scaled_dot_product_attention(q, k, v), Float(2, 4, 5), Float(2, 6, 5), Float(2, 6, 7)),
        LoweringRow.Of("scaled_dot_product_attention", "two axes", (q, k, v) => scaled_dot_product_attention(q, k, v), Float(4, 5), Float(6, 5).Static(), Float(6, 7).Static()),
        LoweringRow.Of("scaled_dot_product_attention", "in double", (q, k, v) => scaled_dot_product_attention(q, k, v), Double(2, 4, 5), Double(2, 6, 5), Double(2, 6, 7)),
        LoweringRow.Of("scaled_dot_product_attention", "in half", (q, k, v) => scaled_dot_product_attention(q, k, v), Half(2, 4, 5), Half(2, 6, 5), Half(2, 6, 7)) with { RelativeTolerance = 8e-3, AbsoluteTolerance = 8e-3 },

        Attention("self", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0]), Source),
        Attention("in double", () => (MultiheadAttention)nn.MultiheadAttention(8, 2).to(ScalarType.Float64), (m, x) => m.call(x[0], x[0], x[0]), Double(4, 2, 8).Dynamic((0, "S"), (1, "N"))),
        Attention("memory", () => nn.MultiheadAttention(8, 4), (m, x) => m.call(x[0], x[1], x[1]), Target, Source),
        Attention("three inputs", () => nn.MultiheadAttention(8, 1), (m, x) => m.call(x[0], x[1], x[2]), Target, Source, Source),
        Attention("without bias", () => nn.MultiheadAttention(8, 8, bias: false), (m, x) => m.call(x[0], x[1], x[2]), Target, Source, Source),
        Attention("weights not needed", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0], need_weights: false).Item1, Source),
        Attention("weights not used", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0]).Item1, Source),
        Attention("mask of numbers", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0], attn_mask: x[1]), Source, Scores),
        Attention("mask of truth values, which adds 1", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0], attn_mask: x[1]), Source, Bool(4, 4).Dynamic((0, "S"), (1, "S"))),
        Attention("padded keys", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0], x[1]), Source, Hidden),
        Attention("both masks", () => nn.MultiheadAttention(8, 2), (m, x) => m.call(x[0], x[0], x[0], x[1], attn_mask: x[2]), Source, Hidden, Scores),
        Attention("bias of keys and values", () => nn.MultiheadAttention(8, 2, add_bias_kv: true), (m, x) => m.call(x[0], x[0], x[0]), Source),
        Attention("bias of keys and values, masks", () => nn.MultiheadAttention(8, 2, add_bias_kv: true), (m, x) => m.call(x[0], x[0], x[0], x[1], attn_mask: x[2]), Source, Hidden, Scores),
        Attention("zero attention", () => nn.MultiheadAttention(8, 2, add_zero_attn: true), (m, x) => m.call(x[0], x[1], x[1]), Target, Source),
        Attention("zero attention and bias of keys and values, masks", () => nn.MultiheadAttention(8, 2, add_bias_kv: true, add_zero_attn: true), (m, x) => m.call(x[0], x[0], x[0], x[1], attn_mask: x[2]), Source, Hidden, Scores),
        Attention("keys of another size", () => nn.MultiheadAttention(8, 2, kdim: 6, vdim: 6), (m, x) => m.call(x[0], x[1], x[2]), Target, Float(4, 2, 6).Dynamic((0, "S"), (1, "N")), Float(4, 2, 6).Dynamic((0, "S"), (1, "N"))),
        Attention("dropout", () => nn.MultiheadAttention(8, 2, dropout: 0.5), (m, x) => m.call(x[0], x[0], x[0]), Source),

        Layer("relu", () => nn.TransformerEncoderLayer(8, 2, 12), (m, x) => m.call(x[0]), Source),
        Layer("gelu", () => nn.TransformerEncoderLayer(8, 4, 12, activation: nn.Activations.GELU), (m, x) => m.call(x[0]), Source),
        Layer("mask", () => nn.TransformerEncoderLayer(8, 4, 12), (m, x) => m.call(x[0], x[1]), Source, Scores),
        Layer("both masks", () => nn.TransformerEncoderLayer(8, 4, 12), (m, x) => m.call(x[0], x[1], x[2]), Source, Scores, Hidden),
        new("TransformerEncoder", "three layers", () => new Calling<TransformerEncoder>(nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12, activation: nn.Activations.GELU), 3), (m, x) => m.call(x[0])), Source),
        new("TransformerEncoder", "both masks", () => new Calling<TransformerEncoder>(nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12), 2), (m, x) => m.call(x[0], x[1], x[2])), Source, Scores, Hidden),
        new("TransformerDecoderLayer", "relu", () => new Calling<TransformerDecoderLayer>(nn.TransformerDecoderLayer(8, 2, 12), (m, x) => m.call(x[0], x[1])), Target, Source),
        new("TransformerDecoderLayer", "gelu, masks", () => new Calling<TransformerDecoderLayer>(nn.TransformerDecoderLayer(8, 4, 12, activation: nn.Activations.GELU), (m, x) => m.call(x[0], x[1], x[2], x[3], null, x[4])), Target, Source, Float(3, 3).Dynamic((0, "T"), (1, "T")), Float(3, 4).Dynamic((0, "T"), (1, "S")), Hidden),
        new("TransformerDecoder", "two layers", () => new Calling<TransformerDecoder>(nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 12), 2), (m, x) => m.call(x[0], x[1])), Target, Source),
        new("TransformerDecoder", "mask, gelu", () => new Calling<TransformerDecoder>(nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 12, activation: nn.Activations.GELU), 2), (m, x) => m.call(x[0], x[1], x[2])), Target, Source, Float(3, 3).Dynamic((0, "T"), (1, "T"))),
        new("Transformer", "two layers each", () => nn.Transformer(8, 2, 2, 2, 12), Source, Target),
        new("Transformer", "gelu, masks", () => new Calling<Transformer>(nn.Transformer(8, 4, 1, 2, 12, activation: nn.Activations.GELU), (m, x) => m.call(x[0], x[1], x[2], x[3], null, x[4], null, x[4])), Source, Target, Scores, Float(3, 3).Dynamic((0, "T"), (1, "T")), Hidden),
    ];

    private static LoweringRow Attention(string variant, Func<MultiheadAttention> module, Func<MultiheadAttention, Tensor[], object> call, params TestInput[] inputs) =>
        new("MultiheadAttention", variant, () => new Calling<MultiheadAttention>(module(), call), inputs);

    private static LoweringRow Layer(string variant, Func<TransformerEncoderLayer> module, Func<TransformerEncoderLayer, Tensor[], object> call, params TestInput[] inputs) =>
        new("TransformerEncoderLayer", variant, () => new Calling<TransformerEncoderLayer>(module(), call), inputs);
}
