using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Passes;

/// <summary>
/// ONNX's operators as TorchSharp computes them, for constants: those that lowerings write around shapes, indices, masks and weights.
/// Where the two would differ in a bit, an entry gives null and the node stays in the graph. Operators: https://onnx.ai/onnx/operators/.
/// </summary>
internal static class ConstantOperators
{
    private static readonly Dictionary<string, Func<GraphNode, Tensor[], Tensor?>> All = new()
    {
        // The same elements in another layout; the shape of the result is known.
        ["Identity"] = (_, x) => x[0].alias(),
        ["Reshape"] = (node, x) => x[0].reshape(Shape(node)),
        ["Flatten"] = (node, x) => x[0].reshape(Shape(node)),
        ["Squeeze"] = (node, x) => x[0].reshape(Shape(node)),
        ["Unsqueeze"] = (node, x) => x[0].reshape(Shape(node)),
        ["Expand"] = (node, x) => x[0].expand(Shape(node)),
        ["Transpose"] = (node, x) => x[0].permute(node.Integers("perm") ?? [.. Enumerable.Range(0, (int)x[0].ndim).Reverse().Select(axis => (long)axis)]),

        // Parts and wholes.
        ["Concat"] = (node, x) => cat(x, node.Integer("axis")),
        ["Slice"] = Slice,
        ["Gather"] = Gather,
        ["Tile"] = (_, x) => x[0].repeat(Integers(x[1])),
        ["Trilu"] = Trilu,
        ["ConstantOfShape"] = (node, _) => node.Attributes.Count == 0 ? zeros(Shape(node), ScalarType.Float32) : null,
        ["Range"] = (_, x) => x[0].dtype is ScalarType.Int64 or ScalarType.Int32 ? arange(x[0].to(ScalarType.Int64).item<long>(), x[1].to(ScalarType.Int64).item<long>(), x[2].to(ScalarType.Int64).item<long>(), dtype: x[0].dtype) : null,

        // Sizes.
        ["Shape"] = (node, x) => tensor(Part(node, [.. x[0].shape.Select(size => (Dimension)size)]).Select(size => size.Size).ToArray()),
        ["Size"] = (_, x) => tensor(x[0].NumberOfElements),

        // Arithmetic: of integers modulo 2^bits, division towards 0.
        ["Cast"] = (node, x) => x[0].to(((Contracts.Onnx.TensorProto.Types.DataType)node.Integer("to")).ToTorch()),
        ["CastLike"] = (_, x) => x[0].to(x[1].dtype),
        ["Add"] = (_, x) => x[0] + x[1],
        ["Sub"] = (_, x) => x[0] - x[1],
        ["Mul"] = (_, x) => x[0] * x[1],
        ["Div"] = (_, x) => IsFloating(x[0]) ? x[0] / x[1] : x[0].div(x[1], RoundingMode.trunc),
        ["Mod"] = (node, x) => node.Integer("fmod") == 0 && !IsFloating(x[0]) ? x[0].remainder(x[1]) : fmod(x[0], x[1]),
        ["Pow"] = (_, x) => x[0].pow(x[1]),
        ["Neg"] = (_, x) => -x[0],
        ["Abs"] = (_, x) => x[0].abs(),
        ["Sign"] = (_, x) => x[0].sign(),
        ["Sqrt"] = (_, x) => x[0].sqrt(),
        ["Reciprocal"] = (_, x) => x[0].reciprocal(),
        ["Exp"] = (_, x) => x[0].exp(),
        ["Log"] = (_, x) => x[0].log(),
        ["Sin"] = (_, x) => x[0].sin(),
        ["Cos"] = (_, x) => x[0].cos(),
        ["Tanh"] = (_, x) => x[0].tanh(),
        ["Sigmoid"] = (_, x) => x[0].sigmoid(),
        ["Relu"] = (_, x) => x[0].relu(),
        ["Floor"] = (_, x) => x[0].floor(),
        ["Ceil"] = (_, x) => x[0].ceil(),
        ["Round"] = (_, x) => x[0].round(),
        ["Min"] = (_, x) => x.Aggregate(minimum),
        ["Max"] = (_, x) => x.Aggregate(maximum),
        ["MatMul"] = (_, x) => matmul(x[0], x[1]),

        // Truth values.
        ["Equal"] = (_, x) => x[0].eq(x[1]),
        ["Less"] = (_, x) => x[0].lt(x[1]),
        ["LessOrEqual"] = (_, x) => x[0].le(x[1]),
        ["Greater"] = (_, x) => x[0].gt(x[1]),
        ["GreaterOrEqual"] = (_, x) => x[0].ge(x[1]),
        ["Not"] = (_, x) => x[0].logical_not(),
        ["And"] = (_, x) => x[0].logical_and(x[1]),
        ["Or"] = (_, x) => x[0].logical_or(x[1]),
        ["Xor"] = (_, x) => x[0].logical_xor(x[1]),
        ["Where"] = (_, x) => where(x[0], x[1], x[2]),

        // Sums; the axes are an attribute or the second input.
        ["ReduceSum"] = (node, x) => Axes(node, x) is { } axes ? x[0].sum(axes, keepdim: node.Integer("keepdims", 1) != 0, type: x[0].dtype) : null,
        ["ReduceMean"] = (node, x) => IsFloating(x[0]) && Axes(node, x) is { } axes ? x[0].mean(axes, keepdim: node.Integer("keepdims", 1) != 0) : null,
        ["ReduceMax"] = (node, x) => Axes(node, x) is { } axes ? x[0].amax(axes, keepdim: node.Integer("keepdims", 1) != 0) : null,
        ["ReduceMin"] = (node, x) => Axes(node, x) is { } axes ? x[0].amin(axes, keepdim: node.Integer("keepdims", 1) != 0) : null,
        ["CumSum"] = (node, x) => node.Integer("exclusive") == 0 && node.Integer("reverse") == 0 ? x[0].cumsum(Integers(x[1])[0], x[0].dtype) : null,
    };

    /// <summary>Whether an operator can be computed.</summary>
    /// <param name="opType">The operator.</param>
    public static bool Has(string opType) => opType == "Split" || All.ContainsKey(opType);

    /// <summary>Computes a node whose results have known shapes; null where it is a variant that is not computed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">What it reads; null where an optional input is left out.</param>
    public static Tensor[]? Compute(GraphNode node, Tensor?[] inputs) =>
        node.OpType == "Split" ? Split(node, inputs[0]!)
        : All[node.OpType](node, inputs!) is { } result ? [result]
        : null;

    /// <summary>The part of a shape that a Shape node gives (attributes start and end).</summary>
    /// <param name="node">The node.</param>
    /// <param name="shape">The shape of its input.</param>
    public static IReadOnlyList<Dimension> Part(GraphNode node, IReadOnlyList<Dimension> shape)
    {
        int start = Clamp(node.Integer("start"), shape.Count);
        int end = Clamp(node.Integer("end", shape.Count), shape.Count);
        return [.. shape.Skip(start).Take(end - start)];

        static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
    }

    private static long[] Shape(GraphNode node) => [.. node.Output.Shape.Select(axis => axis.Size)];

    private static long[] Integers(Tensor x) => [.. x.to(ScalarType.Int64).flatten().data<long>()];

    private static bool IsFloating(Tensor x) => x.is_floating_point();

    private static long[]? Axes(GraphNode node, Tensor[] x)
    {
        long[] axes = node.Integers("axes") ?? (x.Length > 1 && x[1] is not null ? Integers(x[1]) : []);
        return axes.Length > 0 ? axes : node.Integer("noop_with_empty_axes") != 0 ? null : [.. Enumerable.Range(0, (int)x[0].ndim).Select(axis => (long)axis)];
    }

    private static Tensor[] Split(GraphNode node, Tensor x)
    {
        long axis = node.Integer("axis");
        axis = axis < 0 ? axis + x.ndim : axis;
        long start = 0;
        return [.. node.Outputs.Select(output =>
        {
            long size = output.Shape[(int)axis].Size;
            start += size;
            return x.narrow(axis, start - size, size);
        })];
    }

    private static Tensor Slice(GraphNode node, Tensor[] x)
    {
        Tensor result = x[0];
        long[] starts = Integers(x[1]);
        long[] ends = Integers(x[2]);
        long[] axes = x.Length > 3 && x[3] is not null ? Integers(x[3]) : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        long[] steps = x.Length > 4 && x[4] is not null ? Integers(x[4]) : [.. starts.Select(_ => 1L)];
        for (int i = 0; i < axes.Length; i++)
        {
            long axis = axes[i] < 0 ? axes[i] + result.ndim : axes[i];
            long size = result.shape[axis];
            bool forward = steps[i] > 0;
            long start = Clamp(starts[i], size, forward ? 0 : -1, forward ? size : size - 1);
            long end = Clamp(ends[i], size, forward ? 0 : -1, forward ? size : size - 1);
            result = steps[i] == 1
                ? result.narrow(axis, start, Math.Max(0, end - start))
                : result.index_select(axis, (end - start) * steps[i] <= 0 ? zeros(0, ScalarType.Int64) : arange(start, end, steps[i], ScalarType.Int64));
        }

        return result;

        static long Clamp(long index, long size, long low, long high) => Math.Clamp(index < 0 ? index + size : index, low, high);
    }

    private static Tensor Gather(GraphNode node, Tensor[] x)
    {
        long axis = node.Integer("axis");
        axis = axis < 0 ? axis + x[0].ndim : axis;
        Tensor indices = x[1].to(ScalarType.Int64).flatten();
        indices = where(indices < 0, indices + x[0].shape[axis], indices);
        return x[0].index_select(axis, indices).reshape([.. x[0].shape.Take((int)axis), .. x[1].shape, .. x[0].shape.Skip((int)axis + 1)]);
    }

    private static Tensor Trilu(GraphNode node, Tensor[] x)
    {
        long diagonal = x.Length > 1 && x[1] is not null ? Integers(x[1])[0] : 0;
        return node.Integer("upper", 1) != 0 ? x[0].triu(diagonal) : x[0].tril(diagonal);
    }
}
