using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class ReshapingRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("view", "batch and the rest", x => x.view(x.shape[0], -1), Float(2, 3, 4)) with { Onnx = "Reshape" },
        LoweringRow.Of("view", "heads", x => x.view(x.shape[0], x.shape[1], 2, 3), Float(2, 4, 6).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("view", "two dynamic axes into one", x => x.view(-1, 6), Float(2, 4, 6).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("view", "one axis into two dynamic ones", (x, y) => x.view(y.shape[0], y.shape[1], 6), Float(8, 6).Static(), Float(2, 4).Static()),
        LoweringRow.Of("view", "dynamic axes change places", x => x.view(x.shape[1], x.shape[0], 3), Float(2, 4, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("view", "int64", x => x.view(-1), Long(2, 3)),
        LoweringRow.Of("view_as", "another's shape", (x, y) => x.view_as(y), Float(2, 6), Float(2, 3, 2)),
        LoweringRow.Of("reshape", "method", x => x.reshape(x.shape[0], 2, -1), Float(2, 3, 4)) with { Onnx = "Reshape" },
        LoweringRow.Of("reshape", "function", x => torch.reshape(x, x.shape[0], 12), Float(2, 3, 4)),
        LoweringRow.Of("reshape", "to no axes", x => x.reshape(Array.Empty<long>()), Float(1, 1).Static()),
        LoweringRow.Of("reshape", "from no axes", x => x.reshape(1, 1), Float()),
        LoweringRow.Of("reshape", "bool", x => x.reshape(-1, 2), Bool(2, 4)),
        LoweringRow.Of("reshape", "no elements", x => x.reshape(x.shape[0], 4, 0), Float(2, 0, 3)),
        LoweringRow.Of("ravel", "method", x => x.ravel(), Float(2, 3, 4)),
        LoweringRow.Of("ravel", "function, no axes", x => torch.ravel(x), Float()),
        LoweringRow.Of("flatten", "from axis 1", x => x.flatten(1), Float(2, 3, 4)) with { Onnx = "Flatten" },
        LoweringRow.Of("flatten", "all", x => torch.flatten(x), Float(2, 3, 4)),
        LoweringRow.Of("flatten", "inner axes, negative", x => x.flatten(-3, -2), Float(2, 3, 4, 5)),
        LoweringRow.Of("flatten", "with a dynamic axis", x => x.flatten(0, 1), Float(2, 4, 6).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("flatten", "no axes", x => x.flatten(), Float()),
        new("Flatten", "default", () => nn.Flatten(), Float(2, 3, 4)) { Onnx = "Flatten" },
        new("Flatten", "of two axes, nothing", () => nn.Flatten(), Float(2, 3)),
        new("Flatten", "from axis 0", () => nn.Flatten(0), Float(2, 3, 4)),
        new("Flatten", "to an inner axis", () => nn.Flatten(1, 2), Float(2, 3, 4, 5)),
        LoweringRow.Of("unflatten", "method", x => x.unflatten(1, 2, 3), Float(2, 6)) with { Onnx = "Reshape" },
        LoweringRow.Of("unflatten", "function, -1", x => torch.unflatten(x, 1, new long[] { -1, 3 }), Float(2, 6, 2)),
        LoweringRow.Of("unflatten", "a dynamic axis", x => x.unflatten(1, -1, 2), Float(3, 4).Static()),
        new("Unflatten", "default", () => nn.Unflatten(1, [2, 3]), Float(2, 6)) { Onnx = "Reshape" },
        LoweringRow.Of("squeeze", "axis", x => x.squeeze(1), Float(2, 1, 3)) with { Onnx = "Squeeze" },
        LoweringRow.Of("squeeze", "negative axis", x => torch.squeeze(x, -1), Float(2, 3, 1)),
        LoweringRow.Of("squeeze", "axis that is not 1", x => x.squeeze(1), Float(2, 3)),
        LoweringRow.Of("squeeze", "all", x => x.squeeze(), Float(1, 3, 1, 2).Static()),
        LoweringRow.Of("unsqueeze", "axis", x => x.unsqueeze(1), Float(2, 3)) with { Onnx = "Unsqueeze" },
        LoweringRow.Of("unsqueeze", "negative axis", x => torch.unsqueeze(x, -1), Float(2, 3)),
        LoweringRow.Of("unsqueeze", "second from the back", x => x.unsqueeze(-2), Long(2, 3)),
        LoweringRow.Of("atleast_1d", "no axes", x => x.atleast_1d(), Float()),
        LoweringRow.Of("atleast_2d", "vector", x => x.atleast_2d(), Float(3)),
        LoweringRow.Of("atleast_2d", "matrix, nothing", x => x.atleast_2d(), Float(3, 2)),
        LoweringRow.Of("atleast_3d", "no axes", x => x.atleast_3d(), Float()),
        LoweringRow.Of("atleast_3d", "vector", x => x.atleast_3d(), Float(3)),
        LoweringRow.Of("atleast_3d", "matrix", x => x.atleast_3d(), Float(3, 2)),
    ];
}
