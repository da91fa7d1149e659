using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that normalise; x is [N, C, ...] where channels matter.</summary>
internal static class NormalizationOperators
{
    private const ElementTypeSet BFloats = Floats | BFloat16;

    public static IEnumerable<OperatorSchema> All =>
    [
        new("BatchNormalization", 9, "(T X, T scale, T B, T mean, T var; float? epsilon, float? momentum) -> T Y, T? mean, T? var, T? saved_mean, T? saved_var", PerChannel, ("T", Floats)),
        new("BatchNormalization", 14, "(T X, T scale, T B, U input_mean, U input_var; float? epsilon, float? momentum, int? training_mode) -> T Y, U? running_mean, U? running_var", PerChannel, ("T", BFloats), ("U", BFloats)),
        new("BatchNormalization", 15, "(T X, T1 scale, T1 B, T2 input_mean, T2 input_var; float? epsilon, float? momentum, int? training_mode) -> T Y, T2? running_mean, T2? running_var", PerChannel, ("T", BFloats), ("T1", BFloats), ("T2", BFloats)),
        new("InstanceNormalization", 6, "(T input, T scale, T B; float? epsilon) -> T output", PerChannel, ("T", Floats)),
        new("LayerNormalization", 17, "(T X, T Scale, T? B; int? axis, float? epsilon, int? stash_type) -> T Y, U? Mean, U? InvStdDev", Layer, ("T", BFloats), ("U", Float | BFloat16))
        {
            ResultType = call => (DataType)call.Int("stash_type", 1),
        },
        new("GroupNormalization", 21, "(T X, T scale, T bias; float? epsilon, int num_groups, int? stash_type) -> T Y", PerChannel, ("T", BFloats)),
        new("LRN", 13, "(T X; float? alpha, float? beta, float? bias, int size) -> T Y", Shapes.First, ("T", BFloats)),
        new("MeanVarianceNormalization", 13, "(T X; ints? axes) -> T Y", Shapes.First, ("T", BFloats)),
        new("LpNormalization", 1, "(T input; int? axis, int? p) -> T output", Shapes.First, ("T", Floats)),
        new("Dropout", 13, "(T data, T1? ratio, bool? training_mode; int? seed) -> T output, bool? mask", Shapes.First, ("T", BFloats), ("T1", Floats)),
    ];

    // Every input but the first is [C]; so are the statistics that come out.
    private static IReadOnlyList<Dimension> PerChannel(OperatorCall call, int output)
    {
        call.DemandRank(0, 2);
        for (int input = 1; input < call.Inputs.Count; input++)
        {
            if (call.Rank(input) != 1 || Sizes.Differ(call.Shape(input)[0], call.Shape(0)[1]))
            {
                throw call.Error($"wants {call.Name(input)} [{call.Shape(0)[1]}] for {call[0]}, and is given {call[input]}");
            }
        }

        return output == 0 ? call.Shape(0) : call.Shape(1);
    }

    // Mean and deviation have size 1 from the axis on.
    private static IReadOnlyList<Dimension> Layer(OperatorCall call, int output)
    {
        Dimension[] shape = [.. call.Shape(0)];
        int axis = call.Axis("axis", -1, shape.Length);
        if (output == 0)
        {
            return call.Shape(0);
        }

        shape.AsSpan(axis).Fill(1);
        return shape;
    }
}
