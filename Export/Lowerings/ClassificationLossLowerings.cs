using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Losses of classes, and of distances between embeddings.</summary>
internal static class ClassificationLossLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("nll_loss", NegativeLogLikelihood).Add<NLLLoss>(NegativeLogLikelihood)
        .Add("cross_entropy", CrossEntropy).Add<CrossEntropyLoss>(CrossEntropy)
        .Add("cosine_embedding_loss", CosineEmbedding).Add<CosineEmbeddingLoss>(CosineEmbedding)
        .Add("triplet_margin_loss", TripletMargin);

    /// <summary>y = -w_t x_t, the mean over the weights; x [N, C, ...], t [N, ...] of classes, -100 for none; GatherElements, https://onnx.ai/onnx/operators/onnx__GatherElements.html.</summary>
    private static GraphValue NegativeLogLikelihood(Operation operation, GraphBuilder graph) =>
        OfClasses(operation, graph, operation.Tensor(0), operation.Tensor(1), -100, smoothing: 0);

    /// <summary>
    /// y = -w_t log softmax(x)_t, the mean over the weights; x [N, C, ...] or [C], t [N, ...] or [] of classes; or y = -sum of w t log softmax(x), t of probabilities as x;
    /// LogSoftmax, GatherElements, https://onnx.ai/onnx/operators/onnx__LogSoftmax.html.
    /// </summary>
    private static GraphValue CrossEntropy(Operation operation, GraphBuilder graph)
    {
        CrossEntropyLoss? module = operation.Module as CrossEntropyLoss;
        (GraphValue x, GraphValue target) = (operation.Tensor(0), operation.Tensor(1));
        int axis = x.Rank == 1 ? 0 : 1;
        double smoothing = module?.label_smoothing ?? operation.Number("label_smoothing", 0);
        GraphValue logarithms = graph.Add("LogSoftmax", [x], x.Type, x.Shape, [("axis", (long)axis)]);
        if (!target.Type.IsFloating())
        {
            return OfClasses(operation, graph, logarithms, target, module is null ? operation.Integer("ignore_index", -100) : module.ignore_index ?? -100, smoothing);
        }

        if (smoothing > 0)
        {
            GraphValue share = Map(graph, "Div", graph.Scalar(smoothing, x.Type), graph.Scalar(x.Shape[axis], x.Type));
            target = Map(graph, "Add", Map(graph, "Mul", target, graph.Scalar(1 - smoothing, x.Type)), share);
        }

        GraphValue products = Map(graph, "Mul", logarithms, target);
        products = LossLowerings.Weight(operation, graph) is { } weight ? Map(graph, "Mul", products, Along(graph, weight, axis, x.Rank)) : products;
        return LossLowerings.Reduce(operation, graph, Map(graph, "Neg", Reduction.Over(graph, "ReduceSum", products, [axis])));
    }

    /// <summary>y = 1 - cos(x1, x2) where t is 1, max(0, cos(x1, x2) - margin) where t is -1; x1, x2 [N, D] or [D]; Mul, ReduceSum, Sqrt, Div, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue CosineEmbedding(Operation operation, GraphBuilder graph)
    {
        (GraphValue a, GraphValue b, GraphValue target) = (operation.Tensor(0), operation.Tensor(1), operation.Tensor(2));
        int[] axis = [a.Rank - 1];
        GraphValue tiny = graph.Scalar(1e-12, a.Type);
        GraphValue lengths = Map(graph, "Mul", SquaredLength(a), SquaredLength(b));
        GraphValue cosine = Map(graph, "Div", Reduction.Over(graph, "ReduceSum", Map(graph, "Mul", a, b), axis), Map(graph, "Sqrt", lengths));
        GraphValue margin = graph.Scalar((operation.Module as CosineEmbeddingLoss)?.margin ?? operation.Number("margin", 0), a.Type);
        GraphValue zero = graph.Scalar(0.0, a.Type);
        GraphValue near = Reduction.Where(graph, Is(1), Map(graph, "Sub", graph.Scalar(1.0, a.Type), cosine), zero);
        GraphValue far = Reduction.Where(graph, Is(-1), Map(graph, "Relu", Map(graph, "Sub", cosine, margin)), zero);
        return LossLowerings.Reduce(operation, graph, Map(graph, "Add", near, far));

        GraphValue SquaredLength(GraphValue value) => Map(graph, "Add", Reduction.Over(graph, "ReduceSumSquare", value, axis), tiny);
        GraphValue Is(double value) => Reduction.Compare(graph, "Equal", target, graph.Scalar(value, target.Type));
    }

    /// <summary>y = max(0, margin + |a - p| - |a - n|), with swap against |p - n| where that is less; distances as pairwise_distance; Sub, Min, Relu, https://onnx.ai/onnx/operators/onnx__Relu.html.</summary>
    private static GraphValue TripletMargin(Operation operation, GraphBuilder graph)
    {
        (GraphValue anchor, GraphValue positive, GraphValue negative) = (operation.Tensor(0), operation.Tensor(1), operation.Tensor(2));
        GraphValue far = Distance(anchor, negative);
        far = operation.Flag("swap") ? Map(graph, "Min", far, Distance(positive, negative)) : far;
        GraphValue margin = graph.Scalar(operation.Number("margin", 1), anchor.Type);
        return LossLowerings.Reduce(operation, graph, Map(graph, "Relu", Map(graph, "Sub", Map(graph, "Add", Distance(anchor, positive), margin), far)));

        GraphValue Distance(GraphValue left, GraphValue right)
        {
            GraphValue difference = Map(graph, "Add", Map(graph, "Sub", left, right), graph.Scalar(operation.Number("eps", 1e-6), left.Type));
            return NormLowerings.Of(graph, difference, operation.Number("p", 2), [difference.Rank - 1]);
        }
    }

    // -w_t (1 - smoothing) x_t - smoothing / C * sum of w x; of the class that is ignored 0, also in the mean.
    private static GraphValue OfClasses(Operation operation, GraphBuilder graph, GraphValue x, GraphValue target, long ignored, double smoothing)
    {
        int axis = x.Rank == 1 ? 0 : 1;
        GraphValue? classes = LossLowerings.Weight(operation, graph);
        GraphValue counts = graph.Add("Not", [Reduction.Compare(graph, "Equal", target, graph.Scalar(ignored, target.Type))], DataType.Bool, target.Shape);
        GraphValue safe = graph.Cast(Reduction.Where(graph, counts, target, graph.Scalar(0L, target.Type)), DataType.Int64);
        GraphValue chosen = graph.Add("GatherElements", [x, graph.Unsqueeze(safe, axis)], x.Type, x.Shape.Select((size, i) => i == axis ? 1 : size), [("axis", (long)axis)]);
        GraphValue weight = classes is null ? graph.Scalar(1.0, x.Type) : graph.Add("Gather", [classes, safe], x.Type, safe.Shape, [("axis", 0L)]);
        weight = Reduction.Where(graph, counts, weight, graph.Scalar(0.0, x.Type));
        GraphValue losses = Map(graph, "Mul", Map(graph, "Neg", graph.Squeeze(chosen, axis)), weight);
        if (smoothing > 0)
        {
            GraphValue all = Reduction.Over(graph, "ReduceSum", classes is null ? x : Map(graph, "Mul", x, Along(graph, classes, axis, x.Rank)), [axis]);
            GraphValue share = Map(graph, "Div", graph.Scalar(smoothing, x.Type), graph.Scalar(x.Shape[axis], x.Type));
            all = Reduction.Where(graph, counts, Map(graph, "Mul", all, share), graph.Scalar(0.0, x.Type));
            losses = Map(graph, "Sub", Map(graph, "Mul", losses, graph.Scalar(1 - smoothing, x.Type)), all);
        }

        if (LossLowerings.Chosen(operation) != nn.Reduction.Mean)
        {
            return LossLowerings.Reduce(operation, graph, losses);
        }

        int[] axes = [.. Enumerable.Range(0, losses.Rank)];
        return Map(graph, "Div", Reduction.Over(graph, "ReduceSum", losses, axes), Reduction.Over(graph, "ReduceSum", weight, axes));
    }

    private static GraphValue Along(GraphBuilder graph, GraphValue classes, int axis, int rank) => graph.Unsqueeze(classes, [.. Enumerable.Range(1, rank - 1 - axis)]);

    private static GraphValue Map(GraphBuilder graph, string opType, params IReadOnlyList<GraphValue> operands) => Reduction.Map(graph, opType, operands);
}
