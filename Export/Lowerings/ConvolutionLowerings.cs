using OnnxInit.Export.Graph;
using TorchSharp;
using TorchSharp.Modules;

namespace OnnxInit.Export.Lowerings;

/// <summary>Convolution and transposed convolution.</summary>
internal static class ConvolutionLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add<Conv1d>(Conv)
        .Add<Conv2d>(Conv)
        .Add<Conv3d>(Conv)
        .Add("conv1d", (operation, graph) => Conv(operation, graph, 1))
        .Add("conv2d", (operation, graph) => Conv(operation, graph, 2))
        .Add("conv3d", (operation, graph) => Conv(operation, graph, 3))
        .Add("conv1d_padding", (operation, graph) => Conv(operation, graph, 1))
        .Add("conv2d_padding", (operation, graph) => Conv(operation, graph, 2))
        .Add("conv3d_padding", (operation, graph) => Conv(operation, graph, 3))
        .Add<ConvTranspose1d>(ConvTranspose)
        .Add<ConvTranspose2d>(ConvTranspose)
        .Add<ConvTranspose3d>(ConvTranspose)
        .Add("conv_transpose1d", (operation, graph) => ConvTranspose(operation, graph, 1))
        .Add("conv_transpose2d", (operation, graph) => ConvTranspose(operation, graph, 2))
        .Add("conv_transpose3d", (operation, graph) => ConvTranspose(operation, graph, 3));

    // The module; where its padding is no zeros, that is an operation of its own before.
    private static GraphValue Conv(Operation operation, GraphBuilder graph)
    {
        Convolution module = operation.As<Convolution>();
        int spatial = module.kernel_size.Length;
        (GraphValue weight, GraphValue? bias) = Weights(module, graph);
        (long[] begins, long[] ends) = module.padding is { } padding ? (padding, padding) : Same(module.padding_type, module.kernel_size, module.dilation);
        if (module.padding_mode == PaddingModes.Zeros)
        {
            return Conv(operation, graph, operation.Input, weight, bias, new(module.stride, begins, ends, module.dilation, module.groups));
        }

        // TorchSharp pads by 'same' in the opposite order of the axes.
        (begins, ends) = module.padding is null ? ([.. begins.Reverse()], [.. ends.Reverse()]) : (begins, ends);
        GraphValue padded = SpatialAxes.Batched(graph, operation.Input, spatial, input => module.padding_mode switch
        {
            PaddingModes.Circular => SpatialAxes.Wrap(graph, input, begins, ends),
            PaddingModes.Reflect => SpatialAxes.Pad(graph, input, begins, ends, "reflect"),
            PaddingModes.Replicate => SpatialAxes.Pad(graph, input, begins, ends, "edge"),
            _ => SpatialAxes.Pad(graph, input, begins, ends),
        });
        long[] none = new long[spatial];
        return Conv(operation, graph, padded, weight, bias, new(module.stride, none, none, module.dilation, module.groups));
    }

    // The function.
    private static GraphValue Conv(Operation operation, GraphBuilder graph, int spatial)
    {
        GraphValue weight = operation.Tensor("weight");
        long[] dilation = SpatialAxes.PerAxis(operation.Integers("dilation"), spatial, 1);
        long[] begins;
        long[] ends;
        if (operation.Find("padding") is Padding kind)
        {
            (begins, ends) = Same(kind, [.. weight.Shape.Skip(2).Select(size => size.Size)], dilation);
        }
        else
        {
            begins = ends = SpatialAxes.PerAxis(operation.Integers("padding"), spatial, 0);
        }

        long[] stride = SpatialAxes.PerAxis(operation.Integers("stride", "strides"), spatial, 1);
        return Conv(operation, graph, operation.Input, weight, operation.OptionalTensor("bias"), new(stride, begins, ends, dilation, operation.Integer("groups", 1)));
    }

    /// <summary>
    /// y = x * w + b (cross-correlation); x [N, C, spatial...], w [C', C / groups, kernel...], b [C'] -> y [N, C', spatial'...]; x without N is
    /// given one. Conv with explicit pads, https://onnx.ai/onnx/operators/onnx__Conv.html.
    /// </summary>
    private static GraphValue Conv(Operation operation, GraphBuilder graph, GraphValue input, GraphValue weight, GraphValue? bias, Geometry geometry) =>
        Convolve("Conv", operation, graph, input, weight, bias, geometry, []);

    // The module. Like TorchSharp, it takes the first number of output_padding for every axis, unless it is told the size that is to come out.
    private static GraphValue ConvTranspose(Operation operation, GraphBuilder graph)
    {
        Convolution module = operation.As<Convolution>();
        int spatial = module.kernel_size.Length;
        long[] padding = module.padding!;
        long[] outputPadding = [.. Enumerable.Repeat(module.output_padding[0], spatial)];
        if (operation.Sizes("output_size") is { } size)
        {
            IReadOnlyList<Dimension> given = [.. operation.Input.Shape.TakeLast(spatial)];
            outputPadding = [.. size.TakeLast(spatial).Select((target, axis) => Rest(axis, target
                - ((given[axis] - 1) * module.stride[axis]) + (2 * padding[axis]) - (module.dilation[axis] * (module.kernel_size[axis] - 1)) - 1))];
        }

        (GraphValue weight, GraphValue? bias) = Weights(module, graph);
        return ConvTranspose(operation, graph, operation.Input, weight, bias, new(module.stride, padding, padding, module.dilation, module.groups), outputPadding);

        long Rest(int axis, Dimension rest) => rest.IsStatic ? rest.Size : throw operation.Unsupported(
            $"the padding that makes axis {axis} of the result {size[axis]} long is {rest}, and must not depend on a dynamic axis", "Give output_padding instead of output_size");
    }

    // The function.
    private static GraphValue ConvTranspose(Operation operation, GraphBuilder graph, int spatial)
    {
        long[] padding = Numbers(0, "padding");
        return ConvTranspose(
            operation, graph, operation.Input, operation.Tensor("weight"), operation.OptionalTensor("bias"),
            new(Numbers(1, "stride", "strides"), padding, padding, Numbers(1, "dilation"), operation.Integer("groups", 1)), Numbers(0, "output_padding"));

        long[] Numbers(long otherwise, params ReadOnlySpan<string> names) => SpatialAxes.PerAxis(operation.Integers(names), spatial, otherwise);
    }

    /// <summary>
    /// The transpose of a convolution; x [N, C, spatial...], w [C, C' / groups, kernel...], b [C'] -> y [N, C', spatial'...],
    /// spatial' = (spatial - 1) stride - 2 padding + dilation (kernel - 1) + output padding + 1; ConvTranspose,
    /// https://onnx.ai/onnx/operators/onnx__ConvTranspose.html.
    /// </summary>
    private static GraphValue ConvTranspose(
        Operation operation, GraphBuilder graph, GraphValue input, GraphValue weight, GraphValue? bias, Geometry geometry, long[] outputPadding) =>
        Convolve("ConvTranspose", operation, graph, input, weight, bias, geometry, outputPadding.Any(size => size > 0) ? [("output_padding", outputPadding)] : []);

    private static GraphValue Convolve(
        string opType, Operation operation, GraphBuilder graph, GraphValue input, GraphValue weight, GraphValue? bias, Geometry geometry, (string Name, object Value)[] more)
    {
        if (!input.Type.IsFloating())
        {
            throw operation.Unsupported($"ONNX convolves no {input.Type.ToTorch()}", "Convert the input and the weight to Float32 before");
        }

        // The kernel's size need not be said where it is not known.
        (string, object)[] kernel = weight.Shape.Skip(2).All(size => size.IsStatic) ? [("kernel_shape", (long[])[.. weight.Shape.Skip(2).Select(size => size.Size)])] : [];
        return SpatialAxes.Batched(graph, input, weight.Rank - 2, batch => graph.Add(
            opType,
            [batch, graph.Cast(weight, batch.Type), bias is null ? null : graph.Cast(bias, batch.Type)],
            batch.Type,
            operation.Result.Shape.Count == weight.Rank ? operation.Result.Shape : [1, .. operation.Result.Shape],
            [
                .. kernel, ("strides", geometry.Stride), ("pads", (long[])[.. geometry.Begins, .. geometry.Ends]), ("dilations", geometry.Dilation), ("group", geometry.Groups), .. more,
            ]));
    }

    // 'same': the output as large as the input, the odd element at the end.
    private static (long[] Begins, long[] Ends) Same(Padding? kind, long[] kernel, long[] dilation)
    {
        long[] totals = [.. kernel.Select((size, axis) => kind == Padding.Same ? dilation[axis] * (size - 1) : 0)];
        return ([.. totals.Select(total => total / 2)], [.. totals.Select(total => total - (total / 2))]);
    }

    private static (GraphValue Weight, GraphValue? Bias) Weights(Convolution module, GraphBuilder graph) =>
        (graph.Constant("weight", module.weight), module.bias is null ? null : graph.Constant("bias", module.bias));

    private sealed record Geometry(long[] Stride, long[] Begins, long[] Ends, long[] Dilation, long Groups);
}
