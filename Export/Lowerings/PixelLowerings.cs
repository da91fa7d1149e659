using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Elements that move between channels and places.</summary>
internal static class PixelLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("pixel_shuffle", (operation, graph) => PixelShuffle(operation, operation.Integer("upscale_factor"), graph))
        .Add<PixelShuffle>((operation, graph) => PixelShuffle(operation, operation.As<PixelShuffle>().upscale_factor, graph))
        .Add("pixel_unshuffle", (operation, graph) => PixelUnshuffle(operation, operation.Integer("downscale_factor"), graph))
        .Add<PixelUnshuffle>((operation, graph) => PixelUnshuffle(operation, operation.As<PixelUnshuffle>().downscale_factor, graph))
        .Add("channel_shuffle", (operation, graph) => ChannelShuffle(operation, operation.Integer("groups"), graph))
        .Add<ChannelShuffle>((operation, graph) => ChannelShuffle(operation, operation.As<ChannelShuffle>().groups, graph));

    /// <summary>
    /// x [.., C r r, H, W] -> y [.., C, H r, W r]; DepthToSpace(mode = CRD) of four axes of float, https://onnx.ai/onnx/operators/onnx__DepthToSpace.html,
    /// otherwise Reshape, Transpose, Reshape.
    /// </summary>
    private static GraphValue PixelShuffle(Operation operation, long r, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        IReadOnlyList<Dimension> y = operation.Result.Shape;
        if (x.Rank == 4 && x.Type == DataType.Float)
        {
            return graph.Add("DepthToSpace", [x], x.Type, y, [("blocksize", r), ("mode", "CRD")]);
        }

        int n = x.Rank - 3;
        GraphValue split = graph.Reshape(x, [.. x.Shape.Take(n), y[n], r, r, x.Shape[n + 1], x.Shape[n + 2]]);
        return graph.Reshape(graph.Transpose(split, [.. Enumerable.Range(0, n), n, n + 3, n + 1, n + 4, n + 2]), y);
    }

    /// <summary>x [.., C, H r, W r] -> y [.., C r r, H, W]; Reshape, Transpose, Reshape (SpaceToDepth has the channels in another order), https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue PixelUnshuffle(Operation operation, long r, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        IReadOnlyList<Dimension> y = operation.Result.Shape;
        int n = x.Rank - 3;
        GraphValue split = graph.Reshape(x, [.. x.Shape.Take(n + 1), y[n + 1], r, y[n + 2], r]);
        return graph.Reshape(graph.Transpose(split, [.. Enumerable.Range(0, n), n, n + 2, n + 4, n + 1, n + 3]), y);
    }

    /// <summary>x [N, g c, ..] as [N, g, c, ..] -> y [N, c, g, ..] as [N, c g, ..]; Reshape, Transpose, Reshape, https://onnx.ai/onnx/operators/onnx__Transpose.html.</summary>
    private static GraphValue ChannelShuffle(Operation operation, long groups, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        _ = x.Shape[1].TryDivide(groups, out Dimension each);
        GraphValue split = graph.Reshape(x, [x.Shape[0], groups, each, .. x.Shape.Skip(2)]);
        return graph.Reshape(graph.Transpose(split, [0, 2, 1, .. Enumerable.Range(3, x.Rank - 2)]), x.Shape);
    }
}
