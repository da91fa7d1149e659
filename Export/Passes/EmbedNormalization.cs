using OnnxInit.Contracts.Data;
using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Passes;

/// <summary>Lets a graph take pixels, uint8 [N, C, H, W], and normalise them itself: Cast, Mul, Add, the same arithmetic as <see cref="Normalization"/>.</summary>
public static class EmbedNormalization
{
    /// <summary>The origin of the three nodes.</summary>
    internal static readonly Origin Origin = new(string.Empty, "normalization of pixels");

    /// <summary>Gives the graph with the normalisation before its first node.</summary>
    /// <param name="graph">A graph whose input is float32 [N, C, H, W].</param>
    /// <param name="normalization">One mean and one standard deviation per channel.</param>
    /// <exception cref="ArgumentException">The input is not of that kind, or has another number of channels.</exception>
    public static OnnxGraph Apply(OnnxGraph graph, Normalization normalization)
    {
        GraphValue input = graph.Inputs[0];
        if (input.Type != DataType.Float || input.Rank != 4 || input.Shape[1] != normalization.Mean.Count)
        {
            throw new ArgumentException($"Normalising pixels wants the input float[N, {normalization.Mean.Count}, H, W], and it is {input}.", nameof(graph));
        }

        HashSet<string> names = GraphNames.Of(graph);
        long[] perChannel = [1, normalization.Mean.Count, 1, 1];
        GraphConstant scale = GraphConstant.Of(GraphNames.Take(names, "normalization_scale"), perChannel, normalization.Scale());
        GraphConstant offset = GraphConstant.Of(GraphNames.Take(names, "normalization_offset"), perChannel, normalization.Offset());
        GraphNode cast = Node("Cast", "normalization_cast", [input.Name], new Dictionary<string, object> { ["to"] = (long)DataType.Float });
        GraphNode multiply = Node("Mul", "normalization_mul", [cast.Output.Name, scale.Name], new Dictionary<string, object>());
        GraphNode add = Node("Add", "normalized_input", [multiply.Output.Name, offset.Name], new Dictionary<string, object>());
        return graph with
        {
            Inputs = [input with { Type = DataType.Uint8 }, .. graph.Inputs.Skip(1)],
            Constants = [scale, offset, .. graph.Constants],
            Nodes = [cast, multiply, add, .. graph.Nodes.Select(node => node with
            {
                Inputs = [.. node.Inputs.Select(name => name == input.Name ? add.Output.Name : name)],
            })],
        };

        GraphNode Node(string opType, string path, string[] inputs, Dictionary<string, object> attributes)
        {
            string name = GraphNames.Take(names, path);
            return new(opType, name, inputs, [input with { Name = name }], attributes, Origin);
        }
    }
}
