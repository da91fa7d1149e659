using OnnxInit.Contracts.Onnx;
using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that treat every element alike: arithmetic, comparisons, logic, activations, casts.</summary>
internal static class ElementwiseOperators
{
    private const ElementTypeSet BFloats = Floats | BFloat16;
    private const ElementTypeSet Arithmetic = BFloats | WideIntegers;

    public static IEnumerable<OperatorSchema> All =>
    [
        .. Unary(7, Floats, "Acos", "Asin", "Atan", "Cos", "Sin", "Tan"),
        .. Unary(9, Floats, "Acosh", "Asinh", "Atanh", "Cosh", "Sinh"),
        .. Unary(13, BFloats, "Ceil", "Exp", "Floor", "Log", "Reciprocal", "Sigmoid", "Sqrt", "Tanh"),
        .. Unary(13, Numbers | BFloat16, "Abs", "Erf", "Sign"),
        .. Unary(13, BFloats | SignedIntegers, "Neg"),
        .. Unary(11, Floats, "Round"),
        .. Unary(18, Integers, "BitwiseNot"),
        .. Unary(1, Bool, "Not"),

        .. Unary(13, BFloats, "Relu"),
        .. Unary(14, BFloats | SignedIntegers, "Relu"),
        .. Unary(1, Floats, "Softplus", "Softsign"),
        .. Unary(14, Floats, "HardSwish"),
        .. Unary(18, Floats, "Mish"),
        Activation("Celu", 12, "float? alpha", Float),
        Activation("Elu", 6, "float? alpha", Floats),
        Activation("Gelu", 20, "string? approximate", BFloats),
        Activation("HardSigmoid", 6, "float? alpha, float? beta", Floats),
        Activation("LeakyRelu", 6, "float? alpha", Floats),
        Activation("LeakyRelu", 16, "float? alpha", BFloats),
        Activation("Selu", 6, "float? alpha, float? gamma", Floats),
        Activation("Shrink", 9, "float? bias, float? lambd", Numbers),
        Activation("ThresholdedRelu", 10, "float? alpha", Floats),
        new("PRelu", 9, "(T X, T slope) -> T Y", Slope, ("T", Floats | WideIntegers)),
        new("PRelu", 16, "(T X, T slope) -> T Y", Slope, ("T", Arithmetic)),
        new("Clip", 13, "(T input, T? min, T? max) -> T output", Bounded, ("T", Numbers | BFloat16)),

        .. Binary("Add", Arithmetic, Numbers | BFloat16, Holding.Sum),
        .. Binary("Sub", Arithmetic, Numbers | BFloat16, Holding.Difference),
        .. Binary("Mul", Arithmetic, Numbers | BFloat16, Holding.Product),
        .. Binary("Div", Arithmetic, Numbers | BFloat16, Holding.Quotient),
        new("Mod", 13, "(T A, T B; int? fmod) -> T C", Shapes.Broadcast, ("T", Numbers | BFloat16)),
        new("Pow", 13, "(T X, T1 Y) -> T Z", Shapes.Broadcast, ("T", BFloats | ElementTypeSet.Indices), ("T1", Numbers)),
        new("Pow", 15, "(T X, T1 Y) -> T Z", Shapes.Broadcast, ("T", BFloats | ElementTypeSet.Indices), ("T1", Numbers | BFloat16)),
        new("BitShift", 11, "(T X, T Y; string direction) -> T Z", Shapes.Broadcast, ("T", UnsignedIntegers)),
        .. from name in (string[])["BitwiseAnd", "BitwiseOr", "BitwiseXor"]
           select new OperatorSchema(name, 18, "(T A, T B) -> T C", Shapes.Broadcast, ("T", Integers)),
        .. from name in (string[])["Max", "Min"]
           select new OperatorSchema(name, 13, $"(T... data_0) -> T {name.ToLowerInvariant()}", Shapes.Broadcast, ("T", Numbers | BFloat16)),
        .. from name in (string[])["Mean", "Sum"]
           select new OperatorSchema(name, 13, $"(T... data_0) -> T {name.ToLowerInvariant()}", Shapes.Broadcast, ("T", BFloats)),

        .. Comparison(13, Numbers | Bool | BFloat16, "Equal"),
        .. Comparison(19, Numbers | Bool | BFloat16 | ElementTypeSet.Text, "Equal"),
        .. Comparison(13, Numbers | BFloat16, "Greater", "Less"),
        .. Comparison(12, Numbers, "GreaterOrEqual", "LessOrEqual"),
        .. Comparison(16, Numbers | BFloat16, "GreaterOrEqual", "LessOrEqual"),
        .. Comparison(7, Bool, "And", "Or", "Xor"),
        new("Where", 9, "(bool condition, T X, T Y) -> T output", Shapes.Broadcast, ("T", Any)),
        new("Where", 16, "(bool condition, T X, T Y) -> T output", Shapes.Broadcast, ("T", Any | BFloat16)),
        new("IsInf", 10, "(T1 X; int? detect_negative, int? detect_positive) -> bool Y", Shapes.First, ("T1", Float | ElementTypeSet.Double)),
        new("IsInf", 20, "(T1 X; int? detect_negative, int? detect_positive) -> bool Y", Shapes.First, ("T1", BFloats)),
        .. from since in (int[])[13, 20]
           select new OperatorSchema("IsNaN", since, "(T1 X) -> bool Y", Shapes.First, ("T1", BFloats)),

        .. from since in (int[])[13, 19, 21]
           select new OperatorSchema("Cast", since, since < 19 ? "(T1 input; int to) -> T2 output" : "(T1 input; int? saturate, int to) -> T2 output", Shapes.First, ("T1", Castable), ("T2", Castable))
           {
               ResultType = call => (TensorProto.Types.DataType)call.Int("to"),
               Contents = Holding.First,
           },
        .. from since in (int[])[15, 19, 21]
           select new OperatorSchema("CastLike", since, since < 19 ? "(T1 input, T2 target_type) -> T2 output" : "(T1 input, T2 target_type; int? saturate) -> T2 output", Shapes.First, ("T1", Castable), ("T2", Castable))
           {
               Contents = Holding.First,
           },
    ];

    private const ElementTypeSet Castable = Numbers | BFloat16 | Bool | ElementTypeSet.Text;

    private static IEnumerable<OperatorSchema> Unary(int since, ElementTypeSet types, params IEnumerable<string> names) =>
        names.Select(name => new OperatorSchema(name, since, "(T X) -> T Y", Shapes.First, ("T", types)));

    private static OperatorSchema Activation(string name, int since, string attributes, ElementTypeSet types) =>
        new(name, since, $"(T X; {attributes}) -> T Y", Shapes.First, ("T", types));

    private static IEnumerable<OperatorSchema> Binary(string name, ElementTypeSet types13, ElementTypeSet types14, Func<OperatorCall, IReadOnlyList<Dimension>?> contents) =>
    [
        new(name, 13, "(T A, T B) -> T C", Shapes.Broadcast, ("T", types13)) { Contents = contents },
        new(name, 14, "(T A, T B) -> T C", Shapes.Broadcast, ("T", types14)) { Contents = contents },
    ];

    private static IEnumerable<OperatorSchema> Comparison(int since, ElementTypeSet types, params IEnumerable<string> names) =>
        names.Select(name => new OperatorSchema(name, since, "(T A, T B) -> bool C", Shapes.Broadcast, ("T", types)));

    // The slope is repeated to the shape of X, and not the other way round.
    private static IReadOnlyList<Dimension> Slope(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> shape = Shapes.Broadcasted(call, call.Shape(0), call.Shape(1));
        for (int axis = 0; axis < shape.Count; axis++)
        {
            if (shape.Count > call.Rank(0) || Sizes.Differ(shape[axis], call.Shape(0)[axis]))
            {
                throw call.Error($"repeats the slope to the shape of X, and the slope is {call[1]} for {call[0]}");
            }
        }

        return call.Shape(0);
    }

    private static IReadOnlyList<Dimension> Bounded(OperatorCall call, int output)
    {
        for (int bound = 1; bound < call.Inputs.Count; bound++)
        {
            if (call.Optional(bound) is { Rank: > 0 } value)
            {
                throw call.Error($"wants {call.Name(bound)} to be a scalar, and it is {value}");
            }
        }

        return call.Shape(0);
    }
}
