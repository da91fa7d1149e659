using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>Reads and makes nodes.</summary>
internal static class NodeAttributes
{
    public static bool Is(this NodeProto node, params ReadOnlySpan<string> types) => node.Domain is "" or "ai.onnx" && types.Contains(node.OpType);

    public static long Integer(this NodeProto node, string name, long otherwise = 0) => Find(node, name)?.I ?? otherwise;

    public static float Number(this NodeProto node, string name, float otherwise) => Find(node, name)?.F ?? otherwise;

    public static AttributeProto? Find(this NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    /// <summary>Whether there is an input at an index: optional ones are left out, or empty.</summary>
    public static bool HasInput(this NodeProto node, int index) => node.Input.Count > index && node.Input[index].Length > 0;

    /// <summary>The bodies of loops and branches.</summary>
    public static IEnumerable<GraphProto> Bodies(this NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G));

    /// <summary>The node for people: its name, its operator, and the module that its doc string names.</summary>
    public static string Describe(this NodeProto node)
    {
        string name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(string.Empty);
        return node.DocString.Length == 0 ? $"'{name}' ({node.OpType})" : $"'{name}' ({node.OpType} of {node.DocString})";
    }

    public static NodeProto Node(string type, string name, IEnumerable<string> inputs, string output, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        NodeProto node = new() { OpType = type, Name = name };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach ((string key, long value) in attributes)
        {
            node.Attribute.Add(new AttributeProto { Name = key, Type = AttributeType.Int, I = value });
        }

        return node;
    }
}
