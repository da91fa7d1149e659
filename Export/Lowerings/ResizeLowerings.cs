using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Resizing the spatial axes of [N, C, spatial...].</summary>
internal static class ResizeLowerings
{
    // upsample_nearest is missing: TorchSharp's passes align_corners, which nearest refuses, and always fails.
    public static void Register(LoweringRegistry registry) => registry
        .Add<Upsample>(Upsample)
        .Add("interpolate", Interpolate)
        .Add("upsample", Interpolate)
        .Add("upsample_bilinear", (operation, graph) => Resize(operation, graph, Request(operation, InterpolationMode.Bilinear)))
        .Add("upsample_nearest1d", (operation, graph) => Resize(operation, graph, Request(operation, InterpolationMode.Nearest)))
        .Add("upsample_nearest2d", (operation, graph) => Resize(operation, graph, Request(operation, InterpolationMode.Nearest)))
        .Add("upsample_nearest3d", (operation, graph) => Resize(operation, graph, Request(operation, InterpolationMode.Nearest)));

    private static GraphValue Upsample(Operation operation, GraphBuilder graph)
    {
        Upsample module = operation.As<Upsample>();
        double[]? scales = module.scale_factor.Length > 0 ? module.scale_factor.ToArray() : null;
        bool usesScales = module.recompute_scale_factor != true;
        return Resize(operation, graph, Request(operation, (InterpolationMode)module.mode, scales, usesScales, module.align_corners == true, antialias: false));
    }

    private static GraphValue Interpolate(Operation operation, GraphBuilder graph) =>
        Resize(operation, graph, Request(operation, (InterpolationMode)Convert.ToInt32(operation.Find("mode") ?? InterpolationMode.Nearest)));

    private static ResizeRequest Request(Operation operation, InterpolationMode mode) => Request(
        operation, mode, Scales(operation), !operation.Flag("recompute_scale_factor"), operation.Flag("align_corners"), operation.Flag("antialias"));

    private static ResizeRequest Request(Operation operation, InterpolationMode mode, double[]? scales, bool usesScales, bool alignCorners, bool antialias)
    {
        int spatial = operation.Input.Rank - 2;
        return new(mode, [.. Enumerable.Range(0, spatial).Select(Axis)], alignCorners && mode is not (InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area), antialias, [.. operation.Input.Shape.Take(2)]);

        ResizedAxis Axis(int axis)
        {
            double? scale = scales is null ? null : scales.Length == 1 ? scales[0] : scales[axis];
            return new(operation.Input.Shape[axis + 2], operation.Result.Shape[axis + 2], scale, usesScales);
        }
    }

    private static double[]? Scales(Operation operation) => operation.Find("scale_factor", "scaleFactor", "scaleFactors") switch
    {
        null => null,
        object?[] list => [.. list.Select(Number)],
        var one => [Number(one)],
    };

    private static double Number(object? value) => value is Dimension size ? size.Size : (double)value!;

    /// <summary>
    /// x [N, C, spatial...] -> y [N, C, spatial'...]. Resize, https://onnx.ai/onnx/operators/onnx__Resize.html, as PyTorch sees places: nearest is
    /// asymmetric and rounded down, nearest-exact half_pixel and rounded, the others half_pixel or align_corners, cubic with a = -0.75 (-0.5 with
    /// antialias); area is an adaptive average pool. Where Resize would find other neighbours or sizes than PyTorch (a scale that is no float32), or
    /// does not exist (antialias below opset 18): Gather for nearest, and for the others, which are linear maps along each axis, MatMul with constants.
    /// </summary>
    private static GraphValue Resize(Operation operation, GraphBuilder graph, ResizeRequest request)
    {
        GraphValue input = operation.Input;
        bool nearest = request.Mode is InterpolationMode.Nearest or InterpolationMode.NearestExact;
        if (request.Axes.All(axis => axis.IsUnchanged))
        {
            return input;
        }

        if (request.Mode == InterpolationMode.Area)
        {
            return AdaptivePoolLowerings.Average(operation, graph, input, [.. request.Axes.Select(axis => axis.Output)]);
        }

        if (!nearest && !input.Type.IsFloating())
        {
            throw operation.Unsupported($"ONNX interpolates {input.Type.ToTorch()} without PyTorch's rounding", "Convert the input to Float32 before, and round after");
        }

        if (request.Antialias && request.AlignCorners)
        {
            throw operation.Unsupported("antialias together with align_corners has no counterpart", "Leave one of them out");
        }

        if (nearest && !(input.Type is DataType.Float or DataType.Float16 && request.Axes.All(request.FindsTheSameNeighbours)))
        {
            return Gather(graph, input, request);
        }

        if (Form(graph, request) is { } form)
        {
            GraphValue given = input.Type == DataType.Bfloat16 ? graph.Cast(input, DataType.Float) : input;
            return graph.Cast(graph.Add("Resize", [given, null, .. form.Sizes], given.Type, operation.Result.Shape, [.. request.Attributes, .. form.Attributes]), input.Type);
        }

        return nearest ? Gather(graph, input, request)
            : request.Axes.All(axis => axis.IsStatic) ? Product(graph, input, request)
            : throw operation.Unsupported("antialias along a dynamic axis needs opset 18", "Export to opset 18 or newer");
    }

    // How Resize is told the sizes: by scales where those give both the sizes and the places that PyTorch has, by sizes otherwise; null where neither does.
    private static (IReadOnlyList<GraphValue?> Sizes, (string Name, object Value)[] Attributes)? Form(GraphBuilder graph, ResizeRequest request)
    {
        if (request.Antialias && graph.Opset < 18)
        {
            return null;
        }

        if (request.Axes.All(axis => axis.Factor is { } factor && axis.IsSizeOf((float)factor)))
        {
            float[] scales = [1, 1, .. request.Axes.Select(axis => (float)axis.Factor!)];
            return ([graph.Constant("scales", DataType.Float, [scales.Length], SpatialAxes.Data<float>(scales)), null], []);
        }

        return !request.AlignCorners && request.Axes.Any(axis => !axis.IsRatio) ? null
            : graph.Opset >= 18
                ? ([null, Sizes(graph, [], request.Axes)], [("axes", (long[])[.. Enumerable.Range(2, request.Axes.Count).Select(axis => (long)axis)])])
                : ([null, Sizes(graph, request.OuterShape, request.Axes)], []);
    }

    // The sizes that come out, some of which may be rounded from dynamic ones.
    private static GraphValue Sizes(GraphBuilder graph, IReadOnlyList<Dimension> outer, IReadOnlyList<ResizedAxis> axes) =>
        axes.All(axis => graph.Knows(axis.Output)) ? graph.Sizes([.. outer, .. axes.Select(axis => axis.Output)]) : graph.Add(
            "Concat", [.. outer.Select(size => graph.Sizes(size)), .. axes.Select(axis => graph.Reshape(Size(graph, axis), [1]))], DataType.Int64, [outer.Count + axes.Count], [("axis", 0L)]);

    // The size that comes out along an axis, a scalar: floor(in * factor) in float64, unless it is known otherwise.
    private static GraphValue Size(GraphBuilder graph, ResizedAxis axis)
    {
        if (graph.Knows(axis.Output))
        {
            return graph.SizeScalar(axis.Output);
        }

        GraphValue product = graph.Add("Mul", [graph.Scalar(axis.Input, DataType.Double), graph.Scalar(axis.Given!.Value, DataType.Double)], DataType.Double, []);
        return graph.Cast(graph.Add("Floor", [product], DataType.Double, []), DataType.Int64);
    }

    // Nearest neighbours of every axis, chosen as PyTorch chooses them: numbers where the axis is static, otherwise the same arithmetic at run time.
    private static GraphValue Gather(GraphBuilder graph, GraphValue input, ResizeRequest request)
    {
        GraphValue result = input;
        for (int i = 0; i < request.Axes.Count; i++)
        {
            ResizedAxis axis = request.Axes[i];
            if (axis.IsUnchanged)
            {
                continue;
            }

            GraphValue places = axis.IsStatic
                ? graph.Integers([.. Enumerable.Range(0, (int)axis.Output.Size).Select(place => axis.Neighbour(place, request.Mode))])
                : Neighbours(graph, axis, request.Mode);
            result = graph.Add("Gather", [result, places], result.Type, SpatialAxes.With(result.Shape, i + 2, axis.Output), [("axis", i + 2L)]);
        }

        return result;
    }

    // min(floor(o * scale), in - 1), or min(floor((o + 0.5) * scale), in - 1), in float32.
    private static GraphValue Neighbours(GraphBuilder graph, ResizedAxis axis, InterpolationMode mode)
    {
        IReadOnlyList<Dimension> shape = [axis.Output];
        GraphValue size = Size(graph, axis);
        GraphValue places = graph.Cast(
            graph.Add("Range", [graph.Scalar(0L, DataType.Int64), size, graph.Scalar(1L, DataType.Int64)], DataType.Int64, shape), DataType.Float);
        GraphValue scale = axis.IsRatio
            ? graph.Add("Div", [graph.Scalar(axis.Input, DataType.Float), graph.Cast(size, DataType.Float)], DataType.Float, [])
            : graph.Scalar(1 / axis.Given!.Value, DataType.Float);
        places = mode == InterpolationMode.Nearest ? places : graph.Add("Add", [places, graph.Scalar(0.5, DataType.Float)], DataType.Float, shape);
        places = graph.Add("Floor", [graph.Add("Mul", [places, scale], DataType.Float, shape)], DataType.Float, shape);
        return graph.Add("Min", [graph.Cast(places, DataType.Int64), graph.SizeScalar(axis.Input - 1)], DataType.Int64, shape);
    }

    // Linear and cubic interpolation as one matrix per axis.
    private static GraphValue Product(GraphBuilder graph, GraphValue input, ResizeRequest request)
    {
        GraphValue result = input.Type == DataType.Bfloat16 ? graph.Cast(input, DataType.Float) : input;
        for (int axis = request.Axes.Count - 1; axis >= 0; axis--)
        {
            result = request.Axes[axis].IsUnchanged ? result : InterpolationWeights.Of(request, request.Axes[axis]).Times(graph, result, axis + 2);
        }

        return graph.Cast(result, input.Type);
    }
}
