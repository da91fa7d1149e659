using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>Keeps one of several constants that have the same type, shape and bytes: the first.</summary>
internal static class MergeDuplicateConstants
{
    /// <summary>Gives the graph without the duplicates.</summary>
    /// <param name="graph">The graph.</param>
    public static OnnxGraph Apply(OnnxGraph graph)
    {
        Dictionary<string, string> replacements = [];
        foreach (IGrouping<(TensorProto.Types.DataType, string), GraphConstant> alike in graph.Constants.GroupBy(constant => (constant.Type, string.Join(',', constant.Shape))).Where(group => group.Skip(1).Any()))
        {
            foreach (IGrouping<UInt128, GraphConstant> equal in alike.GroupBy(constant => constant.Data.Checksum).Where(group => group.Skip(1).Any()))
            {
                GraphConstant first = equal.First();
                foreach (GraphConstant other in equal.Skip(1).Where(other => HaveTheSameBytes(first.Data, other.Data)))
                {
                    replacements.Add(other.Name, first.Name);
                }
            }
        }

        return replacements.Count == 0 ? graph : graph with
        {
            Constants = [.. graph.Constants.Where(constant => !replacements.ContainsKey(constant.Name))],
            Nodes =
            [
                .. graph.Nodes.Select(node => node.Inputs.Any(replacements.ContainsKey)
                    ? node with { Inputs = [.. node.Inputs.Select(input => replacements.GetValueOrDefault(input, input))] }
                    : node),
            ],
        };
    }

    // What is too large for one look stays.
    private static bool HaveTheSameBytes(ConstantData a, ConstantData b) =>
        a.ByteCount == b.ByteCount && a.ByteCount <= int.MaxValue && a.Memory.Span.SequenceEqual(b.Memory.Span);
}
