using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Sums, means, products, the greatest and the smallest: one value out of many.</summary>
internal static class ReductionLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("sum", Sum)
        .Add("nansum", NanSum)
        .Add("mean", Mean)
        .Add("prod", Product)
        .Add("logsumexp", LogSumExp)
        .Add("amax", GreatestOf)
        .Add("amin", SmallestOf)
        .AddMany("aminmax", SmallestAndGreatest)
        .Add("argmax", ArgMax)
        .Add("argmin", ArgMin)
        .Add("all", All)
        .Add("any", Any)
        .Add("count_nonzero", CountNonZero);

    /// <summary>max(x), and max(x, dim): the values and the indices of the first of them; ReduceMax and ArgMax, https://onnx.ai/onnx/operators/onnx__ReduceMax.html.</summary>
    public static IReadOnlyList<GraphValue> Max(Operation operation, GraphBuilder graph) => Extreme(operation, graph, "ReduceMax", "ArgMax");

    /// <summary>min(x), and min(x, dim): the values and the indices of the first of them; ReduceMin and ArgMin, https://onnx.ai/onnx/operators/onnx__ReduceMin.html.</summary>
    public static IReadOnlyList<GraphValue> Min(Operation operation, GraphBuilder graph) => Extreme(operation, graph, "ReduceMin", "ArgMin");

    /// <summary>y = sum of x over axes, integers as int64; ReduceSum, https://onnx.ai/onnx/operators/onnx__ReduceSum.html.</summary>
    private static GraphValue Sum(Operation operation, GraphBuilder graph) => Reduce(operation, graph, "ReduceSum");

    /// <summary>y = sum of what is a number in x; Where(IsNaN(x), 0, x), ReduceSum, https://onnx.ai/onnx/operators/onnx__ReduceSum.html.</summary>
    private static GraphValue NanSum(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        if (x.Type.IsFloating())
        {
            GraphValue wide = x.Type == DataType.Bfloat16 ? graph.Cast(x, DataType.Float) : x;
            GraphValue nan = graph.Add("IsNaN", [wide], DataType.Bool, x.Shape);
            x = graph.Cast(Reduction.Where(graph, nan, graph.Scalar(0.0, wide.Type), wide), operation.Result.Type);
        }

        return Reduction.Over(graph, "ReduceSum", graph.Cast(x, operation.Result.Type), Reduction.Axes(operation, x.Rank), operation.Flag("keepdim"));
    }

    /// <summary>y = mean of x over axes; ReduceMean, https://onnx.ai/onnx/operators/onnx__ReduceMean.html.</summary>
    private static GraphValue Mean(Operation operation, GraphBuilder graph) => Reduce(operation, graph, "ReduceMean");

    /// <summary>y = product of x over axes, integers as int64; ReduceProd, https://onnx.ai/onnx/operators/onnx__ReduceProd.html.</summary>
    private static GraphValue Product(Operation operation, GraphBuilder graph) => Reduce(operation, graph, "ReduceProd");

    /// <summary>y = log(sum of exp(x) over axes); ReduceLogSumExp, https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html.</summary>
    private static GraphValue LogSumExp(Operation operation, GraphBuilder graph) => Reduce(operation, graph, "ReduceLogSumExp");

    /// <summary>y = the greatest of x over axes; ReduceMax, https://onnx.ai/onnx/operators/onnx__ReduceMax.html.</summary>
    private static GraphValue GreatestOf(Operation operation, GraphBuilder graph) => Reduce(operation, graph, "ReduceMax");

    /// <summary>y = the smallest of x over axes; ReduceMin, https://onnx.ai/onnx/operators/onnx__ReduceMin.html.</summary>
    private static GraphValue SmallestOf(Operation operation, GraphBuilder graph) => Reduce(operation, graph, "ReduceMin");

    /// <summary>The smallest and the greatest of x over an axis, or all where none or -1 is given, as TorchSharp has it; ReduceMin and ReduceMax, https://onnx.ai/onnx/operators/onnx__ReduceMin.html.</summary>
    private static IReadOnlyList<GraphValue> SmallestAndGreatest(Operation operation, GraphBuilder graph)
    {
        long dim = operation.Integer("dim", -1);
        int[] axes = Reduction.Axes(dim == -1 ? [] : [dim], operation.Input.Rank);
        bool keep = operation.Flag("keepdim");
        return [Reduction.Over(graph, "ReduceMin", operation.Input, axes, keep), Reduction.Over(graph, "ReduceMax", operation.Input, axes, keep)];
    }

    /// <summary>y = the index of the greatest of x along an axis or of all, the first among equals; ArgMax, https://onnx.ai/onnx/operators/onnx__ArgMax.html.</summary>
    private static GraphValue ArgMax(Operation operation, GraphBuilder graph) => Arg(operation, graph, "ArgMax");

    /// <summary>y = the index of the smallest of x along an axis or of all, the first among equals; ArgMin, https://onnx.ai/onnx/operators/onnx__ArgMin.html.</summary>
    private static GraphValue ArgMin(Operation operation, GraphBuilder graph) => Arg(operation, graph, "ArgMin");

    /// <summary>y = whether all of x is true; ReduceMin of truth values, below opset 20 as integers, https://onnx.ai/onnx/operators/onnx__ReduceMin.html.</summary>
    private static GraphValue All(Operation operation, GraphBuilder graph) => Quantify(operation, graph, "ReduceMin");

    /// <summary>y = whether any of x is true; ReduceMax of truth values, below opset 20 as integers, https://onnx.ai/onnx/operators/onnx__ReduceMax.html.</summary>
    private static GraphValue Any(Operation operation, GraphBuilder graph) => Quantify(operation, graph, "ReduceMax");

    /// <summary>y = how many of x are not 0, over axes; ReduceSum of truth values as int64, https://onnx.ai/onnx/operators/onnx__ReduceSum.html.</summary>
    private static GraphValue CountNonZero(Operation operation, GraphBuilder graph)
    {
        GraphValue ones = graph.Cast(graph.Cast(operation.Input, DataType.Bool), DataType.Int64);
        return Reduction.Over(graph, "ReduceSum", ones, Reduction.Axes(operation, ones.Rank));
    }

    private static GraphValue Reduce(Operation operation, GraphBuilder graph, string opType)
    {
        GraphValue x = graph.Cast(operation.Input, operation.Result.Type);
        return Reduction.Over(graph, opType, x, Reduction.Axes(operation, x.Rank), operation.Flag("keepdim"));
    }

    private static IReadOnlyList<GraphValue> Extreme(Operation operation, GraphBuilder graph, string reduce, string arg)
    {
        GraphValue x = operation.Input;
        if (operation.Results.Count == 1)
        {
            return [Reduction.Over(graph, reduce, x, Reduction.Axes([], x.Rank))];
        }

        int axis = operation.Axis("dim", x.Rank);
        bool keep = operation.Flag("keepdim");
        return [Reduction.Over(graph, reduce, x, x.Rank == 0 ? [] : [axis], keep), Reduction.Arg(graph, arg, x, axis, keep)];
    }

    private static GraphValue Arg(Operation operation, GraphBuilder graph, string opType)
    {
        GraphValue x = operation.Input;
        return operation.Has("dim")
            ? Reduction.Arg(graph, opType, x, operation.Axis("dim", x.Rank), operation.Flag("keepdim"))
            : Reduction.Arg(graph, opType, x.Rank == 0 ? x : graph.Reshape(x, [Dimension.Product(x.Shape)]), 0, keep: false);
    }

    private static GraphValue Quantify(Operation operation, GraphBuilder graph, string opType)
    {
        GraphValue truth = graph.Cast(operation.Input, DataType.Bool);
        return graph.Cast(Reduction.Over(graph, opType, truth, Reduction.Axes(operation, truth.Rank), operation.Flag("keepdim")), operation.Result.Type);
    }
}
