using OnnxInit.Export.Graph;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Sampling an image at given places, and the places of an affine map.</summary>
internal static class GridLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("grid_sample", GridSample)
        .Add("affine_grid", AffineGrid);

    /// <summary>
    /// y[n, c, ...] = x[n, c] at the place grid[n, ...], from -1 to 1; x [N, C, H, W], grid [N, H', W', 2] -> y [N, C, H', W'], or with one axis
    /// more each; GridSample, https://onnx.ai/onnx/operators/onnx__GridSample.html, from opset 16, in three dimensions from 20.
    /// </summary>
    private static GraphValue GridSample(Operation operation, GraphBuilder graph)
    {
        GraphValue input = operation.Input;
        int oldest = input.Rank == 4 ? 16 : 20;
        if (graph.Opset < oldest)
        {
            throw operation.Unsupported($"GridSample of {input.Rank - 2} spatial axes does not exist in opset {graph.Opset}", $"Export to opset {oldest} or newer");
        }

        string mode = operation.Find("mode") is GridSampleMode.Nearest ? "nearest" : graph.Opset < 20 ? "bilinear" : "linear";
        string padding = operation.Find("padding_mode") switch
        {
            GridSamplePaddingMode.Reflection => "reflection",
            GridSamplePaddingMode.Border => "border",
            _ => "zeros",
        };
        DataType type = input.Type == DataType.Bfloat16 ? DataType.Float : input.Type;
        GraphValue sampled = graph.Add(
            "GridSample", [graph.Cast(input, type), graph.Cast(operation.Tensor("grid"), type)], type, operation.Result.Shape,
            [("mode", mode), ("padding_mode", padding), ("align_corners", operation.Flag("align_corners") ? 1L : 0L)]);
        return graph.Cast(sampled, input.Type);
    }

    /// <summary>
    /// grid[n, i, j] = theta[n] (x_j, y_i, 1)^T, x and y from -1 to 1; theta [N, 2, 3] -> [N, H, W, 2], or [N, 3, 4] -> [N, D, H, W, 3]; a constant
    /// of all places times theta^T; where the sizes are dynamic AffineGrid, https://onnx.ai/onnx/operators/onnx__AffineGrid.html, from opset 20.
    /// </summary>
    private static GraphValue AffineGrid(Operation operation, GraphBuilder graph)
    {
        GraphValue theta = operation.Input;
        IReadOnlyList<Dimension> shape = operation.Result.Shape;
        Dimension[] spatial = [.. shape.Skip(1).SkipLast(1)];
        bool alignCorners = operation.Flag("align_corners");
        if (spatial.Any(size => !size.IsStatic))
        {
            return graph.Opset >= 20
                ? graph.Add("AffineGrid", [theta, graph.Sizes([.. operation.Sizes("size")!])], theta.Type, shape, [("align_corners", alignCorners ? 1L : 0L)])
                : throw operation.Unsupported("a grid whose size depends on a dynamic axis needs AffineGrid", "Export to opset 20 or newer, or make the axes static");
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor places = Places([.. spatial.Select(size => size.Size)], alignCorners).to(theta.Type.ToTorch());
        GraphValue given = graph.Constant("places", theta.Type, places.shape, ConstantData.Of(places));
        GraphValue turned = graph.Transpose(theta, 0, 2, 1);
        return graph.Reshape(graph.Add("MatMul", [given, turned], theta.Type, [theta.Shape[0], places.shape[0], spatial.Length]), shape);
    }

    // All places of a grid, row by row: [D H W, 4] of (x, y, z, 1), or [H W, 3].
    private static Tensor Places(long[] sizes, bool alignCorners)
    {
        Tensor[] axes = [.. sizes.Select(size => size == 1 ? zeros(1, ScalarType.Float64) : linspace(-1, 1, size, ScalarType.Float64) * (alignCorners ? 1 : (size - 1.0) / size))];
        Tensor[] mesh = meshgrid(axes, indexing: "ij");
        return stack([.. mesh.Reverse().Select(axis => axis.flatten()), ones(sizes.Aggregate(1L, (product, size) => product * size), ScalarType.Float64)], 1);
    }
}
