using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization.Float16;

/// <summary>
/// Rewrites a float32 graph to compute in float16: constants rounded, a Cast wherever a value goes from one type to the other, inputs
/// and outputs as they were. Every value keeps its name in the type in which its node gives it.
/// </summary>
internal sealed class Float16Writer
{
    private readonly ModelGraph _graph;
    private readonly IReadOnlyDictionary<string, DataType> _types;
    private readonly HashSet<NodeProto> _kept;
    private readonly HashSet<string> _singleConstants;
    private readonly Dictionary<(string Name, DataType Type), string> _forms = [];
    private readonly List<NodeProto> _nodes = [];

    private Float16Writer(ModelGraph graph, IReadOnlyDictionary<string, DataType> types)
    {
        _graph = graph;
        _types = types;
        _kept = Float16Operators.Kept(graph, types);
        _singleConstants = [.. _kept.SelectMany(node => node.Input), .. graph.Captured, .. graph.Outputs];
    }

    /// <summary>Rewrites the graph.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="types">The element types of its values.</param>
    /// <returns>The values and constants that now are float16, by the names that they had.</returns>
    public static IReadOnlyCollection<string> Apply(ModelGraph graph, IReadOnlyDictionary<string, DataType> types)
    {
        Float16Writer writer = new(graph, types);
        writer.Write();
        graph.Replace(writer._nodes);
        HashSet<string> halves = [.. writer._forms.Where(form => form.Key.Type == DataType.Float16).Select(form => form.Key.Name)];
        foreach (ValueInfoProto value in graph.Model.Graph.ValueInfo.Where(value => value.Type?.TensorType is not null && writer._forms.GetValueOrDefault((value.Name, DataType.Float16)) == value.Name))
        {
            value.Type.TensorType.ElemType = (int)DataType.Float16;
        }

        return halves;
    }

    private void Write()
    {
        foreach (string input in _graph.Model.Graph.Input.Select(input => input.Name).Where(IsFloat))
        {
            _forms[(input, DataType.Float)] = input;
        }

        foreach (NodeProto node in _graph.Nodes.ToList())
        {
            DataType type = _kept.Contains(node) ? DataType.Float : DataType.Float16;
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = IsFloat(node.Input[i]) ? Form(node.Input[i], type) : node.Input[i];
            }

            _nodes.Add(node);
            foreach ((int i, string output) in node.Output.Index().Where(output => IsFloat(output.Item)).ToList())
            {
                WriteOutput(node, i, output, type);
            }

            if (type == DataType.Float16)
            {
                ConvertAttributes(node);
            }
        }
    }

    private void WriteOutput(NodeProto node, int index, string output, DataType type)
    {
        if (type == DataType.Float16 && _graph.IsPinned(output))
        {
            string half = _graph.NewName($"{output}_float16");
            node.Output[index] = half;
            _forms[(output, DataType.Float16)] = half;
            _forms[(output, DataType.Float)] = output;
            _nodes.Add(Cast(half, output, DataType.Float));
        }
        else
        {
            _forms[(output, type)] = output;
        }
    }

    // A value or constant in a type; made where it has not been needed before.
    private string Form(string name, DataType type)
    {
        if (_forms.TryGetValue((name, type), out string? known))
        {
            return known;
        }

        if (!_graph.Constants.TryGetValue(name, out TensorProto? constant))
        {
            string form = _graph.NewName(type == DataType.Float16 ? $"{name}_float16" : $"{name}_float");
            _nodes.Add(Cast(_forms[(name, type == DataType.Float ? DataType.Float16 : DataType.Float)], form, type));
            return _forms[(name, type)] = form;
        }

        if (type == DataType.Float16)
        {
            Half[] values = [.. TensorData.Floats(constant).Select(value => (Half)value)];
            string half = _singleConstants.Contains(name) ? _graph.NewName($"{name}_float16") : name;
            _graph.Constants[half] = TensorData.Of(half, values, constant.Dims);
            return _forms[(name, type)] = half;
        }

        return _forms[(name, type)] = name;
    }

    private static void ConvertAttributes(NodeProto node)
    {
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (attribute.Name is "to" or "dtype" && attribute.I == (int)DataType.Float)
            {
                attribute.I = (int)DataType.Float16;
            }
            else if (attribute.T is { DataType: (int)DataType.Float } tensor)
            {
                attribute.T = TensorData.Of(tensor.Name, [.. TensorData.Floats(tensor).Select(value => (Half)value)], tensor.Dims);
            }
        }
    }

    private bool IsFloat(string name) => _types.GetValueOrDefault(name) == DataType.Float;

    private NodeProto Cast(string from, string to, DataType type) => NodeAttributes.Node("Cast", _graph.NewName($"{to}_Cast"), [from], to, ("to", (long)type));
}
