using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Normalisation by statistics of the batch, of the sample, of groups of channels, or of before.</summary>
internal static class NormalizationLowerings
{
    /// <summary>Registers the family.</summary>
    public static void Register(LoweringRegistry registry) => registry
        .Add<BatchNorm1d>(BatchNorm)
        .Add<BatchNorm2d>(BatchNorm)
        .Add<BatchNorm3d>(BatchNorm)
        .Add("batch_norm", BatchNormFunction)
        .Add<InstanceNorm1d>(InstanceNorm)
        .Add<InstanceNorm2d>(InstanceNorm)
        .Add<InstanceNorm3d>(InstanceNorm)
        .Add("instance_norm", InstanceNormFunction)
        .Add<LayerNorm>(LayerNorm)
        .Add("layer_norm", LayerNormFunction)
        .Add<GroupNorm>(GroupNorm)
        .Add("group_norm", GroupNormFunction)
        .Add<LocalResponseNorm>(LocalResponseNorm)
        .Add("local_response_norm", LocalResponseNormFunction);

    /// <summary>y = (x - mean) / sqrt(variance + eps) * scale + bias, per feature, or per axis behind the batch's; x [..., d1, ..., dk] -> y the same; LayerNormalization from opset 17, https://onnx.ai/onnx/operators/onnx__LayerNormalization.html.</summary>
    internal static GraphValue LayerNorm(GraphBuilder graph, GraphValue input, int axes, GraphValue? weight, GraphValue? bias, double eps)
    {
        IReadOnlyList<Dimension> shape = [.. input.Shape.Skip(input.Rank - axes)];
        bool hasScale = weight is not null || shape.All(size => size.IsStatic);
        if (graph.Opset >= 17 && input.Type != DataType.Double && hasScale)
        {
            weight ??= graph.Constant("ones", ones([.. shape.Select(size => size.Size)], input.Type.ToTorch()));
            return graph.Add("LayerNormalization", [input, graph.Cast(weight, input.Type), Cast(graph, bias, input.Type)], input.Type, input.Shape, [("axis", (long)-axes), ("epsilon", (float)eps)]);
        }

        return Standardize(graph, input, [.. Enumerable.Range(input.Rank - axes, axes).Select(axis => (long)axis)], eps, weight, bias);
    }

    /// <summary>y = (x - mean) / sqrt(variance + eps) * scale + bias, the statistics those of the axes; in float32 where x is of 16 bits, as TorchSharp does.</summary>
    private static GraphValue Standardize(GraphBuilder graph, GraphValue input, long[] axes, double eps, GraphValue? scale, GraphValue? bias)
    {
        DataType type = input.Type == DataType.Double ? DataType.Double : DataType.Float;
        GraphValue value = graph.Cast(input, type);
        GraphValue centred = graph.Add("Sub", [value, Mean(value)]);
        GraphValue variance = Mean(graph.Add("Mul", [centred, centred]));
        GraphValue deviation = graph.Add("Sqrt", [graph.Add("Add", [variance, graph.Scalar(eps, type)])]);
        GraphValue result = graph.Add("Div", [centred, deviation]);
        result = scale is null ? result : graph.Add("Mul", [result, graph.Cast(scale, type)]);
        result = bias is null ? result : graph.Add("Add", [result, graph.Cast(bias, type)]);
        return graph.Cast(result, input.Type);

        GraphValue Mean(GraphValue of) => Reduce(graph, "ReduceMean", of, axes, keep: true);
    }

    /// <summary>A reduction; its axes are an attribute below opset 18.</summary>
    internal static GraphValue Reduce(GraphBuilder graph, string opType, GraphValue input, long[] axes, bool keep) =>
        graph.Opset >= 18 || opType == "ReduceSum"
            ? graph.Add(opType, [input, graph.Integers(axes)], ("keepdims", keep ? 1L : 0L))
            : graph.Add(opType, [input], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    /// <summary>y = (x - mean) / sqrt(variance + eps) * weight + bias, per channel; x [N, C, ...]; BatchNormalization with known statistics, https://onnx.ai/onnx/operators/onnx__BatchNormalization.html; those of the batch, also in eval mode, where there are none.</summary>
    private static GraphValue BatchNorm(GraphBuilder graph, GraphValue input, GraphValue? mean, GraphValue? variance, GraphValue? weight, GraphValue? bias, double eps)
    {
        if (mean is null || variance is null)
        {
            long[] axes = [.. Enumerable.Range(0, input.Rank).Where(axis => axis != 1).Select(axis => (long)axis)];
            return Standardize(graph, input, axes, eps, PerChannel(graph, weight, input.Rank), PerChannel(graph, bias, input.Rank));
        }

        GraphValue scale = Filled(graph, weight, "ones", 1, mean.Shape[0], mean.Type);
        GraphValue shift = Filled(graph, bias, "zeros", 0, mean.Shape[0], mean.Type);
        DataType type = graph.Opset >= 15 ? mean.Type : input.Type;
        return graph.Add(
            "BatchNormalization", [input, graph.Cast(scale, type), graph.Cast(shift, type), graph.Cast(mean, type), graph.Cast(variance, type)],
            input.Type, input.Shape, [("epsilon", (float)eps)]);
    }

    private static GraphValue BatchNorm(Operation operation, GraphBuilder graph)
    {
        NormBase module = operation.As<NormBase>();
        return BatchNorm(
            graph, operation.Input, Constant(graph, "running_mean", module.running_mean), Constant(graph, "running_var", module.running_var),
            Constant(graph, "weight", module.weight), Constant(graph, "bias", module.bias), module.eps);
    }

    private static GraphValue BatchNormFunction(Operation operation, GraphBuilder graph)
    {
        GraphValue? mean = operation.OptionalTensor("running_mean");
        return operation.Flag("training") && mean is not null
            ? throw operation.Unsupported("in training mode it writes to its running statistics", "Pass training: false")
            : BatchNorm(
                graph, operation.Input, mean, operation.OptionalTensor("running_var"),
                operation.OptionalTensor("weight"), operation.OptionalTensor("bias"), operation.Number("eps", 1e-5));
    }

    /// <summary>y = (x - mean) / sqrt(variance + eps) * weight + bias, the statistics those of each channel of each sample; x [N, C, ...]; InstanceNormalization, https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html.</summary>
    private static GraphValue InstanceNorm(GraphBuilder graph, GraphValue input, GraphValue? weight, GraphValue? bias, double eps)
    {
        if (input.Type != DataType.Float || input.Rank < 3)
        {
            long[] axes = [.. Enumerable.Range(2, input.Rank - 2).Select(axis => (long)axis)];
            return Standardize(graph, input, axes, eps, PerChannel(graph, weight, input.Rank), PerChannel(graph, bias, input.Rank));
        }

        GraphValue scale = Filled(graph, weight, "ones", 1, input.Shape[1], input.Type);
        GraphValue shift = Filled(graph, bias, "zeros", 0, input.Shape[1], input.Type);
        return graph.Add("InstanceNormalization", [input, scale, shift], input.Type, input.Shape, [("epsilon", (float)eps)]);
    }

    private static GraphValue InstanceNorm(Operation operation, GraphBuilder graph)
    {
        NormBase module = operation.As<NormBase>();
        int rank = module switch
        {
            InstanceNorm1d => 3,
            InstanceNorm2d => 4,
            _ => 5,
        };
        GraphValue input = operation.Input.Rank < rank ? graph.Unsqueeze(operation.Input, 0) : operation.Input;
        GraphValue? weight = Constant(graph, "weight", module.weight);
        GraphValue? bias = Constant(graph, "bias", module.bias);
        GraphValue result = module.track_running_stats
            ? BatchNorm(graph, input, Constant(graph, "running_mean", module.running_mean), Constant(graph, "running_var", module.running_var), weight, bias, module.eps)
            : InstanceNorm(graph, input, weight, bias, module.eps);
        return operation.Input.Rank < rank ? graph.Squeeze(result, 0) : result;
    }

    private static GraphValue InstanceNormFunction(Operation operation, GraphBuilder graph)
    {
        GraphValue? mean = operation.OptionalTensor("running_mean");
        GraphValue? weight = operation.OptionalTensor("weight");
        GraphValue? bias = operation.OptionalTensor("bias");
        double eps = operation.Number("eps", 1e-5);
        return !operation.Flag("use_input_stats", true) ? BatchNorm(graph, operation.Input, mean, operation.OptionalTensor("running_var"), weight, bias, eps)
            : mean is null ? InstanceNorm(graph, operation.Input, weight, bias, eps)
            : throw operation.Unsupported("with use_input_stats it writes to its running statistics", "Pass use_input_stats: false, or no running statistics");
    }

    private static GraphValue LayerNorm(Operation operation, GraphBuilder graph)
    {
        LayerNorm module = operation.As<LayerNorm>();
        return LayerNorm(graph, operation.Input, module.normalized_shape.Length, Constant(graph, "weight", module.weight), Constant(graph, "bias", module.bias), module.eps);
    }

    private static GraphValue LayerNormFunction(Operation operation, GraphBuilder graph) => LayerNorm(
        graph, operation.Input, operation.Sizes("normalized_shape")!.Count, operation.OptionalTensor("weight"), operation.OptionalTensor("bias"), operation.Number("eps", 1e-5));

    /// <summary>y = (x - mean) / sqrt(variance + eps) * weight + bias, the statistics those of each group of channels of each sample; x [N, C, ...]; GroupNormalization from opset 21 (that of 18 scales groups, not channels), https://onnx.ai/onnx/operators/onnx__GroupNormalization.html; before, InstanceNormalization of [N, groups, -1].</summary>
    private static GraphValue GroupNorm(GraphBuilder graph, GraphValue input, long groups, GraphValue? weight, GraphValue? bias, double eps)
    {
        Dimension channels = input.Shape[1];
        if (graph.Opset >= 21 && input.Rank > 2 && input.Type != DataType.Double)
        {
            GraphValue scale = Filled(graph, weight, "ones", 1, channels, input.Type);
            GraphValue shift = Filled(graph, bias, "zeros", 0, channels, input.Type);
            return graph.Add("GroupNormalization", [input, scale, shift], input.Type, input.Shape, [("num_groups", groups), ("epsilon", (float)eps)]);
        }

        Dimension size = Dimension.Product(input.Shape.Skip(1).Select((axis, i) => i == 0 ? axis.Size / groups : axis));
        GraphValue grouped = graph.Reshape(input, [input.Shape[0], groups, size]);
        GraphValue result = ReshapeAs(graph, InstanceNorm(graph, grouped, null, null, eps), input);
        result = weight is null ? result : graph.Add("Mul", [result, PerChannel(graph, weight, input.Rank)]);
        return bias is null ? result : graph.Add("Add", [result, PerChannel(graph, bias, input.Rank)]);
    }

    private static GraphValue GroupNorm(Operation operation, GraphBuilder graph)
    {
        GroupNorm module = operation.As<GroupNorm>();
        return GroupNorm(graph, operation.Input, module.num_groups, Constant(graph, "weight", module.weight), Constant(graph, "bias", module.bias), module.eps);
    }

    private static GraphValue GroupNormFunction(Operation operation, GraphBuilder graph) => GroupNorm(
        graph, operation.Input, operation.Integer("num_groups"), operation.OptionalTensor("weight"), operation.OptionalTensor("bias"), operation.Number("eps", 1e-5));

    /// <summary>y = x / (k + alpha / size * sum of squares of the `size` channels around)^beta; x [N, C, ...]; LRN, https://onnx.ai/onnx/operators/onnx__LRN.html, for four axes and odd sizes. Of an even size, TorchSharp's window reaches one further to the front, ONNX's to the back: then AveragePool over the channels.</summary>
    private static GraphValue LocalResponseNorm(GraphBuilder graph, GraphValue input, long size, double alpha, double beta, double k)
    {
        if (input.Rank == 4 && size % 2 == 1 && input.Type == DataType.Float)
        {
            return graph.Add("LRN", [input], input.Type, input.Shape, [("size", size), ("alpha", (float)alpha), ("beta", (float)beta), ("bias", (float)k)]);
        }

        Dimension[] planes = [input.Shape[0], 1, input.Shape[1], Dimension.Product(input.Shape.Skip(2))];
        GraphValue squares = graph.Reshape(graph.Add("Mul", [input, input]), planes);
        GraphValue mean = graph.Add(
            "AveragePool", [squares], input.Type, planes,
            [("kernel_shape", (long[])[size, 1]), ("pads", (long[])[size / 2, 0, (size - 1) / 2, 0]), ("count_include_pad", 1L)]);
        mean = ReshapeAs(graph, mean, input);
        GraphValue sum = graph.Add("Add", [graph.Add("Mul", [mean, graph.Scalar(alpha, input.Type)]), graph.Scalar(k, input.Type)]);
        return graph.Add("Div", [input, graph.Add("Pow", [sum, graph.Scalar(beta, input.Type)])]);
    }

    private static GraphValue LocalResponseNorm(Operation operation, GraphBuilder graph)
    {
        LocalResponseNorm module = operation.As<LocalResponseNorm>();
        return LocalResponseNorm(graph, operation.Input, module.size, module.alpha, module.beta, module.k);
    }

    private static GraphValue LocalResponseNormFunction(Operation operation, GraphBuilder graph) => LocalResponseNorm(
        graph, operation.Input, operation.Integer("size"), operation.Number("alpha", 1e-4), operation.Number("beta", 0.75), operation.Number("k", 1));

    private static GraphValue? Constant(GraphBuilder graph, string name, Tensor? tensor) => tensor is null ? null : graph.Constant(name, tensor);

    private static GraphValue? Cast(GraphBuilder graph, GraphValue? value, DataType type) => value is null ? null : graph.Cast(value, type);

    private static GraphValue Filled(GraphBuilder graph, GraphValue? value, string name, double content, Dimension size, DataType type)
    {
        if (value is not null)
        {
            return value;
        }

        using Tensor filled = full(size.Size, content, type.ToTorch());
        return graph.Constant(name, filled);
    }

    /// <summary>The shape of another value, which is read at run time where it holds more than one size behind the batch's that numbers do not tell.</summary>
    private static GraphValue ReshapeAs(GraphBuilder graph, GraphValue value, GraphValue other) =>
        other.Shape.Skip(1).Count(size => !size.IsStatic) > 1
            ? graph.Add("Reshape", [value, graph.Add("Shape", [other])], value.Type, other.Shape)
            : graph.Reshape(value, other.Shape);

    /// <summary>[C] -> [C, 1, ..., 1], which goes with [N, C, ...].</summary>
    private static GraphValue? PerChannel(GraphBuilder graph, GraphValue? value, int rank) =>
        value is null ? null : graph.Reshape(value, [value.Shape[0], .. Enumerable.Repeat((Dimension)1, rank - 2)]);
}
