using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Export.Lowerings;

/// <summary>A transformer computed for a single position, [1, N, E], where attention is W_o (W_v x + b_v) + b_o whatever the heads, queries and keys.</summary>
/// <param name="parameters">The module's parameters.</param>
/// <param name="activation">Its activation.</param>
internal sealed class TransformerStep(IReadOnlyDictionary<string, Tensor> parameters, Func<Tensor, Tensor> activation) : TransformerLayers<Tensor>(parameters)
{
    /// <inheritdoc/>
    protected override Tensor Attend(string prefix, Tensor query, Tensor memory, AttentionMasks masks)
    {
        long size = query.shape[^1];
        Tensor value = functional.linear(memory, Parameters[$"{prefix}in_proj_weight"].narrow(0, 2 * size, size), Parameters[$"{prefix}in_proj_bias"].narrow(0, 2 * size, size));
        return Affine($"{prefix}out_proj", value);
    }

    /// <inheritdoc/>
    protected override Tensor Affine(string prefix, Tensor value) => functional.linear(value, Parameters[$"{prefix}.weight"], Parameters[$"{prefix}.bias"]);

    /// <inheritdoc/>
    protected override Tensor Normalize(string prefix, Tensor value) =>
        functional.layer_norm(value, [value.shape[^1]], Parameters[$"{prefix}.weight"], Parameters[$"{prefix}.bias"]);

    /// <inheritdoc/>
    protected override Tensor Activate(Tensor value) => activation(value);

    /// <inheritdoc/>
    protected override Tensor Sum(Tensor left, Tensor right) => left + right;
}
