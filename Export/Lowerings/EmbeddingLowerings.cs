using OnnxInit.Export.Graph;
using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Rows of a table by their numbers, one by one or in bags.</summary>
internal static class EmbeddingLowerings
{
    /// <summary>Registers the family.</summary>
    public static void Register(LoweringRegistry registry) => registry
        .Add<Embedding>(Embedding)
        .Add<EmbeddingBag>(EmbeddingBag);

    /// <summary>y = W[x]; W [rows, dim], x [...] -> y [..., dim]; Gather, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Embedding(Operation operation, GraphBuilder graph)
    {
        EmbeddingAttributes.RefuseMaxNorm(operation);
        return graph.Add("Gather", [graph.Constant("weight", EmbeddingAttributes.Weight(operation.Module!)), operation.Input], ("axis", 0L));
    }

    /// <summary>y = sum, mean or maximum of W[x] over each bag, of an empty one 0; W [rows, dim]; x [N, L], one bag a row, or x [n] with the bags' offsets [N] -> y [N, dim]. Gather and a Reduce of the padded bags; with offsets, a matrix of which number is in which bag.</summary>
    private static GraphValue EmbeddingBag(Operation operation, GraphBuilder graph)
    {
        EmbeddingAttributes attributes = EmbeddingAttributes.Of(operation);
        GraphValue rows = graph.Add("Gather", [graph.Constant("weight", EmbeddingAttributes.Weight(operation.Module!)), operation.Input], ("axis", 0L));
        GraphValue? kept = attributes.Padding is { } padding
            ? graph.Add("Not", [graph.Add("Equal", [operation.Input, graph.Scalar(padding, operation.Input.Type)])])
            : null;
        GraphValue? weights = operation.OptionalTensor("perSampleWeights", "per_sample_weights");
        GraphValue? offsets = operation.OptionalTensor("offsets");
        if (offsets is not null)
        {
            return OfOffsets(graph, attributes, rows, kept, weights, offsets);
        }

        return attributes.IncludesLastOffset
            ? throw operation.Unsupported("with include_last_offset, libtorch drops the last bag of a matrix", "Leave include_last_offset out, or give offsets")
            : OfRows(graph, attributes.Mode, weights is null ? rows : graph.Add("Mul", [rows, graph.Unsqueeze(weights, 2)]), kept);
    }

    /// <summary>rows [N, L, dim], kept [N, L] -> [N, dim].</summary>
    private static GraphValue OfRows(GraphBuilder graph, EmbeddingBagMode mode, GraphValue rows, GraphValue? kept)
    {
        long[] bag = [1];
        if (kept is null)
        {
            return NormalizationLowerings.Reduce(graph, mode switch { EmbeddingBagMode.Sum => "ReduceSum", EmbeddingBagMode.Mean => "ReduceMean", _ => "ReduceMax" }, rows, bag, keep: false);
        }

        GraphValue keeps = graph.Unsqueeze(kept, 2);
        if (mode == EmbeddingBagMode.Max)
        {
            return Maximum(graph, rows, keeps, 1);
        }

        GraphValue sum = NormalizationLowerings.Reduce(graph, "ReduceSum", graph.Add("Where", [keeps, rows, graph.Scalar(0.0, rows.Type)]), bag, keep: false);
        return mode == EmbeddingBagMode.Sum ? sum
            : Mean(graph, sum, NormalizationLowerings.Reduce(graph, "ReduceSum", graph.Cast(kept, rows.Type), bag, keep: true));
    }

    /// <summary>rows [n, dim], kept [n], offsets [N] -> [N, dim]; the number i is in bag b where offsets[b] &lt;= i &lt; offsets[b + 1].</summary>
    private static GraphValue OfOffsets(GraphBuilder graph, EmbeddingAttributes attributes, GraphValue rows, GraphValue? kept, GraphValue? weights, GraphValue offsets)
    {
        GraphValue given = graph.Cast(offsets, DataType.Int64);
        GraphValue all = graph.Sizes(rows.Shape[0]);
        GraphValue ends = Slice(given, 1, long.MaxValue);
        ends = attributes.IncludesLastOffset ? ends : graph.Add("Concat", [ends, all], ("axis", 0L));
        GraphValue starts = attributes.IncludesLastOffset ? Slice(given, 0, -1) : given;
        GraphValue positions = graph.Add("Range", [graph.Scalar(0L, DataType.Int64), graph.SizeScalar(rows.Shape[0]), graph.Scalar(1L, DataType.Int64)], DataType.Int64, [rows.Shape[0]]);
        GraphValue within = graph.Add("And",
            [graph.Add("LessOrEqual", [graph.Unsqueeze(starts, 1), positions]), graph.Add("Less", [positions, graph.Unsqueeze(ends, 1)])]);
        within = kept is null ? within : graph.Add("And", [within, kept]);
        if (attributes.Mode == EmbeddingBagMode.Max)
        {
            return Maximum(graph, graph.Unsqueeze(rows, 0), graph.Unsqueeze(within, 2), 1);
        }

        GraphValue members = graph.Cast(within, rows.Type);
        GraphValue sum = graph.Add("MatMul", [weights is null ? members : graph.Add("Mul", [members, weights]), rows]);
        return attributes.Mode == EmbeddingBagMode.Sum ? sum : Mean(graph, sum, NormalizationLowerings.Reduce(graph, "ReduceSum", members, [1], keep: true));

        GraphValue Slice(GraphValue of, long start, long end) => graph.Add("Slice", [of, graph.Integers(start), graph.Integers(end), graph.Integers(0)]);
    }

    private static GraphValue Mean(GraphBuilder graph, GraphValue sum, GraphValue counts) =>
        graph.Add("Div", [sum, graph.Add("Max", [counts, graph.Scalar(1.0, sum.Type)])]);

    /// <summary>The maximum of what is kept; 0 where nothing is.</summary>
    private static GraphValue Maximum(GraphBuilder graph, GraphValue rows, GraphValue kept, long axis)
    {
        GraphValue none = graph.Scalar(double.NegativeInfinity, rows.Type);
        GraphValue greatest = NormalizationLowerings.Reduce(graph, "ReduceMax", graph.Add("Where", [kept, rows, none]), [axis], keep: false);
        GraphValue counts = NormalizationLowerings.Reduce(graph, "ReduceSum", graph.Cast(kept, DataType.Float), [axis], keep: false);
        GraphValue any = graph.Cast(counts, DataType.Bool);
        return graph.Add("Where", [any, greatest, graph.Scalar(0.0, rows.Type)]);
    }
}
