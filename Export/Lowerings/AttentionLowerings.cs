using System.Runtime.InteropServices;
using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Attention: softmax(q k^T / sqrt(d) + mask) v.</summary>
internal static class AttentionLowerings
{
    /// <summary>Registers the family.</summary>
    public static void Register(LoweringRegistry registry) => registry
        .Add("scaled_dot_product_attention", ScaledDotProductAttention)
        .AddMany<MultiheadAttention>(Multihead);

    /// <summary>y = softmax(q k^T / sqrt(E) + mask) v; q [..., L, E], k [..., S, E], v [..., S, Ev] -> y [..., L, Ev]; of a mask of truth values, what is true takes part; a row of which nothing does becomes 0. MatMul, Softmax, https://onnx.ai/onnx/operators/onnx__Softmax.html.</summary>
    private static GraphValue ScaledDotProductAttention(Operation operation, GraphBuilder graph)
    {
        (GraphValue query, GraphValue key, GraphValue value) = (operation.Tensor(0), operation.Tensor(1), operation.Tensor(2));
        GraphValue scores = graph.Add("MatMul", [Scaled(graph, query), graph.Transpose(key, [.. Enumerable.Range(0, key.Rank - 2), key.Rank - 1, key.Rank - 2])]);
        GraphValue? mask = operation.OptionalTensor("attn_mask", "attn_bias");
        bool isCausal = operation.Flag("is_casual") || operation.Flag("is_causal");
        mask = isCausal ? Causal(graph, query.Shape[^2], key.Shape[^2]) : mask;
        GraphValue weights = Weights(graph, mask is null ? scores : mask.Type == DataType.Bool
            ? graph.Add("Where", [mask, scores, graph.Scalar(double.NegativeInfinity, scores.Type)])
            : graph.Add("Add", [scores, graph.Cast(mask, scores.Type)]), mask is not null && !isCausal && !LeavesSome(mask));
        return graph.Add("MatMul", [weights, value]);
    }

    /// <summary>Softmax over the last axis; where a row may be -infinity throughout, 0 for it.</summary>
    private static GraphValue Weights(GraphBuilder graph, GraphValue scores, bool mayBeEmpty)
    {
        GraphValue weights = graph.Add("Softmax", [scores], ("axis", -1L));
        if (!mayBeEmpty)
        {
            return weights;
        }

        GraphValue greatest = NormalizationLowerings.Reduce(graph, "ReduceMax", scores, [scores.Rank - 1], keep: true);
        GraphValue isEmpty = graph.Add("Equal", [greatest, graph.Scalar(double.NegativeInfinity, scores.Type)]);
        return graph.Add("Where", [isEmpty, graph.Scalar(0.0, scores.Type), weights]);
    }

    /// <summary>x / sqrt(size of the last axis)</summary>
    private static GraphValue Scaled(GraphBuilder graph, GraphValue value) => value.Shape[^1].IsStatic
        ? graph.Add("Mul", [value, graph.Scalar(1 / Math.Sqrt(value.Shape[^1].Size), value.Type)])
        : graph.Add("Div", [value, graph.Add("Sqrt", [graph.Scalar(value.Shape[^1], value.Type)])]);

    /// <summary>[L, S]: whether a position is at or before the row's.</summary>
    private static GraphValue Causal(GraphBuilder graph, Dimension rows, Dimension columns)
    {
        return graph.Add("GreaterOrEqual", [graph.Unsqueeze(Positions(rows), 1), Positions(columns)]);

        GraphValue Positions(Dimension count) =>
            graph.Add("Range", [graph.Scalar(0L, DataType.Int64), graph.SizeScalar(count), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [count]);
    }

    // Whether a mask is known, and leaves something in every row.
    private static bool LeavesSome(GraphValue mask)
    {
        if (mask.Constant is not { } constant || mask.Rank == 0 || constant.Count == 0)
        {
            return false;
        }

        int length = (int)constant.Shape[^1];
        ReadOnlySpan<byte> bytes = constant.Data.Memory.Span;
        return constant.Type switch
        {
            DataType.Bool => Every(bytes, length, row => row.ContainsAnyExcept((byte)0)),
            DataType.Float => Every(MemoryMarshal.Cast<byte, float>(bytes), length, row => row.ContainsAnyExcept(float.NegativeInfinity)),
            _ => false,
        };
    }

    private static bool Every<T>(ReadOnlySpan<T> elements, int length, Func<ReadOnlySpan<T>, bool> holds)
    {
        for (int start = 0; start < elements.Length; start += length)
        {
            if (!holds(elements.Slice(start, length)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Attention of several heads; query [L, N, E], key and value [S, N, E] -> y [L, N, E] and, if asked for, the weights' mean over the heads [N, L, S].</summary>
    private static IReadOnlyList<GraphValue> Multihead(Operation operation, GraphBuilder graph)
    {
        AttentionWeights weights = new(graph, HiddenModule.Parameters(operation.Module!), string.Empty);
        MultiheadAttention module = operation.As<MultiheadAttention>();
        long extra = weights.Has("bias_k") ? 1 : 0;
        (long heads, bool hasZero) = HiddenModule.Ask(module, () =>
        {
            Tensor query = HiddenModule.Numbers(weights["out_proj.weight"], 1, 1, weights.Size);
            Tensor key = HiddenModule.Numbers(query, 1, 1, weights.KeySize);
            long columns = module.forward(query, key, key, null, true, null).Item2.shape[2];
            return (AttentionWeights.Heads(operation, mask => module.forward(query, key, key, null, false, mask)), columns == 2 + extra);
        });
        AttentionMasks masks = new(operation.OptionalTensor("attn_mask"), operation.OptionalTensor("key_padding_mask"));
        (GraphValue result, GraphValue? means) = weights.Attend(
            operation.Tensor(0), operation.Tensor(1), operation.Tensor(2), masks, heads, hasZero, operation.Flag("need_weights", true) && operation.Results.Count > 1);
        return means is null ? [result] : [result, means];
    }
}
