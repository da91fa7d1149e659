using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>The nodes that take parts of axes and put parts together. A shape that a lowering knows better than can be inferred is given.</summary>
public sealed partial class GraphBuilder
{
    /// <summary>The sizes of a value's axes as an int64 vector, also where some are unknown.</summary>
    /// <param name="value">The value.</param>
    internal GraphValue ShapeOf(GraphValue value) =>
        value.Shape.Any(size => size.IsUnknown) ? Holding(value.Shape, Add("Shape", [value], DataType.Int64, [value.Rank])) : Sizes(value.Shape);

    /// <summary>The size of one axis of a value as an int64 vector of one element, also where it is unknown.</summary>
    /// <param name="value">The value.</param>
    /// <param name="axis">The axis; 0 or above.</param>
    internal GraphValue SizeOf(GraphValue value, int axis) =>
        value.Shape[axis].IsUnknown ? Gather(Add("Shape", [value], DataType.Int64, [value.Rank]), Integers(axis), 0) : Sizes(value.Shape[axis]);

    /// <summary>Ranges of axes; the value itself where they are all of it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="ranges">One range for each axis that is cut.</param>
    /// <param name="shape">The shape of the result; null: as can be told from the ranges.</param>
    internal GraphValue Slice(GraphValue value, IEnumerable<AxisRange> ranges, IReadOnlyList<Dimension>? shape = null)
    {
        AxisRange[] cuts = [.. ranges
            .Select(range => range.Step > 0 && !value.Shape[range.Axis].IsUnknown && range.Stop == value.Shape[range.Axis] ? range with { Stop = null } : range)
            .Where(range => !range.IsWhole)];
        if (cuts.Length == 0)
        {
            return value;
        }

        Dimension[] inferred = [.. value.Shape];
        foreach (AxisRange cut in cuts)
        {
            inferred[cut.Axis] = cut.SizeOf(inferred[cut.Axis]);
        }

        GraphValue starts = Sizes([.. cuts.Select(cut => cut.Start ?? (cut.Step > 0 ? 0 : -1))]);
        GraphValue stops = Sizes([.. cuts.Select(cut => cut.Stop ?? (cut.Step > 0 ? long.MaxValue : long.MinValue))]);
        GraphValue? steps = cuts.Any(cut => cut.Step != 1) ? Integers([.. cuts.Select(cut => cut.Step)]) : null;
        return Add("Slice", [value, starts, stops, Integers([.. cuts.Select(cut => (long)cut.Axis)]), steps], value.Type, shape ?? inferred);
    }

    /// <summary>The elements at the given places of an axis, which the axes of the places take the place of.</summary>
    /// <param name="value">The value.</param>
    /// <param name="places">int64 or int32 places; below 0 they count from the end.</param>
    /// <param name="axis">The axis; 0 or above.</param>
    /// <param name="shape">The shape of the result; null: as can be told.</param>
    internal GraphValue Gather(GraphValue value, GraphValue places, int axis, IReadOnlyList<Dimension>? shape = null) => Add(
        "Gather", [value, places], value.Type, shape ?? [.. value.Shape.Take(axis), .. places.Shape, .. value.Shape.Skip(axis + 1)], [("axis", (long)axis)]);

    /// <summary>Values one after the other along an axis; the value itself where there is one.</summary>
    /// <param name="values">The values, at least one, of one type and with the same sizes but for the axis.</param>
    /// <param name="axis">The axis; 0 or above.</param>
    /// <param name="shape">The shape of the result; null: as can be told.</param>
    internal GraphValue Concat(IReadOnlyList<GraphValue> values, int axis, IReadOnlyList<Dimension>? shape = null)
    {
        if (values.Count == 1)
        {
            return values[0];
        }

        Dimension[] inferred = [.. values[0].Shape];
        inferred[axis] = values.Skip(1).Aggregate(inferred[axis], (sum, value) => sum + value.Shape[axis]);
        return Add("Concat", values, values[0].Type, shape ?? inferred, [("axis", (long)axis)]);
    }

    /// <summary>Parts of an axis, one after the other; the value itself where there is one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="axis">The axis; 0 or above.</param>
    /// <param name="sizes">The size of every part; their sum is that of the axis.</param>
    internal IReadOnlyList<GraphValue> Split(GraphValue value, int axis, IReadOnlyList<Dimension> sizes) => sizes.Count == 1 ? [value] : AddNode(
        "Split", [value, Sizes(sizes)], [.. sizes.Select(size => new ValueInfo(value.Type, [.. value.Shape.Take(axis), size, .. value.Shape.Skip(axis + 1)]))],
        new Dictionary<string, object> { ["axis"] = (long)axis }, string.Empty);

    /// <summary>start, start + step, ... as an int64 vector: a constant where the numbers are known.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="step">The distance from one to the next.</param>
    internal GraphValue Range(Dimension start, Dimension count, Dimension step) =>
        start.IsStatic && count.IsStatic && step.IsStatic
            ? Integers([.. Enumerable.Range(0, (int)count.Size).Select(i => start.Size + (i * step.Size))])
            : Add("Range", [SizeScalar(start), SizeScalar(start + (count * step)), SizeScalar(step)], DataType.Int64, [count]);

    /// <summary>start, start + step, ... below a limit as an int64 vector: a constant where the numbers are known.</summary>
    /// <param name="limit">What all numbers are below.</param>
    /// <param name="step">The distance from one to the next, above 0.</param>
    internal GraphValue RangeBelow(Dimension limit, long step) => limit.IsStatic
        ? Range(0, Math.Max(0, (limit.Size + step - 1) / step), step)
        : Add("Range", [Scalar(0L, DataType.Int64), SizeScalar(limit), Scalar(step, DataType.Int64)], DataType.Int64,
            [(limit + (step - 1)).TryDivide(step, out Dimension count) ? count : Dimension.Unknown]);

    /// <summary>All elements in a row.</summary>
    /// <param name="value">The value.</param>
    internal GraphValue Flatten(GraphValue value) => Reshape(value, [Dimension.Product(value.Shape)]);

    /// <summary>The axis that holds an axis's elements moved to another place.</summary>
    /// <param name="value">The value.</param>
    /// <param name="from">Where it is; 0 or above.</param>
    /// <param name="to">Where it goes, in the result; 0 or above.</param>
    internal GraphValue MoveAxis(GraphValue value, int from, int to)
    {
        List<int> order = [.. Enumerable.Range(0, value.Rank)];
        order.RemoveAt(from);
        order.Insert(to, from);
        return Transpose(value, order);
    }
}
