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
}
