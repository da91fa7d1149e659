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
        Dictionary<(TensorProto.Types.DataType, UInt128), List<GraphConstant>> alike = new(graph.Constants.Count);
        foreach (GraphConstant constant in graph.Constants)
        {
            if (!alike.TryAdd((constant.Type, constant.Data.Checksum), [constant]))
            {
                List<GraphConstant> known = alike[(constant.Type, constant.Data.Checksum)];
                if (known.Find(other => other.Shape.SequenceEqual(constant.Shape) && other.Data.HasBytesOf(constant.Data)) is { } first)
                {
                    replacements.Add(constant.Name, first.Name);
                }
                else
                {
                    known.Add(constant);
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
}
