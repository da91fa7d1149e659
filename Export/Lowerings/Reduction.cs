using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>The nodes that reductions are made of: which axes, the operator in the form of the opset, in a type that runtimes have kernels for.</summary>
internal static class Reduction
{
    /// <summary>The axes that an operation reduces, in order; all of them where it names none.</summary>
    /// <param name="operation">The operation; its axes are called dim, dims, dimension, dimensions, or dim0, dim1, dim2.</param>
    /// <param name="rank">The number of axes that there are.</param>
    public static int[] Axes(Operation operation, int rank) => Axes(
        operation.Integers("dim", "dims", "dimension", "dimensions")
            ?? [.. operation.Integers("dim0") ?? [], .. operation.Integers("dim1") ?? [], .. operation.Integers("dim2") ?? []], rank);

    /// <summary>Axes counted from the front, in order; all of them where there are none.</summary>
    /// <param name="axes">The axes, negative where they count from the back.</param>
    /// <param name="rank">The number of axes that there are.</param>
    public static int[] Axes(long[] axes, int rank) =>
        axes.Length == 0 ? [.. Enumerable.Range(0, rank)] : rank == 0 ? [] : [.. axes.Select(axis => (int)(axis < 0 ? axis + rank : axis)).Distinct().Order()];

    /// <summary>A shape without some of its axes, or with 1 in their place.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keep">Whether they stay, with size 1.</param>
    public static IReadOnlyList<Dimension> Shape(IReadOnlyList<Dimension> shape, IReadOnlyList<int> axes, bool keep) => keep
        ? [.. shape.Select((size, axis) => axes.Contains(axis) ? 1 : size)]
        : [.. shape.Where((_, axis) => !axes.Contains(axis))];

    /// <summary>How many elements go into each result.</summary>
    /// <param name="value">The value.</param>
    /// <param name="axes">The axes that are reduced.</param>
    public static Dimension Count(GraphValue value, IReadOnlyList<int> axes) => Dimension.Product(axes.Select(axis => value.Shape[axis]));

    /// <summary>
    /// Reduces axes with one of ONNX's Reduce operators. The axes are an attribute below opset 18 (ReduceSum: below 13), an input from then on, and left out where they are all.
    /// The result has the type of the value.
    /// </summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType">The operator, such as <c>ReduceMean</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="axes">The axes; 0 or above, in order.</param>
    /// <param name="keep">Whether they stay, with size 1.</param>
    public static GraphValue Over(GraphBuilder graph, string opType, GraphValue value, IReadOnlyList<int> axes, bool keep = false)
    {
        if (axes.Count == 0)
        {
            return opType switch
            {
                "ReduceL1" or "ReduceL2" => Map(graph, "Abs", value),
                "ReduceSumSquare" => Map(graph, "Mul", value, value),
                _ => value,
            };
        }

        DataType type = Computable(opType, value.Type, graph.Opset);
        List<(string, object)> attributes = keep ? [] : [("keepdims", 0L)];
        List<GraphValue> inputs = [graph.Cast(value, type)];
        if (axes.Count < value.Rank)
        {
            long[] numbers = [.. axes.Select(axis => (long)axis)];
            if (graph.Opset >= 18 || opType == "ReduceSum")
            {
                inputs.Add(graph.Integers(numbers));
            }
            else
            {
                attributes.Insert(0, ("axes", numbers));
            }
        }

        return graph.Cast(graph.Add(opType, inputs, type, Shape(value.Shape, axes, keep), attributes), value.Type);
    }

    /// <summary>The index of the greatest or smallest value along an axis, the first among equals.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType"><c>ArgMax</c> or <c>ArgMin</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="axis">The axis; 0 or above.</param>
    /// <param name="keep">Whether it stays, with size 1.</param>
    public static GraphValue Arg(GraphBuilder graph, string opType, GraphValue value, int axis, bool keep)
    {
        if (value.Rank == 0)
        {
            return graph.Scalar(0L, DataType.Int64);
        }

        GraphValue operand = graph.Cast(value, Computable(opType, value.Type, graph.Opset));
        return graph.Add(opType, [operand], DataType.Int64, Shape(value.Shape, [axis], keep), [("axis", (long)axis), .. keep ? Array.Empty<(string, object)>() : [("keepdims", 0L)]]);
    }

    /// <summary>Applies an operator element by element; the result has the type of the first operand and the shape that all broadcast to.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType">The operator, such as <c>Sub</c>.</param>
    /// <param name="operands">The operands.</param>
    public static GraphValue Map(GraphBuilder graph, string opType, params IReadOnlyList<GraphValue> operands) =>
        graph.Add(opType, operands, operands[0].Type, Broadcast([.. operands.Select(operand => operand.Shape)]));

    /// <summary>Compares element by element.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="opType">The operator, such as <c>Less</c>.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    public static GraphValue Compare(GraphBuilder graph, string opType, GraphValue left, GraphValue right) =>
        graph.Add(opType, [left, right], DataType.Bool, Broadcast(left.Shape, right.Shape));

    /// <summary>Chooses element by element.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="condition">Truth values.</param>
    /// <param name="yes">What comes where it is true.</param>
    /// <param name="no">What comes where it is false.</param>
    public static GraphValue Where(GraphBuilder graph, GraphValue condition, GraphValue yes, GraphValue no) =>
        graph.Add("Where", [condition, yes, no], yes.Type, Broadcast(condition.Shape, yes.Shape, no.Shape));

    /// <summary>The shape that shapes broadcast to.</summary>
    /// <param name="shapes">The shapes.</param>
    public static IReadOnlyList<Dimension> Broadcast(params IReadOnlyList<IReadOnlyList<Dimension>> shapes)
    {
        int rank = shapes.Max(shape => shape.Count);
        Dimension[] result = new Dimension[rank];
        for (int fromBack = 1; fromBack <= rank; fromBack++)
        {
            result[^fromBack] = shapes.Where(shape => shape.Count >= fromBack).Select(shape => shape[shape.Count - fromBack]).Where(size => size != 1).Append(1).First();
        }

        return result;
    }

    /// <summary>The type that sums of a type are computed in: float32 for float16 and bfloat16, as PyTorch does; the type itself for others.</summary>
    /// <param name="type">The type.</param>
    public static DataType Accumulator(DataType type) => type is DataType.Float16 or DataType.Bfloat16 ? DataType.Float : type;

    // ONNX has no sums of small integers and of truth values, and ONNX Runtime no kernels for bfloat16. Truth values have a greatest and a smallest from opset 20.
    private static DataType Computable(string opType, DataType type, int opset) => type switch
    {
        DataType.Bfloat16 => DataType.Float,
        DataType.Bool when opset >= 20 && opType is "ReduceMax" or "ReduceMin" => DataType.Bool,
        DataType.Int8 or DataType.Uint8 when opType is "ReduceMax" or "ReduceMin" or "ArgMax" or "ArgMin" => type,
        DataType.Bool or DataType.Int8 or DataType.Uint8 or DataType.Int16 => DataType.Int32,
        _ => type,
    };
}
