using OnnxInit.Contracts.Onnx;
using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that make values of nothing but sizes and bounds.</summary>
internal static class GeneratorOperators
{
    private const string Values = "sparse_tensor? sparse_value, tensor? value, float? value_float, floats? value_floats, int? value_int, ints? value_ints, string? value_string, strings? value_strings";

    public static IEnumerable<OperatorSchema> All =>
    [
        .. from since in (int[])[13, 19, 21]
           select new OperatorSchema("Constant", since, $"(; {Values}) -> T output", ConstantShape, ("T", Any | BFloat16)) { ResultType = ConstantType, Contents = ConstantContents },
        .. from since in (int[])[9, 20, 21]
           select new OperatorSchema("ConstantOfShape", since, "(int64 input; tensor? value) -> T2 output", Filled, ("T2", since < 20 ? Numbers | Bool : Numbers | Bool | BFloat16))
           {
               ResultType = call => Value(call)?.Type ?? TensorProto.Types.DataType.Float,
               Contents = FilledContents,
           },
        new("EyeLike", 9, "(T1 input; int? dtype, int? k) -> T2 output", Eye, ("T1", Numbers | Bool), ("T2", Numbers | Bool))
        {
            ResultType = call => (TensorProto.Types.DataType)call.Int("dtype", (long)call[0].Type),
        },
        new("Range", 11, "(T start, T limit, T delta) -> T output", Range, ("T", Float | ElementTypeSet.Double | ElementTypeSet.Int16 | ElementTypeSet.Indices)) { Contents = Counted },
    ];

    private static GraphConstant? Value(OperatorCall call) => call.Attributes.TryGetValue("value", out object? value) ? (GraphConstant)value : null;

    private static object Given(OperatorCall call) =>
        call.Attributes.Count == 1 ? call.Attributes.Values.First() : throw call.Error($"wants one value, and is given {call.Attributes.Count}");

    private static IReadOnlyList<Dimension> ConstantShape(OperatorCall call, int output) => Given(call) switch
    {
        GraphConstant constant => constant.Value.Shape,
        Array values => [values.Length],
        _ => [],
    };

    private static TensorProto.Types.DataType ConstantType(OperatorCall call) => Given(call) switch
    {
        GraphConstant constant => constant.Type,
        long or long[] => TensorProto.Types.DataType.Int64,
        float or float[] => TensorProto.Types.DataType.Float,
        _ => TensorProto.Types.DataType.String,
    };

    private static IReadOnlyList<Dimension>? ConstantContents(OperatorCall call) => Given(call) switch
    {
        GraphConstant constant => OperatorCall.Contents(constant.Value),
        long number => [number],
        long[] numbers => [.. numbers.Select(number => (Dimension)number)],
        _ => null,
    };

    private static IReadOnlyList<Dimension>? Filled(OperatorCall call, int output) =>
        call.Contents(0) ?? (call.Length(0) is { } length ? Sizes.Unknown(length) : null);

    private static Dimension[]? FilledContents(OperatorCall call)
    {
        if (Value(call) is not { } value || OperatorCall.Contents(value.Value) is not [var content] || call.Integers(0) is not { } sizes || sizes is [> 64])
        {
            return null;
        }

        Dimension[] contents = new Dimension[sizes.Length == 0 ? 1 : sizes[0]];
        Array.Fill(contents, content);
        return contents;
    }

    private static IReadOnlyList<Dimension> Eye(OperatorCall call, int output)
    {
        call.DemandRank(0, 2, 2);
        return call.Shape(0);
    }

    // max(0, ceil((limit - start) / delta))
    private static Dimension[] Range(OperatorCall call, int output)
    {
        for (int input = 0; input < 3; input++)
        {
            call.DemandRank(input, 0, 0);
        }

        if (call.Contents(0) is [var start] && call.Contents(1) is [var limit] && call.Contents(2) is [{ IsStatic: true } delta])
        {
            long step = delta.Size;
            Dimension span = step > 0 ? limit - start : start - limit;
            return step == 0 ? throw call.Error("wants a delta other than 0")
                : Sizes.IsAtLeast(span, 0) ? [Sizes.FloorDivide(span + (Math.Abs(step) - 1), Math.Abs(step))]
                : Sizes.IsAtLeast(0, span) ? [0] : [Dimension.Unknown];
        }

        return call.Floats(0) is [var from] && call.Floats(1) is [var to] && call.Floats(2) is [var by] && by != 0
            ? [Math.Max(0, (long)Math.Ceiling((double)(to - from) / by))] : [Dimension.Unknown];
    }

    private static Dimension[]? Counted(OperatorCall call)
    {
        if (call.Integers(0) is not [var start] || call.Integers(2) is not [var delta] || Range(call, 0)[0] is not { IsStatic: true, Size: <= 64 } count)
        {
            return null;
        }

        Dimension[] contents = new Dimension[count.Size];
        for (int i = 0; i < contents.Length; i++)
        {
            contents[i] = start + (i * delta);
        }

        return contents;
    }
}
