using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Variances, standard deviations, covariances.</summary>
internal static class MomentLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("var", Variance)
        .Add("std", StandardDeviation)
        .AddMany("var_mean", VarianceAndMean)
        .AddMany("std_mean", StandardDeviationAndMean)
        .Add("cov", Covariance)
        .Add("corrcoef", Correlation);

    /// <summary>
    /// y = sum of (x - mean(x))^2 over axes / (n - 1), or / n where it is biased; ReduceMean, Sub, ReduceSumSquare and Div, or Mul and ReduceMean,
    /// https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html. TorchSharp's x.var(unbiased) over all axes ignores its argument and divides by n - 1.
    /// </summary>
    private static GraphValue Variance(Operation operation, GraphBuilder graph) =>
        Moments(operation, graph, operation.Flag("unbiased", true) || !HasAxes(operation)).Variance;

    /// <summary>y = sqrt(var(x)); as var, then Sqrt, https://onnx.ai/onnx/operators/onnx__Sqrt.html.</summary>
    private static GraphValue StandardDeviation(Operation operation, GraphBuilder graph) => Moments(operation, graph, operation.Flag("unbiased", true), root: true).Variance;

    /// <summary>var(x) and mean(x), over axes; as var.</summary>
    private static IReadOnlyList<GraphValue> VarianceAndMean(Operation operation, GraphBuilder graph)
    {
        (GraphValue variance, GraphValue mean) = Moments(operation, graph, operation.Flag("unbiased", true));
        return [variance, mean];
    }

    /// <summary>std(x) and mean(x), over axes; as std. TorchSharp's torch.var_mean(x) without axes is this, too.</summary>
    private static IReadOnlyList<GraphValue> StandardDeviationAndMean(Operation operation, GraphBuilder graph)
    {
        (GraphValue deviation, GraphValue mean) = Moments(operation, graph, operation.Flag("unbiased", true), root: true);
        return [deviation, mean];
    }

    /// <summary>y = (x - mean(x)) (x - mean(x))^T / (n - correction); x [variables, n] -> y [variables, variables]; x [n] -> y []; ReduceMean, Sub, Transpose, MatMul, Div, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue Covariance(Operation operation, GraphBuilder graph)
    {
        if (operation.Has("fweights") || operation.Has("aweights"))
        {
            throw operation.Unsupported("cov with weights has no counterpart", "Multiply and sum the deviations yourself");
        }

        RequireKnownRows(operation);
        return Covariance(graph, operation.Input, operation.Result, operation.Integer("correction", 1));
    }

    /// <summary>y = cov(x) / (std(x_i) std(x_j)), within -1 to 1; x [variables, n] -> y [variables, variables]; as cov, then ReduceSumSquare, Sqrt, Div, Clip, https://onnx.ai/onnx/operators/onnx__Clip.html.</summary>
    private static GraphValue Correlation(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        if (x.Rank < 2)
        {
            GraphValue variance = Covariance(graph, x, operation.Result, 1);
            return Reduction.Map(graph, "Div", variance, variance);
        }

        RequireKnownRows(operation);
        DataType wide = Reduction.Accumulator(operation.Result.Type);
        GraphValue deviations = Deviations(graph, graph.Cast(x, wide), [1]);
        GraphValue length = Reduction.Over(graph, "ReduceL2", deviations, [1], keep: true);
        GraphValue unit = Reduction.Map(graph, "Div", deviations, length);
        GraphValue product = graph.Add("MatMul", [unit, graph.Transpose(unit, 1, 0)], wide, [x.Shape[0], x.Shape[0]]);
        GraphValue clipped = graph.Add("Clip", [product, graph.Scalar(-1.0, wide), graph.Scalar(1.0, wide)], wide, product.Shape);
        return graph.Cast(graph.Reshape(clipped, operation.Result.Shape), operation.Result.Type);
    }

    private static void RequireKnownRows(Operation operation)
    {
        if (operation.Input.Rank == 2 && !operation.Input.Shape[0].IsStatic)
        {
            throw operation.Unsupported($"the result of {operation.Name} has no axes where there is one variable, and there are {operation.Input.Shape[0]}", "Make the axis of the variables static");
        }
    }

    private static bool HasAxes(Operation operation) => operation.Has("dim", "dims", "dimensions");

    // Computed in float32 where the type is smaller, as PyTorch does: squares of float16 leave its range.
    private static (GraphValue Variance, GraphValue Mean) Moments(Operation operation, GraphBuilder graph, bool unbiased, bool root = false)
    {
        DataType type = operation.Results[0].Type;
        GraphValue x = graph.Cast(operation.Input, Reduction.Accumulator(type));
        int[] axes = Reduction.Axes(operation, x.Rank);
        bool keep = operation.Flag("keepdim");
        GraphValue mean = Reduction.Over(graph, "ReduceMean", x, axes, keep: true);
        GraphValue deviations = Reduction.Map(graph, "Sub", x, mean);
        GraphValue variance = unbiased
            ? Reduction.Map(graph, "Div", Reduction.Over(graph, "ReduceSumSquare", deviations, axes, keep), Divisor(graph, Reduction.Count(x, axes) - 1, x.Type))
            : Reduction.Over(graph, "ReduceMean", Reduction.Map(graph, "Mul", deviations, deviations), axes, keep);
        variance = root ? Reduction.Map(graph, "Sqrt", variance) : variance;
        mean = operation.Results.Count == 1 ? mean : keep ? mean : graph.Squeeze(mean, axes);
        return (graph.Cast(variance, type), graph.Cast(mean, type));
    }

    private static GraphValue Covariance(GraphBuilder graph, GraphValue x, ValueInfo result, long correction)
    {
        DataType wide = Reduction.Accumulator(result.Type);
        GraphValue rows = graph.Cast(x, wide);
        rows = x.Rank < 2 ? graph.Unsqueeze(rows, [.. Enumerable.Range(0, 2 - x.Rank)]) : rows;
        GraphValue deviations = Deviations(graph, rows, [1]);
        GraphValue product = graph.Add("MatMul", [deviations, graph.Transpose(deviations, 1, 0)], wide, [rows.Shape[0], rows.Shape[0]]);
        GraphValue covariance = Reduction.Map(graph, "Div", product, Divisor(graph, rows.Shape[1] - correction, wide));
        return graph.Cast(graph.Reshape(covariance, result.Shape), result.Type);
    }

    private static GraphValue Deviations(GraphBuilder graph, GraphValue x, int[] axes) =>
        Reduction.Map(graph, "Sub", x, Reduction.Over(graph, "ReduceMean", x, axes, keep: true));

    // PyTorch divides by no less than 0.
    private static GraphValue Divisor(GraphBuilder graph, Dimension count, DataType type) => count.IsStatic
        ? graph.Scalar((double)Math.Max(0, count.Size), type)
        : Reduction.Map(graph, "Max", graph.Scalar(count, type), graph.Scalar(0.0, type));
}
