using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Passes;

/// <summary>
/// Leaves out what changes nothing - Identity, Cast to the own type, Reshape and Expand to the own shape, Concat of one value, pairs of
/// Transpose, of Squeeze and Unsqueeze that undo each other - and makes one of two: Reshape after Reshape, Transpose after Transpose,
/// Cast after a Cast that loses nothing.
/// </summary>
internal static class Simplify
{
    // A longer row of nodes that only rearrange the shape is looked through to this depth, so that the work stays linear.
    private const int LongestRow = 8;

    private static readonly HashSet<string> Simplifiable = ["Identity", "Concat", "Expand", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten"];

    /// <summary>Gives the simplified graph. What nothing reads any more stays, for <see cref="RemoveDead"/>.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        GraphRewriter rewriter = new(graph);
        foreach (GraphNode original in graph.Nodes)
        {
            GraphNode node = rewriter.Resolve(original);
            string? same = null;
            if (node.Domain.Length == 0 && node.Outputs.Count == 1 && Simplifiable.Contains(node.OpType) && rewriter.Find(node.Inputs[0]) is { } input)
            {
                (node, same) = Simplified(node, input, rewriter);
            }

            if (same is not null && rewriter.TryReplace(node.Output.Name, same))
            {
                continue;
            }

            if (same is not null)
            {
                node = node with { OpType = "Identity", Inputs = [same], Attributes = NodeAttributes.None };
            }

            rewriter.Add(node);
        }

        return rewriter.Build();
    }

    // The node in simpler form, and the value that equals its result where there is one.
    private static (GraphNode Node, string? Same) Simplified(GraphNode node, GraphValue input, GraphRewriter rewriter) => node.OpType switch
    {
        "Identity" => (node, input.Name),
        "Concat" => (node, node.Inputs.Count == 1 ? input.Name : null),
        "Expand" => (node, HaveOneShape(input, node.Output) ? input.Name : null),
        "Cast" => Cast(node, input, rewriter),
        "Transpose" => Transpose(node, input, rewriter),
        "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" => Rearrangement(node, input, rewriter),
        _ => (node, null),
    };

    private static (GraphNode Node, string? Same) Cast(GraphNode node, GraphValue input, GraphRewriter rewriter)
    {
        if (rewriter.Producer(input.Name) is { } first && first.Is("Cast") && rewriter.Find(first.Inputs[0]) is { } origin && LosesNothing(origin.Type, input.Type))
        {
            input = origin;
            node = node with { Inputs = [origin.Name] };
        }

        return (node, input.Type == (DataType)node.Integer("to") ? input.Name : null);
    }

    private static (GraphNode Node, string? Same) Transpose(GraphNode node, GraphValue input, GraphRewriter rewriter)
    {
        long[] order = Order(node, input.Rank);
        string name = input.Name;
        if (rewriter.Producer(name) is { } first && first.Is("Transpose"))
        {
            long[] before = Order(first, input.Rank);
            order = [.. order.Select(axis => before[axis])];
            name = first.Inputs[0];
            node = node with { Inputs = [name], Attributes = new Dictionary<string, object> { ["perm"] = order } };
        }

        return (node, order.Select((axis, i) => axis == i).All(stays => stays) ? name : null);
    }

    private static (GraphNode Node, string? Same) Rearrangement(GraphNode node, GraphValue input, GraphRewriter rewriter)
    {
        // Every value that this one is a mere rearrangement of, from the nearest to the farthest.
        string? same = HaveOneShape(input, node.Output) ? input.Name : null;
        GraphValue origin = input;
        for (int i = 0; i < LongestRow && rewriter.Producer(origin.Name) is { } before && before.Is("Reshape", "Squeeze", "Unsqueeze", "Flatten")
            && rewriter.Find(before.Inputs[0]) is { } earlier; i++)
        {
            origin = earlier;
            same = HaveOneShape(origin, node.Output) ? origin.Name : same;
        }

        if (same is null && origin != input && node.OpType == "Reshape" && MeansTheSame(rewriter.Find(node.Inputs[1]), input, origin, node.Integer("allowzero") != 0))
        {
            node = node with { Inputs = [origin.Name, node.Inputs[1]] };
        }

        return (node, same);
    }

    // A 0 in the target of a Reshape copies the size of an axis of its input; a size that is known at run time only may be 0 then.
    private static bool MeansTheSame(GraphValue? target, GraphValue input, GraphValue origin, bool zeroIsASize)
    {
        IReadOnlyList<Dimension>? sizes = target?.Constant is { Type: DataType.Int64 } constant ? [.. constant.Integers.ToArray().Select(size => (Dimension)size)] : target?.Contents;
        return sizes is not null && (zeroIsASize || sizes.Select((size, axis) => (size.IsStatic && size.Size != 0)
            || (axis < input.Rank && axis < origin.Rank && !input.Shape[axis].IsUnknown && input.Shape[axis] == origin.Shape[axis])).All(holds => holds));
    }

    private static bool HaveOneShape(GraphValue a, GraphValue b) => a.Rank == b.Rank && a.Shape.SequenceEqual(b.Shape) && !a.Shape.Any(size => size.IsUnknown);

    private static long[] Order(GraphNode transpose, int rank) => transpose.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];

    // Whether every number of one type is one of the other.
    private static bool LosesNothing(DataType from, DataType to) => from == to || (from, to) switch
    {
        (DataType.Bool, _) => true,
        (DataType.Uint8, DataType.Int16 or DataType.Int32 or DataType.Int64 or DataType.Uint16 or DataType.Uint32 or DataType.Uint64 or DataType.Float16 or DataType.Bfloat16 or DataType.Float or DataType.Double) => true,
        (DataType.Int8, DataType.Int16 or DataType.Int32 or DataType.Int64 or DataType.Float16 or DataType.Bfloat16 or DataType.Float or DataType.Double) => true,
        (DataType.Int16, DataType.Int32 or DataType.Int64 or DataType.Float or DataType.Double) => true,
        (DataType.Int32, DataType.Int64 or DataType.Double) => true,
        (DataType.Float16 or DataType.Bfloat16, DataType.Float or DataType.Double) => true,
        (DataType.Float, DataType.Double) => true,
        _ => false,
    };
}
