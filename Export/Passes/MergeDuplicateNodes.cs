using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>Computes once what several nodes compute: of nodes with one operator, the same inputs and attributes, the first stays.</summary>
internal static class MergeDuplicateNodes
{
    private static readonly HashSet<string> Random = ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout"];

    /// <summary>Gives the graph without the duplicates.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        GraphRewriter rewriter = new(graph);
        Dictionary<GraphNode, GraphNode> first = new(graph.Nodes.Count, SameComputation.Comparer);
        foreach (GraphNode original in graph.Nodes)
        {
            GraphNode node = rewriter.Resolve(original);
            if ((node.Domain.Length > 0 || !Random.Contains(node.OpType)) && !first.TryAdd(node, node) && TryReplaceAll(node, first[node]))
            {
                continue;
            }

            rewriter.Add(node);
        }

        return rewriter.Build();

        // Of several outputs all are replaced or none.
        bool TryReplaceAll(GraphNode node, GraphNode by) =>
            node.Outputs.Count == 1 || !node.Outputs.Any(output => graph.Outputs.Any(wanted => wanted.Name == output.Name))
                ? node.Outputs.Zip(by.Outputs).Where(pair => pair.First.Name.Length > 0).All(pair => rewriter.TryReplace(pair.First.Name, pair.Second.Name))
                : false;
    }

    private sealed class SameComputation : IEqualityComparer<GraphNode>
    {
        public static readonly SameComputation Comparer = new();

        public bool Equals(GraphNode? x, GraphNode? y) =>
            x!.OpType == y!.OpType && x.Domain == y.Domain && x.Inputs.SequenceEqual(y.Inputs)
            && x.Outputs.Count == y.Outputs.Count && x.Outputs.Zip(y.Outputs).All(pair => pair.First.Type == pair.Second.Type && (pair.First.Name.Length == 0) == (pair.Second.Name.Length == 0))
            && x.Attributes.Count == y.Attributes.Count && x.Attributes.All(pair => y.Attributes.TryGetValue(pair.Key, out object? other) && AreEqual(pair.Value, other));

        public int GetHashCode(GraphNode obj)
        {
            HashCode hash = default;
            hash.Add(obj.OpType);
            foreach (string input in obj.Inputs)
            {
                hash.Add(input);
            }

            int attributes = 0;
            foreach ((string name, object value) in obj.Attributes)
            {
                attributes ^= HashCode.Combine(name, value is Array list ? list.Length : value.GetHashCode()); // in any order
            }

            hash.Add(attributes);
            return hash.ToHashCode();
        }

        private static bool AreEqual(object a, object b) => (a, b) switch
        {
            (long[] left, long[] right) => left.AsSpan().SequenceEqual(right),
            (float[] left, float[] right) => left.Select(BitConverter.SingleToInt32Bits).SequenceEqual(right.Select(BitConverter.SingleToInt32Bits)),
            (string[] left, string[] right) => left.AsSpan().SequenceEqual(right),
            (float left, float right) => BitConverter.SingleToInt32Bits(left) == BitConverter.SingleToInt32Bits(right), // 0 is not -0
            _ => a.Equals(b),
        };
    }
}
