using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Tensors made of a number or of sizes. What depends on no dynamic axis is a constant before it comes here.</summary>
internal static class CreationLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("zeros", Zeros)
        .Add("zeros_like", Zeros)
        .Add("new_zeros", Zeros)
        .Add("zero", Zeros)
        .Add("ones", Ones)
        .Add("ones_like", Ones)
        .Add("new_ones", Ones)
        .Add("full", Full)
        .Add("full_like", Full)
        .Add("new_full", Full)
        .Add("fill", Full)
        .Add("empty", Empty)
        .Add("empty_like", Empty)
        .Add("new_empty", Empty)
        .Add("arange", Arange)
        .Add("linspace", Linspace)
        .Add("logspace", Logspace)
        .Add("tensor", Tensor)
        .Add("as_tensor", Tensor)
        .Add("from_array", Tensor)
        .Add("ToTensor", Tensor)
        .Add("eye", Eye)
        .Add("tril", Tril)
        .Add("triu", Triu)
        .Add("one_hot", OneHot);

    /// <summary>0 in a shape; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static GraphValue Zeros(Operation operation, GraphBuilder graph) => Filled(operation, graph, 0L);

    /// <summary>1 in a shape; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static GraphValue Ones(Operation operation, GraphBuilder graph) => Filled(operation, graph, 1L);

    /// <summary>A number in a shape; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.</summary>
    private static GraphValue Full(Operation operation, GraphBuilder graph) =>
        Filled(operation, graph, operation.Find("value") ?? throw operation.Unsupported("it is given no value", "Give the number to fill with"));

    private static GraphValue Filled(Operation operation, GraphBuilder graph, object number)
    {
        // ONNX Runtime has no Expand of bfloat16.
        DataType type = operation.Result.Type == DataType.Bfloat16 ? DataType.Float : operation.Result.Type;
        return graph.Cast(graph.Expand(graph.Scalar(number, type), operation.Result.Shape), operation.Result.Type);
    }

    /// <summary>
    /// Uninitialised memory, for operations to write into: 0, which nothing reads once it is written to. What reads it before differs from call to
    /// call, and is found by the proof; Expand, https://onnx.ai/onnx/operators/onnx__Expand.html.
    /// </summary>
    private static GraphValue Empty(Operation operation, GraphBuilder graph) => Filled(operation, graph, 0L);

    /// <summary>start, start + step, ... below stop -> [ceil((stop - start) / step)]; Range, https://onnx.ai/onnx/operators/onnx__Range.html.</summary>
    private static GraphValue Arange(Operation operation, GraphBuilder graph)
    {
        object start = operation.Find("start") ?? (Dimension)0;
        object step = operation.Find("step") ?? (Dimension)1;
        object stop = operation.Find("stop")!;
        DataType type = start is Dimension && step is Dimension && stop is Dimension ? DataType.Int64 : DataType.Double;
        return graph.Cast(graph.Add("Range", [graph.Scalar(start, type), graph.Scalar(stop, type), graph.Scalar(step, type)], type, operation.Result.Shape), operation.Result.Type);
    }

    /// <summary>[steps] numbers from start to end in equal steps, each half counted from its own end; Range, Where, https://onnx.ai/onnx/operators/onnx__Range.html.</summary>
    private static GraphValue Linspace(Operation operation, GraphBuilder graph) => Elementwise.Result(operation, Spaced(operation, graph));

    /// <summary>[steps] powers of the base from base^start to base^end; Range, Pow, https://onnx.ai/onnx/operators/onnx__Pow.html.</summary>
    private static GraphValue Logspace(Operation operation, GraphBuilder graph)
    {
        Term exponents = Spaced(operation, graph);
        return Elementwise.Result(operation, exponents.Number(operation.Number("base", 10)).Node("Pow", exponents));
    }

    private static Term Spaced(Operation operation, GraphBuilder graph)
    {
        double start = operation.Number("start");
        double end = operation.Number("end");
        Dimension steps = operation.Sizes("steps")![0];
        Term index = Indices(graph, steps).To(DataType.Double);
        Term count = new(graph, graph.Scalar(steps, DataType.Double));
        Term step = count.Number(end - start) / (count - 1).Max(count.Number(1.0));
        return (index < (count * 0.5).Node("Floor").Max(count.Number(1.0))).Choose(start + (index * step), end - (step * (count - 1 - index)));
    }

    /// <summary>A number, or a vector of numbers, that depends on a dynamic axis; Shape, Concat, Cast, https://onnx.ai/onnx/operators/onnx__Shape.html.</summary>
    private static GraphValue Tensor(Operation operation, GraphBuilder graph)
    {
        GraphValue value = operation.Arguments[0].Value switch
        {
            GraphValue tensor => tensor,
            object?[] => graph.Reshape(graph.Sizes(operation.Sizes(operation.Arguments[0].Name)!), operation.Result.Shape),
            var number => graph.Scalar(number!, DataType.Int64),
        };
        return graph.Cast(value, operation.Result.Type);
    }

    /// <summary>[rows, columns], 1 on the diagonal; Range, Equal, Cast, https://onnx.ai/onnx/operators/onnx__Range.html.</summary>
    private static GraphValue Eye(Operation operation, GraphBuilder graph)
    {
        Term rows = Indices(graph, operation.Result.Shape[0]);
        Term columns = Indices(graph, operation.Result.Shape[1]);
        return Elementwise.Result(operation, new Term(graph, graph.Unsqueeze(rows.Value, 1)).Is(columns));
    }

    /// <summary>x [a..., m, n] with 0 above the diagonal that is <c>diagonal</c> above the main one; Trilu(upper = 0) from opset 14, before that Where, https://onnx.ai/onnx/operators/onnx__Trilu.html.</summary>
    private static GraphValue Tril(Operation operation, GraphBuilder graph) => Triangle(operation, graph, upper: false);

    /// <summary>x [a..., m, n] with 0 below the diagonal that is <c>diagonal</c> above the main one; Trilu from opset 14, before that Where, https://onnx.ai/onnx/operators/onnx__Trilu.html.</summary>
    private static GraphValue Triu(Operation operation, GraphBuilder graph) => Triangle(operation, graph, upper: true);

    private static GraphValue Triangle(Operation operation, GraphBuilder graph, bool upper)
    {
        GraphValue input = operation.Input;
        Term x = new(graph, input.Type == DataType.Bool ? input : graph.Cast(input, Elementwise.Kernel(input.Type)));
        Dimension diagonal = operation.Sizes("diagonal") is { } given ? given[0] : 0;
        if (graph.Opset >= 14)
        {
            GraphValue? offset = diagonal == 0 ? null : graph.SizeScalar(diagonal);
            return Elementwise.Result(operation, new(graph, graph.Add("Trilu", [x.Value, offset], ("upper", upper ? 1L : 0L))));
        }

        Term rows = new(graph, graph.Unsqueeze(Indices(graph, input.Shape[^2]).Value, 1));
        Term columns = Indices(graph, input.Shape[^1]);
        Term edge = diagonal == 0 ? rows : rows + rows.Number(diagonal);
        Term kept = upper ? columns >= edge : columns <= edge;
        return Elementwise.Result(operation, x.Type == DataType.Bool ? x & kept : kept.Choose(x, 0));
    }

    /// <summary>Classes [a...] -> [a..., num_classes], 1 at the class and 0 elsewhere; OneHot, https://onnx.ai/onnx/operators/onnx__OneHot.html.</summary>
    private static GraphValue OneHot(Operation operation, GraphBuilder graph)
    {
        Dimension classes = operation.Sizes("num_classes") is { } given ? given[0] : -1;
        if (classes == -1)
        {
            throw operation.Unsupported("one_hot counts the classes that it finds in its input", "Give num_classes");
        }

        GraphValue[] inputs = [operation.Input, graph.SizeScalar(classes), graph.Integers(0, 1)];
        return graph.Cast(graph.Add("OneHot", inputs, DataType.Int64, operation.Result.Shape), operation.Result.Type);
    }

    // 0, 1, ... below a size.
    private static Term Indices(GraphBuilder graph, Dimension size) =>
        new(graph, graph.Add("Range", [graph.Scalar(0L, DataType.Int64), graph.SizeScalar(size), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [size]));
}
