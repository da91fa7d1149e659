using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Translators;

/// <summary>Batch normalisation with its running statistics.</summary>
internal static class BatchNormTranslator
{
    /// <summary>
    /// y = (x - mean) / sqrt(var + eps) * scale + bias per channel; x [N, C, ...] -> y [N, C, ...]; BatchNormalization,
    /// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html. ONNX's momentum is the share that is kept, 1 - PyTorch's.
    /// </summary>
    public static GraphValue Translate(BatchNorm norm, GraphValue input, GraphBuilder graph)
    {
        bool fits = norm is BatchNorm2d ? input.Rank == 4 : input.Rank is 2 or 3;
        graph.Require(fits && input.Shape[1] == norm.num_features, input, norm is BatchNorm2d ? $"[N, {norm.num_features}, H, W]" : $"[N, {norm.num_features}] or [N, {norm.num_features}, L]");
        using Tensor ones = TorchSharp.torch.ones(norm.num_features, ScalarType.Float32);
        using Tensor zeros = TorchSharp.torch.zeros(norm.num_features, ScalarType.Float32);
        return graph.Add(
            "BatchNormalization",
            [
                input.Name,
                graph.Constant("weight", norm.weight ?? ones),
                graph.Constant("bias", norm.bias ?? zeros),
                graph.Constant("running_mean", norm.running_mean!),
                graph.Constant("running_var", norm.running_var!),
            ],
            input.Type, input.Shape, ("epsilon", (float)norm.eps), ("momentum", (float)(1 - (norm.momentum ?? 0.1))));
    }

    /// <summary>What a BatchNorm can be that is not translated.</summary>
    public static string? Refusal(BatchNorm norm) =>
        norm.running_mean is null || norm.running_var is null
            ? "track_running_stats is false, so that it would normalise by the statistics of each batch"
            : null;
}
