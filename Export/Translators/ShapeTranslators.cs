using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Translators;

/// <summary>Modules that move values without computing.</summary>
internal static class ShapeTranslators
{
    /// <summary>
    /// Axes start_dim to end_dim into one; [N, C, H, W] -> [N, C H W]; Flatten, https://onnx.ai/onnx/operators/onnx__Flatten.html, and
    /// Reshape for any other range of axes than the usual one.
    /// </summary>
    public static GraphValue Flatten(Flatten flatten, GraphValue input, GraphBuilder graph)
    {
        int start = Axis(flatten.start_dim);
        int end = Axis(flatten.end_dim);
        graph.Require(start >= 0 && start <= end && end < input.Rank, input, $"axes {flatten.start_dim} to {flatten.end_dim}, in this order,");
        if (start == end)
        {
            return input;
        }

        if (start == 0)
        {
            throw new UnsupportedModuleException($"Cannot export module '{graph.Path}' (Flatten): start_dim 0 flattens the batch axis. Keep the batch axis apart.");
        }

        Dimension size = input.Shape.Skip(start).Take(end - start + 1).Aggregate(1L, (product, axis) => product * axis.Size);
        Dimension[] shape = [.. input.Shape.Take(start), size, .. input.Shape.Skip(end + 1)];
        return start == 1 && end == input.Rank - 1
            ? graph.Add("Flatten", [input.Name], input.Type, shape, ("axis", 1L))
            : graph.Add("Reshape", [input.Name, graph.Constant("shape", [.. shape.Select(axis => axis.Symbol is null ? axis.Size : -1)])], input.Type, shape);

        int Axis(long axis) => (int)(axis < 0 ? axis + input.Rank : axis);
    }

    /// <summary>Nothing: Identity, and Dropout once the training is over.</summary>
    public static GraphValue Identity(nn.Module module, GraphValue input, GraphBuilder graph) => input;
}
