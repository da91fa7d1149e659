using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that take axes away or work along one: sums, extremes, softmax, sorting.</summary>
internal static class ReductionOperators
{
    private const ElementTypeSet Summable = Floats | BFloat16 | WideIntegers;
    private const ElementTypeSet Comparable = Summable | Int8 | Uint8;

    public static IEnumerable<OperatorSchema> All =>
    [
        .. from name in (string[])["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMean", "ReduceProd", "ReduceSumSquare"]
           from schema in Reduce(name, Summable)
           select schema,
        .. from name in (string[])["ReduceMax", "ReduceMin"]
           from schema in (IEnumerable<OperatorSchema>)[.. Reduce(name, Comparable), OfInput(name, 20, Comparable | Bool)]
           select schema,
        OfInput("ReduceSum", 13, Summable),
        .. from name in (string[])["ArgMax", "ArgMin"]
           select new OperatorSchema(name, 13, "(T data; int? axis, int? keepdims, int? select_last_index) -> int64 reduced", AlongAxis, ("T", Numbers | BFloat16)),
        .. from name in (string[])["Softmax", "LogSoftmax", "Hardmax"]
           select new OperatorSchema(name, 13, "(T input; int? axis) -> T output", Normalized, ("T", Floats | BFloat16)),
        new("TopK", 11, "(T X, int64 K; int? axis, int? largest, int? sorted) -> T Values, int64 Indices", TopK, ("T", Numbers)),
        new("CumSum", 11, "(T x, T2 axis; int? exclusive, int? reverse) -> T y", Shapes.First, ("T", Float | ElementTypeSet.Double | WideIntegers), ("T2", ElementTypeSet.Indices)),
        new("CumSum", 14, "(T x, T2 axis; int? exclusive, int? reverse) -> T y", Shapes.First, ("T", Summable), ("T2", ElementTypeSet.Indices)),
        new("Unique", 11, "(T X; int? axis, int? sorted) -> T Y, int64? indices, int64? inverse_indices, int64? counts", Unique, ("T", Any)),
    ];

    private static IEnumerable<OperatorSchema> Reduce(string name, ElementTypeSet types) =>
    [
        new(name, 13, "(T data; ints? axes, int? keepdims) -> T reduced", (call, _) => Reduced(call, call.Ints("axes") ?? []), ("T", types)),
        OfInput(name, 18, types),
    ];

    // Axes are an input; left out or empty, they are all or, on demand, none.
    private static OperatorSchema OfInput(string name, int since, ElementTypeSet types) =>
        new(name, since, "(T data, int64? axes; int? keepdims, int? noop_with_empty_axes) -> T reduced", (call, _) =>
        {
            if (call.Optional(1) is null)
            {
                return call.Int("noop_with_empty_axes") != 0 ? call.Shape(0) : Reduced(call, []);
            }

            if (call.Integers(1) is { } axes)
            {
                return axes.Length == 0 && call.Int("noop_with_empty_axes") != 0 ? call.Shape(0) : Reduced(call, axes);
            }

            return call.Int("keepdims", 1) != 0 ? Sizes.Unknown(call.Rank(0))
                : call.Length(1) is { } length && length > 0 ? Sizes.Unknown(call.Rank(0) - length) : null;
        }, ("T", types));

    private static Dimension[] Reduced(OperatorCall call, long[] axes)
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        int[] gone = call.Axes(axes, shape.Count);
        bool keeps = call.Int("keepdims", 1) != 0;
        Dimension[] result = new Dimension[keeps ? shape.Count : axes.Length == 0 ? 0 : shape.Count - gone.Length];
        int next = 0;
        for (int axis = 0; axis < shape.Count; axis++)
        {
            if (axes.Length > 0 && Array.IndexOf(gone, axis) < 0)
            {
                result[next++] = shape[axis];
            }
            else if (keeps)
            {
                result[next++] = 1;
            }
        }

        return result;
    }

    private static Dimension[] AlongAxis(OperatorCall call, int output) => Reduced(call, [call.Axis("axis", 0, call.Rank(0))]);

    private static IReadOnlyList<Dimension> Normalized(OperatorCall call, int output)
    {
        _ = call.Axis("axis", -1, call.Rank(0));
        return call.Shape(0);
    }

    private static Dimension[] TopK(OperatorCall call, int output)
    {
        call.DemandRank(0, 1);
        int axis = call.Axis("axis", -1, call.Rank(0));
        return Shapes.With(call.Shape(0), axis, call.Contents(1) is [var count] ? count : Dimension.Unknown);
    }

    // Without an axis, of all elements.
    private static Dimension[] Unique(OperatorCall call, int output)
    {
        IReadOnlyList<Dimension> shape = call.Shape(0);
        int? axis = call.Attributes.ContainsKey("axis") ? call.Axis("axis", 0, shape.Count) : null;
        return output switch
        {
            0 when axis is { } along => Shapes.With(shape, along, Dimension.Unknown),
            2 => [axis is { } along ? shape[along] : Sizes.Product(shape, 0, shape.Count)],
            _ => [Dimension.Unknown],
        };
    }
}
