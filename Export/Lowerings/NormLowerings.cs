using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Norms, distances, similarities.</summary>
internal static class NormLowerings
{
    private const string NoSingularValues = "ONNX has no singular values";
    private const string OtherNorms = "Use the Frobenius norm, or the order 1, -1, infinity or -infinity";

    public static void Register(LoweringRegistry registry) => registry
        .Add("norm", Norm)
        .Add("linalg_norm", LinalgNorm)
        .Add("linalg_vector_norm", VectorNorm)
        .Add("linalg_matrix_norm", MatrixNorm)
        .Add("normalize", Normalize)
        .Add("renorm", Renorm)
        .Add("dist", Dist)
        .Add("cdist", CDist)
        .Add("cosine_similarity", CosineSimilarityOf).Add<CosineSimilarity>(CosineSimilarityOf)
        .Add("pairwise_distance", PairwiseDistanceOf).Add<PairwiseDistance>(PairwiseDistanceOf);

    /// <summary>
    /// y = (sum of |x|^p over axes)^(1/p); ReduceL1 and ReduceL2 for p = 1 and 2, ReduceMax and ReduceMin of Abs for infinity and -infinity, a count for p = 0, and Abs, Pow, ReduceSum, Pow otherwise,
    /// https://onnx.ai/onnx/operators/onnx__ReduceL2.html.
    /// </summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="x">The value.</param>
    /// <param name="p">The order.</param>
    /// <param name="axes">The axes; 0 or above, in order.</param>
    /// <param name="keep">Whether they stay, with size 1.</param>
    public static GraphValue Of(GraphBuilder graph, GraphValue x, double p, IReadOnlyList<int> axes, bool keep = false)
    {
        // Squares of float16 leave its range; PyTorch sums them in float32.
        GraphValue wide = graph.Cast(x, Reduction.Accumulator(x.Type));
        GraphValue norm = p switch
        {
            0 => Reduction.Over(graph, "ReduceSum", graph.Cast(graph.Cast(wide, DataType.Bool), wide.Type), axes, keep),
            1 => Reduction.Over(graph, "ReduceL1", wide, axes, keep),
            2 => Reduction.Over(graph, "ReduceL2", wide, axes, keep),
            double.PositiveInfinity => Reduction.Over(graph, "ReduceMax", Reduction.Map(graph, "Abs", wide), axes, keep),
            double.NegativeInfinity => Reduction.Over(graph, "ReduceMin", Reduction.Map(graph, "Abs", wide), axes, keep),
            _ => Power(Reduction.Over(graph, "ReduceSum", Power(Reduction.Map(graph, "Abs", wide), p), axes, keep), 1 / p),
        };
        return graph.Cast(norm, x.Type);

        GraphValue Power(GraphValue value, double exponent) => Reduction.Map(graph, "Pow", value, graph.Scalar(exponent, value.Type));
    }

    /// <summary>y = |x|_p over an axis or all; see <see cref="Of"/>, https://onnx.ai/onnx/operators/onnx__ReduceL2.html.</summary>
    private static GraphValue Norm(Operation operation, GraphBuilder graph) =>
        Of(graph, operation.Input, operation.Number("p", 2), Reduction.Axes(operation, operation.Input.Rank), operation.Flag("keepdim"));

    /// <summary>y = the norm of vectors where one axis, or none and no order, is named, and of matrices otherwise; see the two, https://onnx.ai/onnx/operators/onnx__ReduceL2.html.</summary>
    private static GraphValue LinalgNorm(Operation operation, GraphBuilder graph)
    {
        int axes = operation.Integers("dims") is { Length: > 0 } dims ? dims.Length : operation.Input.Rank;
        return operation.Has("ord") && axes == 2 ? MatrixNorm(operation, graph) : VectorNorm(operation, graph);
    }

    /// <summary>y = |x|_p over axes or all; see <see cref="Of"/>, https://onnx.ai/onnx/operators/onnx__ReduceL2.html.</summary>
    private static GraphValue VectorNorm(Operation operation, GraphBuilder graph)
    {
        if (operation.Find("ord") is string order)
        {
            throw operation.Unsupported($"the norm '{order}' is one of matrices, and x has {operation.Input.Rank} axes", "Name two axes");
        }

        return Of(graph, operation.Input, operation.Number("ord", 2), Reduction.Axes(operation, operation.Input.Rank), operation.Flag("keepdim"));
    }

    /// <summary>y = |X|, a matrix over two axes: Frobenius by ReduceL2; 1 and infinity by ReduceL1 and ReduceMax, -1 and -infinity by ReduceL1 and ReduceMin, https://onnx.ai/onnx/operators/onnx__ReduceL1.html.</summary>
    private static GraphValue MatrixNorm(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        int[] axes = [.. (operation.Integers("dims") is { Length: > 0 } dims ? dims : [-2, -1]).Select(axis => (int)(axis < 0 ? axis + x.Rank : axis))];
        bool keep = operation.Flag("keepdim");
        if (operation.Find("ord") is null or "fro")
        {
            return Of(graph, x, 2, [.. axes.Order()], keep);
        }

        if (operation.Find("ord") is string)
        {
            throw operation.Unsupported($"{NoSingularValues}, which the norm '{operation.Find("ord")}' needs", OtherNorms);
        }

        double order = operation.Number("ord");
        (int summed, int compared) = Math.Abs(order) switch
        {
            1 => (axes[0], axes[1]),
            double.PositiveInfinity => (axes[1], axes[0]),
            _ => throw operation.Unsupported($"{NoSingularValues}, which the norm of order {order} needs", OtherNorms),
        };
        GraphValue wide = graph.Cast(x, Reduction.Accumulator(x.Type));
        GraphValue sums = Reduction.Over(graph, "ReduceL1", wide, [summed], keep: true);
        GraphValue norm = Reduction.Over(graph, order > 0 ? "ReduceMax" : "ReduceMin", sums, [compared], keep: true);
        return graph.Cast(keep ? norm : graph.Squeeze(norm, [.. axes.Order()]), x.Type);
    }

    /// <summary>y = x / max(|x|_p over an axis, eps); see <see cref="Of"/>, then Max and Div, https://onnx.ai/onnx/operators/onnx__Max.html.</summary>
    private static GraphValue Normalize(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        return Reduction.Map(graph, "Div", x, AtLeast(graph, Of(graph, x, operation.Number("p", 2), [operation.Axis("dim", x.Rank, 1)], keep: true), operation.Number("eps", 1e-12)));
    }

    /// <summary>y = x, its parts along an axis scaled down to norm maxnorm where they are longer; the norm over the other axes, Greater, Div, Where, Mul, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Renorm(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        int axis = operation.Axis("dim", x.Rank);
        GraphValue most = graph.Scalar(operation.Number("maxnorm"), x.Type);
        GraphValue norm = Of(graph, x, operation.Number("p"), [.. Enumerable.Range(0, x.Rank).Where(other => other != axis)], keep: true);
        GraphValue scale = Reduction.Map(graph, "Div", most, Reduction.Map(graph, "Add", norm, graph.Scalar(1e-7, x.Type)));
        return Reduction.Map(graph, "Mul", x, Reduction.Where(graph, Reduction.Compare(graph, "Greater", norm, most), scale, graph.Scalar(1.0, x.Type)));
    }

    /// <summary>y = |x - other|_p; x and other broadcast, y []; Sub and the norm, https://onnx.ai/onnx/operators/onnx__Sub.html.</summary>
    private static GraphValue Dist(Operation operation, GraphBuilder graph)
    {
        GraphValue difference = Reduction.Map(graph, "Sub", graph.Cast(operation.Input, operation.Result.Type), graph.Cast(operation.Tensor(1), operation.Result.Type));
        return Of(graph, difference, operation.Number("p", 2), Reduction.Axes([], difference.Rank));
    }

    /// <summary>y_ij = |x1_i - x2_j|_p; x1 [..., P, M], x2 [..., R, M] -> y [..., P, R]; Unsqueeze, Sub and the norm, https://onnx.ai/onnx/operators/onnx__Sub.html.</summary>
    private static GraphValue CDist(Operation operation, GraphBuilder graph)
    {
        (GraphValue x1, GraphValue x2) = (operation.Tensor(0), operation.Tensor(1));
        GraphValue difference = Reduction.Map(graph, "Sub", graph.Unsqueeze(x1, x1.Rank - 1), graph.Unsqueeze(x2, x2.Rank - 2));
        return Of(graph, difference, operation.Number("p", 2), [difference.Rank - 1]);
    }

    /// <summary>y = sum over an axis of x1 / max(|x1|, eps) * x2 / max(|x2|, eps); x1 and x2 broadcast; ReduceL2, Max, Div, Mul, ReduceSum, https://onnx.ai/onnx/operators/onnx__ReduceL2.html.</summary>
    private static GraphValue CosineSimilarityOf(Operation operation, GraphBuilder graph)
    {
        CosineSimilarity? module = operation.Module as CosineSimilarity;
        GraphValue[] x = [graph.Cast(operation.Tensor(0), operation.Result.Type), graph.Cast(operation.Tensor(1), operation.Result.Type)];
        IReadOnlyList<Dimension> shape = Reduction.Broadcast(x[0].Shape, x[1].Shape);
        long dim = module?.dim ?? operation.Integer("dim", 1);
        int axis = (int)(dim < 0 ? dim + shape.Count : dim);
        double eps = module?.eps ?? operation.Number("eps", 1e-8);
        for (int i = 0; i < 2; i++)
        {
            int own = axis - (shape.Count - x[i].Rank);
            x[i] = own < 0 || x[i].Shape[own] != shape[axis] ? graph.Expand(x[i], shape) : x[i];
            own = axis - (shape.Count - x[i].Rank);
            x[i] = Reduction.Map(graph, "Div", x[i], AtLeast(graph, Of(graph, x[i], 2, [own], keep: true), eps));
        }

        return Reduction.Over(graph, "ReduceSum", Reduction.Map(graph, "Mul", x[0], x[1]), [axis]);
    }

    /// <summary>y = |x1 - x2 + eps|_p over the last axis; x1 and x2 broadcast; Sub, Add and the norm, https://onnx.ai/onnx/operators/onnx__Sub.html.</summary>
    private static GraphValue PairwiseDistanceOf(Operation operation, GraphBuilder graph)
    {
        PairwiseDistance? module = operation.Module as PairwiseDistance;
        DataType type = operation.Result.Type;
        GraphValue difference = Reduction.Map(graph, "Sub", graph.Cast(operation.Tensor(0), type), graph.Cast(operation.Tensor(1), type));
        difference = Reduction.Map(graph, "Add", difference, graph.Scalar(module?.eps ?? operation.Number("eps", 1e-6), type));
        return Of(graph, difference, module?.norm ?? operation.Number("p", 2), [difference.Rank - 1], module?.keepdim ?? operation.Flag("keepdim"));
    }

    private static GraphValue AtLeast(GraphBuilder graph, GraphValue value, double least) => Reduction.Map(graph, "Max", value, graph.Scalar(least, value.Type));
}
