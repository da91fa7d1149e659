using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>How transformers are built from their parameters: normalisation behind each sum, as libtorch does. What the steps make is left open.</summary>
/// <typeparam name="T">What flows: tensors, or values of a graph.</typeparam>
/// <param name="parameters">The module's parameters by their names.</param>
internal abstract class TransformerLayers<T>(IReadOnlyDictionary<string, Tensor> parameters)
{
    /// <summary>The parameters by their names.</summary>
    protected IReadOnlyDictionary<string, Tensor> Parameters { get; } = parameters;

    /// <summary>x1 = norm1(x + attend(x)), y = norm2(x1 + linear2(activation(linear1(x1)))).</summary>
    public T EncoderLayer(string prefix, T source, AttentionMasks masks)
    {
        T attended = Normalize($"{prefix}norm1", Sum(source, Attend($"{prefix}self_attn.", source, source, masks)));
        return Normalize($"{prefix}norm2", Sum(attended, FeedForward(prefix, attended)));
    }

    /// <summary>x1 = norm1(x + attend(x)), x2 = norm2(x1 + attend(x1, memory)), y = norm3(x2 + linear2(activation(linear1(x2)))).</summary>
    public T DecoderLayer(string prefix, T target, T memory, AttentionMasks masks, AttentionMasks memoryMasks)
    {
        T attended = Normalize($"{prefix}norm1", Sum(target, Attend($"{prefix}self_attn.", target, target, masks)));
        T informed = Normalize($"{prefix}norm2", Sum(attended, Attend($"{prefix}multihead_attn.", attended, memory, memoryMasks)));
        return Normalize($"{prefix}norm3", Sum(informed, FeedForward(prefix, informed)));
    }

    /// <summary>Encoder layers, and a normalisation if there is one.</summary>
    public T Encoder(string prefix, T source, AttentionMasks masks) =>
        Final(prefix, Layers(prefix).Aggregate(source, (value, layer) => EncoderLayer(layer, value, masks)));

    /// <summary>Decoder layers, and a normalisation if there is one.</summary>
    public T Decoder(string prefix, T target, T memory, AttentionMasks masks, AttentionMasks memoryMasks) =>
        Final(prefix, Layers(prefix).Aggregate(target, (value, layer) => DecoderLayer(layer, value, memory, masks, memoryMasks)));

    /// <summary>W_o of attention; prefix ends with a dot.</summary>
    protected abstract T Attend(string prefix, T query, T memory, AttentionMasks masks);

    /// <summary>W x + b.</summary>
    protected abstract T Affine(string prefix, T value);

    /// <summary>LayerNorm over the last axis.</summary>
    protected abstract T Normalize(string prefix, T value);

    /// <summary>ReLU or GELU.</summary>
    protected abstract T Activate(T value);

    /// <summary>The sum.</summary>
    protected abstract T Sum(T left, T right);

    private T FeedForward(string prefix, T value) => Affine($"{prefix}linear2", Activate(Affine($"{prefix}linear1", value)));

    private T Final(string prefix, T value) => Parameters.ContainsKey($"{prefix}norm.weight") ? Normalize($"{prefix}norm", value) : value;

    private IEnumerable<string> Layers(string prefix) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"{prefix}layers.{i}.").TakeWhile(layer => Parameters.ContainsKey($"{layer}norm1.weight"));
}
