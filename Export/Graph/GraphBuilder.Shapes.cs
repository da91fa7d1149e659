using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph;

/// <summary>The nodes that most lowerings need: sizes at run time, casts, scalars, and moving axes about.</summary>
public sealed partial class GraphBuilder
{
    private readonly Dictionary<string, (GraphValue Value, int Axis)> _symbols = [];

    /// <summary>Sizes as an int64 vector: a constant where all are known, otherwise computed from the shapes of values that have them.</summary>
    /// <param name="sizes">The sizes.</param>
    public GraphValue Sizes(params IReadOnlyList<Dimension> sizes)
    {
        if (sizes.All(size => size.IsStatic))
        {
            return Integers([.. sizes.Select(size => size.Size)]);
        }

        string key = $"sizes {string.Join(',', sizes)}";
        if (!_known.TryGetValue(key, out GraphValue? known))
        {
            known = sizes.Count == 1 ? Size(sizes[0]) : Holding(sizes, Add("Concat", [.. Runs(sizes).Select(Part)], DataType.Int64, [sizes.Count], [("axis", 0L)]));
            _known.Add(key, known);
        }

        return known;

        GraphValue Part(IReadOnlyList<Dimension> run) => run[0].IsStatic ? Integers([.. run.Select(size => size.Size)]) : Sizes(run[0]);
    }

    /// <summary>A size as an int64 scalar.</summary>
    /// <param name="size">The size.</param>
    public GraphValue SizeScalar(Dimension size) =>
        size.IsStatic ? Scalar(size.Size, DataType.Int64) : Holding([size], Add("Squeeze", [Sizes(size), Integers(0)], DataType.Int64, []));

    /// <summary>A number as a scalar of a type; a size that is known at run time only is computed and cast.</summary>
    /// <param name="number">A <see cref="double"/>, <see cref="long"/>, <see cref="bool"/> or <see cref="Dimension"/>.</param>
    /// <param name="type">The type; the number is rounded to it.</param>
    public GraphValue Scalar(object number, DataType type)
    {
        if (number is Dimension { IsStatic: false } size)
        {
            return Cast(SizeScalar(size), type);
        }

        object value = number is Dimension known ? known.Size : number;
        FormattableString text = $"scalar {type} {value.GetType().Name} {value:R}";
        string key = value is bool ? $"scalar {type} {value}" : FormattableString.Invariant(text);
        if (!_known.TryGetValue(key, out GraphValue? constant))
        {
            using TorchSharp.torch.Tensor tensor = value switch
            {
                bool flag => TorchSharp.torch.tensor(flag, type.ToTorch()),
                long integer => TorchSharp.torch.tensor(integer, type.ToTorch()),
                double real => TorchSharp.torch.tensor(real, TorchSharp.torch.ScalarType.Float64).to(type.ToTorch()),
                _ => throw new ArgumentException($"A {number.GetType().Name} is no number.", nameof(number)),
            };
            constant = Define(new(GraphNames.Take(_names, "scalar"), type, [], ConstantData.Of(new ReadOnlyMemory<byte>(tensor.bytes.ToArray()))));
            constant = value is long content && type == DataType.Int64 ? constant with { Contents = [content] } : constant;
            _known.Add(key, constant);
        }

        return constant;
    }

    /// <summary>A value in another element type; the value itself where it has the type.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">The type.</param>
    public GraphValue Cast(GraphValue value, DataType type) =>
        value.Type == type ? value : Add("Cast", [value], type, value.Shape, [("to", (long)type)]);

    /// <summary>The same elements in another shape, in the simplest form that there is: numbers, 0 for an axis that stays, one -1; sizes computed only where those do not do.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shape">The shape.</param>
    public GraphValue Reshape(GraphValue value, IReadOnlyList<Dimension> shape)
    {
        if (value.Shape.SequenceEqual(shape))
        {
            return value;
        }

        if (shape.Any(size => size == 0))
        {
            // 0 says "as it was" before opset 14, and beside -1.
            return Opset >= 14
                ? Add("Reshape", [value, Sizes(shape)], value.Type, shape, [("allowzero", 1L)])
                : Add("Expand", [Scalar(0L, value.Type), Sizes(shape)], value.Type, shape);
        }

        bool[] stays = [.. shape.Select((size, axis) => axis < value.Rank && value.Shape[axis] == size)];
        long[] numbers = [.. shape.Select((size, axis) => size.IsStatic ? size.Size : stays[axis] && !size.IsUnknown ? 0 : -1)];
        if (numbers.Count(number => number < 0) > 1)
        {
            numbers = [.. numbers.Select((number, axis) => number < 0 && stays[axis] ? 0 : number)];
        }

        // A size that only this result has follows from the others.
        int open = numbers.Count(number => number < 0) > 1 ? shape.Index().Where(size => !Knows(size.Item)).Select(size => size.Index).DefaultIfEmpty(-1).First() : -1;
        GraphValue target = numbers.Count(number => number < 0) <= 1 ? Integers(numbers) : Sizes(open < 0 ? shape : [.. shape.Select((size, axis) => axis == open ? -1 : size)]);
        return Add("Reshape", [value, target], value.Type, shape);
    }

    /// <summary>The axes in another order.</summary>
    /// <param name="value">The value.</param>
    /// <param name="order">For each axis of the result, the axis of the value; 0 or above.</param>
    public GraphValue Transpose(GraphValue value, params IReadOnlyList<int> order) =>
        order.SequenceEqual(Enumerable.Range(0, value.Rank)) ? value : Add("Transpose", [value], value.Type, order.Select(axis => value.Shape[axis]), [("perm", (long[])[.. order])]);

    /// <summary>Puts axes of size 1 in.</summary>
    /// <param name="value">The value.</param>
    /// <param name="axes">Where, in the result; 0 or above.</param>
    public GraphValue Unsqueeze(GraphValue value, params IReadOnlyList<int> axes)
    {
        if (axes.Count == 0)
        {
            return value;
        }

        List<Dimension> shape = [.. value.Shape];
        foreach (int axis in axes.Order())
        {
            shape.Insert(axis, 1);
        }

        return Add("Unsqueeze", [value, Integers([.. axes.Select(axis => (long)axis)])], value.Type, shape);
    }

    /// <summary>Takes axes of size 1 out.</summary>
    /// <param name="value">The value.</param>
    /// <param name="axes">Which; 0 or above.</param>
    public GraphValue Squeeze(GraphValue value, params IReadOnlyList<int> axes) =>
        axes.Count == 0 ? value : Add("Squeeze", [value, Integers([.. axes.Select(axis => (long)axis)])], value.Type, value.Shape.Where((_, axis) => !axes.Contains(axis)));

    /// <summary>Repeats along axes of size 1, and puts axes in front.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shape">The shape of the result.</param>
    public GraphValue Expand(GraphValue value, IReadOnlyList<Dimension> shape)
    {
        if (value.Shape.SequenceEqual(shape))
        {
            return value;
        }

        // An axis that stays as it is may be given as 1, which needs no size at run time.
        int front = shape.Count - value.Rank;
        Dimension[] target = [.. shape.Select((size, axis) => axis >= front && value.Shape[axis - front] == size ? 1 : size)];
        return target.All(size => size == 1)
            ? Unsqueeze(value, [.. Enumerable.Range(0, front)])
            : Add("Expand", [value, Sizes(target)], value.Type, shape);
    }

    /// <summary>Says where the sizes of a value's axes can be had at run time.</summary>
    /// <param name="value">The value.</param>
    internal void KnowSymbols(GraphValue value)
    {
        for (int axis = 0; axis < value.Rank; axis++)
        {
            if (value.Shape[axis].Symbol is { } symbol)
            {
                _symbols.TryAdd(symbol, (value, axis));
            }
        }
    }

    /// <summary>Whether a size is a number or can be had at run time from the values that there are so far.</summary>
    /// <param name="size">The size.</param>
    internal bool Knows(Dimension size) => !size.IsUnknown && size.Symbols.All(_symbols.ContainsKey);

    private static IEnumerable<IReadOnlyList<Dimension>> Runs(IReadOnlyList<Dimension> sizes)
    {
        List<Dimension> run = [];
        foreach (Dimension size in sizes)
        {
            if (size.IsStatic && run.Count > 0 && run[^1].IsStatic)
            {
                run.Add(size);
                continue;
            }

            if (run.Count > 0)
            {
                yield return run;
            }

            run = [size];
        }

        yield return run;
    }

    // One size that is no number, [1].
    private GraphValue Size(Dimension size)
    {
        if (size.Symbol is { } symbol)
        {
            (GraphValue source, int axis) = _symbols.TryGetValue(symbol, out var known) ? known
                : throw new InvalidOperationException($"No value is known to have the size '{symbol}', which is a defect of the exporter.");
            return Holding([size], Opset >= 15
                ? Add("Shape", [source], DataType.Int64, [1], [("start", (long)axis), ("end", axis + 1L)])
                : Add("Gather", [Holding(source.Shape, Add("Shape", [source], DataType.Int64, [source.Rank])), Integers(axis)], DataType.Int64, [1], [("axis", 0L)]));
        }

        if (size.IsUnknown)
        {
            throw new InvalidOperationException("A size is unknown, which is a defect of the exporter.");
        }

        GraphValue? sum = null;
        foreach ((string symbols, long coefficient) in size.Terms)
        {
            GraphValue product = symbols.Split('*').Select(factor => Sizes(Dimension.Of(factor))).Aggregate((left, right) => Arithmetic("Mul", left, right));
            product = coefficient == 1 ? product : Arithmetic("Mul", product, Integers(coefficient));
            sum = sum is null ? product : Arithmetic("Add", sum, product);
        }

        return size.Constant == 0 ? sum! : Arithmetic("Add", sum!, Integers(size.Constant));

        GraphValue Arithmetic(string opType, GraphValue left, GraphValue right) => Holding(
            [opType == "Mul" ? left.Contents![0] * right.Contents![0] : left.Contents![0] + right.Contents![0]], Add(opType, [left, right], DataType.Int64, [1]));
    }

    // Notes what the result of the newest node holds.
    private GraphValue Holding(IReadOnlyList<Dimension> contents, GraphValue result)
    {
        GraphValue holding = result with { Contents = contents };
        _nodes[^1] = _nodes[^1] with { Outputs = [holding] };
        return holding;
    }
}
