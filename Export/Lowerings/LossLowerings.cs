using OnnxInit.Export.Graph;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Losses of one value per element: computed, weighted, and summed, averaged or left as they are.</summary>
internal static class LossLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("mse_loss", SquaredError).Add<MSELoss>(SquaredError)
        .Add("l1_loss", AbsoluteError).Add<L1Loss>(AbsoluteError)
        .Add("smooth_l1_loss", SmoothAbsoluteError).Add<SmoothL1Loss>(SmoothAbsoluteError)
        .Add("huber_loss", Huber).Add<HuberLoss>(Huber)
        .Add("binary_cross_entropy", BinaryCrossEntropy).Add<BCELoss>(BinaryCrossEntropy)
        .Add("binary_cross_entropy_with_logits", BinaryCrossEntropyOfLogits).Add<BCEWithLogitsLoss>(BinaryCrossEntropyOfLogits)
        .Add("soft_margin_loss", SoftMargin).Add<SoftMarginLoss>(SoftMargin)
        .Add("kl_div", KullbackLeibler).Add<KLDivLoss>(KullbackLeibler)
        .Add("poisson_nll_loss", Poisson).Add<PoissonNLLLoss>(Poisson)
        .Add("hinge_embedding_loss", HingeEmbedding).Add<HingeEmbeddingLoss>(HingeEmbedding)
        .Add("margin_ranking_loss", MarginRanking).Add<MarginRankingLoss>(MarginRanking);

    /// <summary>The mean or the sum of losses, or the losses, as the operation's <c>reduction</c> says.</summary>
    /// <param name="operation">A loss, or a module of one.</param>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="losses">The losses.</param>
    public static GraphValue Reduce(Operation operation, GraphBuilder graph, GraphValue losses) => Chosen(operation) switch
    {
        nn.Reduction.None => losses,
        nn.Reduction.Sum => Reduction.Over(graph, "ReduceSum", losses, [.. Enumerable.Range(0, losses.Rank)]),
        _ => Reduction.Over(graph, "ReduceMean", losses, [.. Enumerable.Range(0, losses.Rank)]),
    };

    /// <summary>What an operation says of its losses: <c>reduction</c>, Mean where it says nothing.</summary>
    /// <param name="operation">A loss, or a module of one.</param>
    public static nn.Reduction Chosen(Operation operation) => operation.Module switch
    {
        Loss<Tensor, Tensor, Tensor> module => module.reduction,
        Loss<Tensor, Tensor, Tensor, Tensor> module => module.reduction,
        _ => operation.Find("reduction") switch { nn.Reduction chosen => chosen, Dimension number => (nn.Reduction)number.Size, _ => nn.Reduction.Mean },
    };

    /// <summary>The weight of a loss, of a module its own.</summary>
    /// <param name="operation">A loss, or a module of one.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static GraphValue? Weight(Operation operation, GraphBuilder graph) => operation.Module is null ? operation.OptionalTensor("weight")
        : operation.Module is WeightedLoss<Tensor, Tensor, Tensor> { weight: { } weight } ? graph.Constant("weight", weight)
        : null;

    /// <summary>y = (x - t)^2; Sub, Mul, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue SquaredError(Operation operation, GraphBuilder graph)
    {
        GraphValue difference = Difference(operation, graph);
        return Reduce(operation, graph, Map(graph, "Mul", difference, difference));
    }

    /// <summary>y = |x - t|; Sub, Abs, https://onnx.ai/onnx/operators/onnx__Abs.html.</summary>
    private static GraphValue AbsoluteError(Operation operation, GraphBuilder graph) => Reduce(operation, graph, Map(graph, "Abs", Difference(operation, graph)));

    /// <summary>y = (x - t)^2 / (2 beta) where |x - t| is below beta, |x - t| - beta / 2 elsewhere; Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue SmoothAbsoluteError(Operation operation, GraphBuilder graph)
    {
        double beta = (operation.Module as SmoothL1Loss)?.beta ?? operation.Number("beta", 1);
        return beta == 0 ? AbsoluteError(operation, graph) : Reduce(operation, graph, Bent(graph, Difference(operation, graph), "Less", beta, 0.5 / beta, 1));
    }

    /// <summary>y = (x - t)^2 / 2 where |x - t| is at most delta, delta (|x - t| - delta / 2) elsewhere; Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Huber(Operation operation, GraphBuilder graph)
    {
        double delta = (operation.Module as HuberLoss)?.delta ?? operation.Number("delta", 1);
        return Reduce(operation, graph, Bent(graph, Difference(operation, graph), "LessOrEqual", delta, 0.5, delta));
    }

    /// <summary>y = -w (t log x + (1 - t) log(1 - x)), logarithms no less than -100; Log, Max, Mul, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue BinaryCrossEntropy(Operation operation, GraphBuilder graph)
    {
        (GraphValue x, GraphValue target) = (operation.Tensor(0), operation.Tensor(1));
        GraphValue yes = Map(graph, "Mul", target, Log(x));
        GraphValue no = Map(graph, "Mul", OneMinus(graph, target), Log(OneMinus(graph, x)));
        return Reduce(operation, graph, Weighted(operation, graph, Map(graph, "Neg", Map(graph, "Add", yes, no))));

        GraphValue Log(GraphValue value) => Map(graph, "Max", Map(graph, "Log", value), graph.Scalar(-100.0, value.Type));
    }

    /// <summary>y = w ((1 - t) x + (1 + (p - 1) t) log(1 + exp(-x))), p the weight of positives; Exp, Log, Mul, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue BinaryCrossEntropyOfLogits(Operation operation, GraphBuilder graph)
    {
        (GraphValue x, GraphValue target) = (operation.Tensor(0), operation.Tensor(1));
        GraphValue? positive = operation.Module is BCEWithLogitsLoss module
            ? (module.pos_weights is null ? null : graph.Constant("pos_weights", module.pos_weights))
            : operation.OptionalTensor("pos_weights");
        GraphValue softplus = SoftPlus(graph, Map(graph, "Neg", x));
        if (positive is not null)
        {
            GraphValue one = graph.Scalar(1.0, x.Type);
            GraphValue factor = Map(graph, "Add", Map(graph, "Mul", Map(graph, "Sub", positive, one), target), one);
            softplus = Map(graph, "Mul", factor, softplus);
        }

        return Reduce(operation, graph, Weighted(operation, graph, Map(graph, "Add", Map(graph, "Mul", OneMinus(graph, target), x), softplus)));
    }

    /// <summary>y = log(1 + exp(-t x)); Exp, Log, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue SoftMargin(Operation operation, GraphBuilder graph) =>
        Reduce(operation, graph, SoftPlus(graph, Map(graph, "Neg", Map(graph, "Mul", operation.Tensor(0), operation.Tensor(1)))));

    /// <summary>y = t (log t - x), 0 where t is 0, or exp(t) (t - x) where t is a logarithm; Log, Exp, Mul, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue KullbackLeibler(Operation operation, GraphBuilder graph)
    {
        (GraphValue x, GraphValue target) = (operation.Tensor(0), operation.Tensor(1));
        if ((operation.Module as KLDivLoss)?.log_target ?? operation.Flag("log_target", true))
        {
            return Reduce(operation, graph, Map(graph, "Mul", Map(graph, "Exp", target), Map(graph, "Sub", target, x)));
        }

        GraphValue zero = graph.Scalar(0.0, target.Type);
        GraphValue entropy = Reduction.Where(
            graph, Reduction.Compare(graph, "Equal", target, zero), zero, Map(graph, "Mul", target, Map(graph, "Log", target)));
        return Reduce(operation, graph, Map(graph, "Sub", entropy, Map(graph, "Mul", target, x)));
    }

    /// <summary>y = exp(x) - t x, x a logarithm; in full plus t log t - t + log(2 pi t) / 2 where t is above 1; Exp, Log, Where, https://onnx.ai/onnx/operators/onnx__Log.html.</summary>
    private static GraphValue Poisson(Operation operation, GraphBuilder graph)
    {
        PoissonNLLLoss? module = operation.Module as PoissonNLLLoss;
        (GraphValue x, GraphValue target) = (operation.Tensor(0), operation.Tensor(1));
        if (!(module?.log_input ?? operation.Flag("log_input", true)))
        {
            throw operation.Unsupported("TorchSharp hands eps to libtorch as a float where a double is read, so that log(x + eps) is undefined", "Write log_input: true, or x - target * log(x + eps)");
        }

        GraphValue loss = Map(graph, "Sub", Map(graph, "Exp", x), Map(graph, "Mul", target, x));
        if (module?.full ?? operation.Flag("full"))
        {
            GraphValue power = Map(graph, "Sub", Map(graph, "Mul", target, Map(graph, "Log", target)), target);
            GraphValue root = Map(graph, "Mul", Map(graph, "Log", Map(graph, "Mul", target, Number(2 * Math.PI))), Number(0.5));
            GraphValue above = Reduction.Compare(graph, "Greater", target, Number(1));
            loss = Map(graph, "Add", loss, Reduction.Where(graph, above, Map(graph, "Add", power, root), Number(0)));
        }

        return Reduce(operation, graph, loss);

        GraphValue Number(double number) => graph.Scalar(number, x.Type);
    }

    /// <summary>y = x where t is 1, max(0, margin - x) where t is -1, their sum elsewhere; Relu, Where, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue HingeEmbedding(Operation operation, GraphBuilder graph)
    {
        (GraphValue x, GraphValue target) = (operation.Tensor(0), operation.Tensor(1));
        GraphValue margin = graph.Scalar((operation.Module as HingeEmbeddingLoss)?.margin ?? operation.Number("margin", 0), x.Type);
        GraphValue zero = graph.Scalar(0.0, x.Type);
        GraphValue apart = Reduction.Where(graph, Is(1), zero, Map(graph, "Relu", Map(graph, "Sub", margin, x)));
        return Reduce(operation, graph, Map(graph, "Add", apart, Reduction.Where(graph, Is(-1), zero, x)));

        GraphValue Is(double value) => Reduction.Compare(graph, "Equal", target, graph.Scalar(value, target.Type));
    }

    /// <summary>y = max(0, margin - t (x1 - x2)); Sub, Mul, Relu, https://onnx.ai/onnx/operators/onnx__Relu.html.</summary>
    private static GraphValue MarginRanking(Operation operation, GraphBuilder graph)
    {
        GraphValue ranked = Map(graph, "Mul", operation.Tensor(2), Map(graph, "Sub", operation.Tensor(0), operation.Tensor(1)));
        GraphValue margin = graph.Scalar((operation.Module as MarginRankingLoss)?.margin ?? operation.Number("margin", 0), ranked.Type);
        return Reduce(operation, graph, Map(graph, "Relu", Map(graph, "Sub", margin, ranked)));
    }

    private static GraphValue Map(GraphBuilder graph, string opType, params IReadOnlyList<GraphValue> operands) => Reduction.Map(graph, opType, operands);

    private static GraphValue Difference(Operation operation, GraphBuilder graph) =>
        Map(graph, "Sub", graph.Cast(operation.Tensor(0), operation.Result.Type), graph.Cast(operation.Tensor(1), operation.Result.Type));

    private static GraphValue OneMinus(GraphBuilder graph, GraphValue value) => Map(graph, "Sub", graph.Scalar(1.0, value.Type), value);

    private static GraphValue Weighted(Operation operation, GraphBuilder graph, GraphValue losses) =>
        Weight(operation, graph) is { } weight ? Map(graph, "Mul", losses, weight) : losses;

    // log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), which does not overflow. ONNX Runtime's Softplus knows no float64.
    private static GraphValue SoftPlus(GraphBuilder graph, GraphValue x)
    {
        GraphValue small = Map(graph, "Exp", Map(graph, "Neg", Map(graph, "Abs", x)));
        return Map(graph, "Add", Map(graph, "Relu", x), Map(graph, "Log", Map(graph, "Add", small, graph.Scalar(1.0, x.Type))));
    }

    // square d^2 within the bend, line (|d| - bend / 2) outside.
    private static GraphValue Bent(GraphBuilder graph, GraphValue difference, string within, double bend, double square, double line)
    {
        GraphValue size = Map(graph, "Abs", difference);
        GraphValue inside = Map(graph, "Mul", Map(graph, "Mul", difference, difference), Number(square));
        GraphValue outside = Map(graph, "Sub", size, Number(bend / 2));
        outside = line == 1 ? outside : Map(graph, "Mul", outside, Number(line));
        return Reduction.Where(graph, Reduction.Compare(graph, within, size, Number(bend)), inside, outside);

        GraphValue Number(double number) => graph.Scalar(number, difference.Type);
    }
}
