using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>The parameters of attention of several heads, by itself or in a transformer's layer, and the nodes that it becomes.</summary>
/// <param name="graph">Where the nodes go.</param>
/// <param name="parameters">The module's parameters.</param>
/// <param name="prefix">What precedes the names of those that are meant.</param>
internal sealed partial class AttentionWeights(GraphBuilder graph, IReadOnlyDictionary<string, Tensor> parameters, string prefix)
{
    /// <summary>E.</summary>
    public long Size => this["out_proj.weight"].shape[0];

    /// <summary>The size of keys and values; E, unless they have projections of their own.</summary>
    public long KeySize => Has("k_proj_weight") ? this["k_proj_weight"].shape[1] : Size;

    /// <summary>A parameter.</summary>
    public Tensor this[string name] => parameters[prefix + name];

    /// <summary>Whether there is such a parameter.</summary>
    public bool Has(string name) => parameters.ContainsKey(prefix + name);

    /// <summary>The number of heads. Nothing tells it but libtorch's refusal of a mask of two rows for one position, which gives the scores' shape, [heads, 1, keys].</summary>
    /// <param name="operation">The operation, for a message.</param>
    /// <param name="attend">Calls the module with one position of one sample and a mask.</param>
    public static long Heads(Operation operation, Func<Tensor, object> attend)
    {
        Tensor like = HiddenModule.Parameters(operation.Module!).Values.First();
        try
        {
            _ = attend(zeros(2, 1, like.dtype, like.device));
        }
        catch (ExternalException refusal) when (ScoresShape().Match(refusal.Message) is { Success: true } shape)
        {
            return long.Parse(shape.Groups[1].Value, CultureInfo.InvariantCulture);
        }

        throw operation.Unsupported("this version of libtorch does not tell its number of heads", "Write the attention with scaled_dot_product_attention");
    }

    /// <summary>y = concat over heads of softmax(q k^T / sqrt(E / heads) + mask) v, W_o y + b_o; query [L, N, E], key and value [S, N, E] -> y [L, N, E], weights [N, L, S].</summary>
    public (GraphValue Result, GraphValue? Weights) Attend(GraphValue query, GraphValue key, GraphValue value, AttentionMasks masks, long heads, bool hasZero, bool needWeights)
    {
        (GraphValue q, GraphValue k, GraphValue v) = Project(query, key, value);
        q = graph.Add("Mul", [q, graph.Scalar(1 / Math.Sqrt(Size / heads), q.Type)]);
        int extra = 0;
        if (Has("bias_k"))
        {
            (k, v, extra) = (Append(k, Constant("bias_k", this["bias_k"])), Append(v, Constant("bias_v", this["bias_v"])), 1);
        }

        if (hasZero)
        {
            using Tensor zero = zeros(1, 1, Size, k.Type.ToTorch());
            GraphValue row = graph.Constant("zero_attention", zero);
            (k, v, extra) = (Append(k, row), Append(v, row), extra + 1);
        }

        // [L, N, E] -> [N, heads, L, E / heads]
        GraphValue scores = graph.Add("MatMul", [Split(q, 1, 2, 0, 3), Split(k, 1, 2, 3, 0)]);
        scores = masks.Scores is { } mask ? graph.Add("Add", [scores, Padded(graph.Cast(mask, scores.Type), extra)]) : scores;
        scores = masks.Keys is { } hidden
            ? graph.Add("Where", [graph.Unsqueeze(Padded(hidden, extra), 1, 2), graph.Scalar(double.NegativeInfinity, scores.Type), scores])
            : scores;
        GraphValue weights = graph.Add("Softmax", [scores], ("axis", -1L));
        GraphValue result = graph.Transpose(graph.Add("MatMul", [weights, Split(v, 1, 2, 0, 3)]), 2, 0, 1, 3);
        result = Affine(graph.Reshape(result, query.Shape), "out_proj.weight", this["out_proj.weight"], Has("out_proj.bias") ? this["out_proj.bias"] : null);
        return (result, needWeights ? NormalizationLowerings.Reduce(graph, "ReduceMean", weights, [1], keep: false) : null);

        GraphValue Split(GraphValue of, params int[] order) =>
            graph.Transpose(graph.Reshape(of, [of.Shape[0], of.Shape[1], heads, Size / heads]), order);

        // [S, N, E] and [1, 1, E] -> [S + 1, N, E]
        GraphValue Append(GraphValue to, GraphValue row) => graph.Add("Concat", [to, graph.Expand(row, [1, to.Shape[1], Size])], ("axis", 0L));

        // 0 or false for the keys that are added at the end.
        GraphValue Padded(GraphValue of, int count) => count == 0 ? of : graph.Add("Pad", [of, graph.Integers(0, 0, 0, count)], ("mode", "constant"));
    }

    // The projections, in as few products as the inputs allow.
    private (GraphValue Query, GraphValue Key, GraphValue Value) Project(GraphValue query, GraphValue key, GraphValue value)
    {
        Tensor? bias = Has("in_proj_bias") ? this["in_proj_bias"] : null;
        if (!Has("in_proj_weight"))
        {
            return (Part(query, "q_proj_weight", this["q_proj_weight"], 0), Part(key, "k_proj_weight", this["k_proj_weight"], 1), Part(value, "v_proj_weight", this["v_proj_weight"], 2));
        }

        Tensor weight = this["in_proj_weight"];
        if (query.Name == key.Name && key.Name == value.Name)
        {
            IReadOnlyList<GraphValue> all = Parts(Affine(query, "in_proj_weight", weight, bias), 3);
            return (all[0], all[1], all[2]);
        }

        GraphValue q = Part(query, "q_proj_weight", weight.narrow(0, 0, Size), 0);
        if (key.Name == value.Name)
        {
            IReadOnlyList<GraphValue> both = Parts(Affine(key, "kv_proj_weight", weight.narrow(0, Size, 2 * Size), bias?.narrow(0, Size, 2 * Size)), 2);
            return (q, both[0], both[1]);
        }

        return (q, Part(key, "k_proj_weight", weight.narrow(0, Size, Size), 1), Part(value, "v_proj_weight", weight.narrow(0, 2 * Size, Size), 2));

        GraphValue Part(GraphValue of, string name, Tensor projection, int position) => Affine(of, name, projection, bias?.narrow(0, position * Size, Size));

        IReadOnlyList<GraphValue> Parts(GraphValue of, int count) =>
            graph.AddMany("Split", [of, graph.Integers([.. Enumerable.Repeat(Size, count)])], count, ("axis", 2L));
    }

    /// <summary>y = x W^T + b; x [..., in], W [out, in] -> y [..., out]; MatMul of the transposed weight, Add.</summary>
    public GraphValue Affine(GraphValue input, string name, Tensor weight, Tensor? bias)
    {
        using Tensor transposed = weight.t();
        GraphValue product = graph.Add("MatMul", [input, Constant($"{name}_t", transposed)]);
        return bias is null ? product : graph.Add("Add", [product, Constant(name.Replace("weight", "bias", StringComparison.Ordinal), bias)]);
    }

    private GraphValue Constant(string name, Tensor tensor) => graph.Constant(prefix + name, tensor);

    [GeneratedRegex(@"output with shape \[(\d+), 1, \d+\]")]
    private static partial Regex ScoresShape();
}
