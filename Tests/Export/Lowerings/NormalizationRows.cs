using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Normalisation.</summary>
internal static class NormalizationRows
{
    private static readonly TestInput Image = Float(2, 6, 4, 5);
    private static readonly TestInput Resizable = Float(2, 6, 4, 5).Dynamic((0, "N"), (2, "H"), (3, "W"));

    public static IEnumerable<LoweringRow> All =>
    [
        new("BatchNorm1d", "features", () => Trained(nn.BatchNorm1d(5)), Float(4, 5)) { Onnx = "BatchNormalization" },
        new("BatchNorm1d", "sequence", () => Trained(nn.BatchNorm1d(5)), Float(2, 5, 7).Dynamic((0, "N"), (2, "T"))),
        new("BatchNorm1d", "not affine", () => Trained(nn.BatchNorm1d(5, eps: 0.1, affine: false)), Float(4, 5)) { Onnx = "BatchNormalization" },
        new("BatchNorm1d", "without running statistics", () => Trained(nn.BatchNorm1d(5, track_running_stats: false)), Float(2, 5, 7)),
        new("BatchNorm1d", "in double", () => Trained(nn.BatchNorm1d(5, dtype: ScalarType.Float64)), Double(4, 5)),
        new("BatchNorm1d", "in half", () => Trained(nn.BatchNorm1d(5, dtype: ScalarType.Float16)), Half(4, 5)) { RelativeTolerance = 4e-3, AbsoluteTolerance = 4e-3 },
        new("BatchNorm2d", "image", () => Trained(nn.BatchNorm2d(6)), Resizable) { Onnx = "BatchNormalization" },
        new("BatchNorm2d", "without running statistics, not affine", () => nn.BatchNorm2d(6, affine: false, track_running_stats: false), Resizable),
        new("BatchNorm3d", "volume", () => Trained(nn.BatchNorm3d(3)), Float(2, 3, 2, 3, 4)),
        new("BatchNorm3d", "without running statistics", () => Trained(nn.BatchNorm3d(3, track_running_stats: false)), Float(2, 3, 2, 3, 4)),
        LoweringRow.Of("batch_norm", "scale and bias", (x, mean, bias) => batch_norm(x, mean, full(6, 2.5), full(6, 0.5), bias), Image, Float(6).Static(), Float(6).Static()),
        LoweringRow.Of("batch_norm", "neither", (x, mean) => batch_norm(x, mean, full(6, 2.5), eps: 0.01), Float(3, 6), Float(6).Static()),
        LoweringRow.Of("batch_norm", "training without statistics", x => batch_norm(x, null, null, training: true), Image),
        new("InstanceNorm1d", "plain", () => nn.InstanceNorm1d(5), Float(2, 5, 7).Dynamic((0, "N"), (2, "T"))) { Onnx = "InstanceNormalization" },
        new("InstanceNorm1d", "affine", () => Trained(nn.InstanceNorm1d(5, affine: true)), Float(2, 5, 7)),
        new("InstanceNorm1d", "running statistics", () => Trained(nn.InstanceNorm1d(5, affine: true, track_running_stats: true)), Float(2, 5, 7)) { Onnx = "BatchNormalization" },
        new("InstanceNorm1d", "without a batch", () => Trained(nn.InstanceNorm1d(5, affine: true)), Float(5, 7).Dynamic((1, "T"))),
        new("InstanceNorm1d", "in double", () => nn.InstanceNorm1d(5, dtype: ScalarType.Float64), Double(2, 5, 7)),
        new("InstanceNorm1d", "in half", () => nn.InstanceNorm1d(5, dtype: ScalarType.Float16), Half(2, 5, 7)) { RelativeTolerance = 8e-3, AbsoluteTolerance = 8e-3 },
        new("InstanceNorm2d", "affine", () => Trained(nn.InstanceNorm2d(6, eps: 0.1, affine: true)), Resizable) { Onnx = "InstanceNormalization" },
        new("InstanceNorm2d", "running statistics, not affine", () => Trained(nn.InstanceNorm2d(6, track_running_stats: true)), Image),
        new("InstanceNorm3d", "affine", () => Trained(nn.InstanceNorm3d(3, affine: true)), Float(2, 3, 2, 3, 4)),
        new("InstanceNorm3d", "without a batch", () => nn.InstanceNorm3d(3), Float(3, 2, 3, 4).Dynamic((2, "H"))),
        LoweringRow.Of("instance_norm", "plain", x => instance_norm(x), Image),
        LoweringRow.Of("instance_norm", "scale and bias", (x, weight, bias) => instance_norm(x, weight: weight, bias: bias, eps: 0.01), Image, Float(6).Static(), Float(6).Static()),
        LoweringRow.Of("instance_norm", "given statistics", (x, mean) => instance_norm(x, mean, full(6, 2.5), use_input_stats: false), Image, Float(6).Static()),
        new("LayerNorm", "last axis", () => Trained(nn.LayerNorm(6)), Float(2, 4, 6).Dynamic((0, "N"), (1, "T"))) { Onnx = "LayerNormalization" },
        new("LayerNorm", "two axes", () => Trained(nn.LayerNorm([4, 6])), Float(2, 4, 6)) { Onnx = "LayerNormalization" },
        new("LayerNorm", "not affine", () => nn.LayerNorm(6, elementwise_affine: false), Float(3, 6)) { Onnx = "LayerNormalization" },
        new("LayerNorm", "without bias", () => Trained(nn.LayerNorm(6, eps: 0.1, bias: false)), Float(3, 6)) { Onnx = "LayerNormalization" },
        new("LayerNorm", "in double", () => Trained(nn.LayerNorm([4, 6], dtype: ScalarType.Float64)), Double(2, 4, 6)),
        new("LayerNorm", "in half", () => Trained(nn.LayerNorm(6, dtype: ScalarType.Float16)), Half(3, 6)) { RelativeTolerance = 4e-3, AbsoluteTolerance = 4e-3 },
        LoweringRow.Of("layer_norm", "no scale", x => layer_norm(x, [6]), Float(3, 6)),
        LoweringRow.Of("layer_norm", "scale", (x, weight) => layer_norm(x, [4, 6], weight, eps: 0.01), Float(2, 4, 6), Float(4, 6).Static()),
        LoweringRow.Of("layer_norm", "scale and bias", (x, weight, bias) => layer_norm(x, [6], weight, bias), Float(2, 4, 6), Float(6).Static(), Float(6).Static()),
        LoweringRow.Of("layer_norm", "dynamic axis", x => layer_norm(x, [x.shape[1]]), Float(3, 6).Dynamic((0, "N"), (1, "T"))) with { AbsoluteTolerance = 1e-4 },
        new("GroupNorm", "image", () => Trained(nn.GroupNorm(3, 6)), Resizable),
        new("GroupNorm", "sequence", () => Trained(nn.GroupNorm(2, 6, eps: 0.01)), Float(2, 6, 5)),
        new("GroupNorm", "one group", () => Trained(nn.GroupNorm(1, 6)), Image),
        new("GroupNorm", "not affine", () => nn.GroupNorm(6, 6, affine: false), Image),
        new("GroupNorm", "in double", () => Trained(nn.GroupNorm(3, 6, dtype: ScalarType.Float64)), Double(2, 6, 4, 5)),
        new("GroupNorm", "in half", () => Trained(nn.GroupNorm(3, 6, dtype: ScalarType.Float16)), Half(2, 6, 4, 5)) { RelativeTolerance = 8e-3, AbsoluteTolerance = 8e-3 },
        LoweringRow.Of("group_norm", "no scale", x => group_norm(x, 3), Resizable),
        LoweringRow.Of("group_norm", "scale and bias", (x, weight, bias) => group_norm(x, 2, weight, bias, 0.01), Float(2, 6, 3, 2, 2), Float(6).Static(), Float(6).Static()),
        LoweringRow.Of("group_norm", "features", (x, weight) => group_norm(x, 2, weight), Float(2, 6), Float(6).Static()),
        new("LocalResponseNorm", "odd size", () => nn.LocalResponseNorm(3, 0.3, 0.6, 2), Resizable) { Onnx = "LRN" },
        new("LocalResponseNorm", "even size", () => nn.LocalResponseNorm(4, 0.3, 0.6, 2), Resizable),
        new("LocalResponseNorm", "size 1", () => nn.LocalResponseNorm(1, 0.3, 0.6, 2), Image),
        new("LocalResponseNorm", "sequence", () => nn.LocalResponseNorm(3, 0.3, 0.6, 2), Float(2, 6, 5)),
        new("LocalResponseNorm", "volume", () => nn.LocalResponseNorm(2, 0.3, 0.6, 2), Float(2, 6, 3, 2, 2)),
        LoweringRow.Of("local_response_norm", "wider than the channels", x => local_response_norm(x, 9, 0.5, 1.5, 0.5), Image),
        LoweringRow.Of("local_response_norm", "defaults", x => local_response_norm(x, 2), Image),
    ];

    // Parameters and statistics as training would leave them; GroupNorm's would not be initialised at all.
    private static nn.Module Trained(nn.Module module)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor tensor) in module.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(module.named_buffers().Select(pair => (pair.name, pair.buffer))))
        {
            if (tensor.dtype == ScalarType.Int64 || tensor.NumberOfElements == 1)
            {
                continue;
            }

            tensor.copy_(rand(tensor.shape) + (name == "running_var" ? 0.5 : -0.3));
        }

        return module;
    }
}
