using OnnxInit.Export.Graph;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>
/// What lowerings of elementwise operations share: which type they compute in. PyTorch promotes the operands to a common type; ONNX Runtime has no
/// arithmetic on bfloat16 and 8- and 16-bit integers at every opset, so those are computed in float32 and int32, which hold them exactly, and cast back.
/// </summary>
internal static class Elementwise
{
    /// <summary>A function of real numbers that is one ONNX operator. Integers become float32.</summary>
    public static GraphValue Function(string opType, Operation operation, GraphBuilder graph, params (string Name, object Value)[] attributes) =>
        Result(operation, new Term(graph, graph.Cast(operation.Input, Kernel(Floating(operation.Input.Type)))).Node(opType, attributes));

    /// <summary>A function of real numbers as a formula, in float32 where the input is float16 or integers: it is rounded once, as in PyTorch.</summary>
    public static GraphValue Formula(Operation operation, GraphBuilder graph, Func<Term, Term> formula) =>
        Result(operation, formula(new(graph, graph.Cast(operation.Input, Wide(Floating(operation.Input.Type))))));

    /// <summary>A function of two real numbers as a formula.</summary>
    public static GraphValue Formula(Operation operation, GraphBuilder graph, Func<Term, Term, Term> formula)
    {
        Term[] terms = Operands(operation, graph, Wide(Floating(Promoted(operation, 0, 1))), 0, 1);
        return Result(operation, formula(terms[0], terms[1]));
    }

    /// <summary>An operation on two operands of any type, one ONNX operator.</summary>
    public static GraphValue Binary(string opType, Operation operation, GraphBuilder graph)
    {
        Term[] terms = Operands(operation, graph, Kernel(Promoted(operation, 0, 1)), 0, 1);
        return Result(operation, terms[0].Node(opType, terms[1]));
    }

    /// <summary>The type that the arguments at these positions are promoted to.</summary>
    public static DataType Promoted(Operation operation, params IEnumerable<int> positions) =>
        TypePromotion.Of(positions.Select(position => operation.Arguments[position].Value));

    /// <summary>Arguments as operands of a type. In float16, a number that float16 does not hold makes all of them float32: PyTorch does not round it either.</summary>
    public static Term[] Operands(Operation operation, GraphBuilder graph, DataType type, params IReadOnlyList<int> positions)
    {
        DataType common = type == DataType.Float16 && positions.Any(position => !FitsHalf(operation.Arguments[position].Value)) ? DataType.Float : type;
        DataType promoted = Promoted(operation, positions);
        return [.. positions.Select(position => new Term(graph, Wrapped(operation.Arguments[position].Value, promoted) is { } number ? graph.Scalar(number, common) : operation.Operand(position, common, graph)))];
    }

    /// <summary>An argument as an operand of a type; a number in float32 is first rounded to the type that PyTorch compares in.</summary>
    public static Term Rounded(Operation operation, GraphBuilder graph, int position, DataType promoted, DataType type) =>
        operation.Arguments[position].Value is double number && promoted != type
            ? new(graph, graph.Scalar(Round(number, promoted), type))
            : Wrapped(operation.Arguments[position].Value, promoted) is { } whole ? new(graph, graph.Scalar(whole, type))
            : new(graph, operation.Operand(position, type, graph));

    // A whole number as PyTorch makes it one of a short type: -1 is 255 in uint8. Null for what needs no care.
    private static object? Wrapped(object? value, DataType promoted) => value is not Dimension { IsStatic: true } size ? null : promoted switch
    {
        DataType.Uint8 => unchecked((long)(byte)size.Size),
        DataType.Int8 => unchecked((long)(sbyte)size.Size),
        DataType.Int16 => unchecked((long)(short)size.Size),
        _ => null,
    };

    /// <summary>A term as the operation's result.</summary>
    public static GraphValue Result(Operation operation, Term term) => term.To(operation.Result.Type).Value;

    /// <summary>The type that one operator computes in: float32 for bfloat16, int32 for bool and shorter integers.</summary>
    public static DataType Kernel(DataType type) => type switch
    {
        DataType.Bfloat16 => DataType.Float,
        DataType.Int8 or DataType.Int16 or DataType.Uint8 or DataType.Bool => DataType.Int32,
        _ => type,
    };

    /// <summary>The type that a formula of several operators computes in: float32 for float16 as well.</summary>
    public static DataType Wide(DataType type) => type == DataType.Float16 ? DataType.Float : Kernel(type);

    /// <summary>The type of a function of real numbers: float32 for integers.</summary>
    public static DataType Floating(DataType type) => type.IsFloating() ? type : DataType.Float;

    /// <summary>Whether an argument is absent or the number one.</summary>
    public static bool IsOne(object? number) => number is null or true or 1.0 || (number is Dimension { IsStatic: true } size && size.Size == 1);

    private static bool FitsHalf(object? operand) => operand switch
    {
        double number => double.IsNaN(number) || (double)(Half)number == number,
        Dimension size => size.IsStatic && (long)(Half)size.Size == size.Size,
        _ => true,
    };

    private static double Round(double number, DataType type)
    {
        using torch.Tensor exact = torch.tensor(number, torch.ScalarType.Float64);
        using torch.Tensor rounded = exact.to(type.ToTorch());
        using torch.Tensor wide = rounded.to(torch.ScalarType.Float64);
        return wide.item<double>();
    }
}
