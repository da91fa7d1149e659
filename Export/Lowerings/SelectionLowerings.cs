using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Elements chosen by their values: the greater, the smaller, within bounds, by a condition. Shapes: x [a...], y [b...] -> [broadcast(a, b)...].</summary>
internal static class SelectionLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("maximum", Maximum)
        .Add("minimum", Minimum)
        .Add("fmax", Fmax)
        .Add("fmin", Fmin)
        .Add("clamp", Clamp)
        .Add("clip", Clamp)
        .Add("clamp_min", Clamp)
        .Add("clamp_max", Clamp)
        .AddMany("where", (operation, graph) => operation.Has("y") ? [Where(operation, graph)] : GatherLowerings.NonZeroAxes(operation, graph))
        .Add("masked_fill", MaskedFill)
        .Add("nan_to_num", NanToNum)
        .Add("copysign", Copysign)
        .Add("heaviside", Heaviside);

    /// <summary>The greater of x and y, NaN where one is; of truth values x or y; Max, https://onnx.ai/onnx/operators/onnx__Max.html.</summary>
    public static GraphValue Maximum(Operation operation, GraphBuilder graph) => Extremum("Max", "Or", operation, graph);

    /// <summary>The smaller of x and y, NaN where one is; of truth values x and y; Min, https://onnx.ai/onnx/operators/onnx__Min.html.</summary>
    public static GraphValue Minimum(Operation operation, GraphBuilder graph) => Extremum("Min", "And", operation, graph);

    private static GraphValue Extremum(string opType, string logic, Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        Term[] terms = Elementwise.Operands(operation, graph, promoted == DataType.Bool ? promoted : Elementwise.Kernel(promoted), 0, 1);
        return Elementwise.Result(operation, terms[0].Node(promoted == DataType.Bool ? logic : opType, terms[1]));
    }

    /// <summary>The greater of x and y, the other one where one is NaN; Max, IsNaN, Where, https://onnx.ai/onnx/operators/onnx__Max.html.</summary>
    private static GraphValue Fmax(Operation operation, GraphBuilder graph) => Number("Max", operation, graph) ?? Maximum(operation, graph);

    /// <summary>The smaller of x and y, the other one where one is NaN; Min, IsNaN, Where, https://onnx.ai/onnx/operators/onnx__Min.html.</summary>
    private static GraphValue Fmin(Operation operation, GraphBuilder graph) => Number("Min", operation, graph) ?? Minimum(operation, graph);

    private static GraphValue? Number(string opType, Operation operation, GraphBuilder graph) => Elementwise.Promoted(operation, 0, 1).IsFloating()
        ? Elementwise.Formula(operation, graph, (x, y) => x.IsNaN().Choose(y, y.IsNaN().Choose(x, x.Node(opType, y))))
        : null;

    /// <summary>x brought between <c>min</c> and <c>max</c>, numbers or tensors, one of which may be absent; Clip, or Max and Min of tensors, https://onnx.ai/onnx/operators/onnx__Clip.html.</summary>
    private static GraphValue Clamp(Operation operation, GraphBuilder graph)
    {
        object? low = operation.Find("min");
        object? high = operation.Find("max");
        DataType type = Elementwise.Kernel(TypePromotion.Of(operation.Input, low, high));
        Term x = new(graph, graph.Cast(operation.Input, type));
        if (low is GraphValue or null && high is GraphValue or null)
        {
            x = low is GraphValue least ? x.Max(new(graph, graph.Cast(least, type))) : x;
            x = high is GraphValue most ? x.Min(new(graph, graph.Cast(most, type))) : x;
            return Elementwise.Result(operation, x);
        }

        GraphValue? Bound(object? bound) => bound is null ? null : x.Number(bound).Value;
        return Elementwise.Result(operation, new(graph, graph.Add("Clip", [x.Value, Bound(low), Bound(high)])));
    }

    /// <summary>x where the condition holds, y elsewhere; Where, of truth values (condition and x) or (not condition and y), https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Where(Operation operation, GraphBuilder graph)
    {
        // A method's receiver is x; the function's first argument is the condition.
        GraphValue condition = operation.OptionalTensor("condition") ?? operation.Input;
        GraphValue x = operation.OptionalTensor("x") ?? operation.Input;
        return Choose(operation, graph, condition, x, operation.Tensor("y"));
    }

    /// <summary>A number where the mask holds, x elsewhere; Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue MaskedFill(Operation operation, GraphBuilder graph)
    {
        DataType type = operation.Input.Type == DataType.Bool ? DataType.Bool : Elementwise.Kernel(operation.Input.Type);
        object value = operation.Find("value")!;
        return Choose(operation, graph, operation.Tensor("mask"), value is GraphValue tensor ? tensor : graph.Scalar(value, type), operation.Input);
    }

    private static GraphValue Choose(Operation operation, GraphBuilder graph, GraphValue condition, GraphValue x, GraphValue y)
    {
        DataType result = operation.Result.Type;
        Term holds = new(graph, graph.Cast(condition, DataType.Bool));
        Term first = new(graph, graph.Cast(x, result == DataType.Bool ? result : Elementwise.Kernel(result)));
        Term second = new(graph, graph.Cast(y, first.Type));
        return Elementwise.Result(operation, result == DataType.Bool ? (holds & first) | (!holds & second) : holds.Choose(first, second));
    }

    /// <summary>x with <c>nan</c> for NaN, and <c>posinf</c> and <c>neginf</c>, or the type's greatest and least number, for the infinities; IsNaN, Equal, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue NanToNum(Operation operation, GraphBuilder graph)
    {
        double greatest = operation.Input.Type switch
        {
            DataType.Double => double.MaxValue,
            DataType.Float => float.MaxValue,
            DataType.Bfloat16 => 3.3895313892515355e38,
            DataType.Float16 => (double)Half.MaxValue,
            _ => 0,
        };
        return greatest == 0 ? operation.Input : Elementwise.Formula(operation, graph, x =>
        {
            Term number = x.IsNaN().Choose(operation.Number("nan", 0), x);
            number = x.Is(double.PositiveInfinity).Choose(operation.Number("posinf", greatest), number);
            return x.Is(double.NegativeInfinity).Choose(operation.Number("neginf", -greatest), number);
        });
    }

    /// <summary>|x| with the sign of y, of zeros too; Abs, Neg, Where, https://onnx.ai/onnx/operators/onnx__Abs.html.</summary>
    private static GraphValue Copysign(Operation operation, GraphBuilder graph) =>
        Elementwise.Formula(operation, graph, (x, y) => y.IsNegative().Choose(-x.Abs(), x.Abs()));

    /// <summary>0 where x is negative, 1 where it is positive, y where it is 0; Greater, Equal, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Heaviside(Operation operation, GraphBuilder graph)
    {
        Term[] terms = Elementwise.Operands(operation, graph, Elementwise.Kernel(operation.Result.Type), 0, 1);
        return Elementwise.Result(operation, terms[0].Is(0).Choose(terms[1], (terms[0] > 0).To(terms[0].Type)));
    }
}
