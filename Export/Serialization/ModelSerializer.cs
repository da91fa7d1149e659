using System.Reflection;
using Google.Protobuf;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;

namespace OnnxInit.Export.Serialization;

/// <summary>Writes a graph as the protobuf messages of ONNX. Everything is in a fixed order, so that the same graph gives the same bytes.</summary>
internal static class ModelSerializer
{
    private const string Producer = "OnnxInit";

    private static readonly string ProducerVersion =
        typeof(ModelSerializer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Writes a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">Opset and metadata.</param>
    public static ModelProto Serialize(OnnxGraph graph, ExportOptions options)
    {
        ModelProto model = new()
        {
            IrVersion = OnnxVersions.IrVersion(options.Opset),
            ProducerName = Producer,
            ProducerVersion = ProducerVersion,
            Graph = new() { Name = graph.Name },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = options.Opset });
        model.MetadataProps.AddRange(options.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        model.Graph.Input.AddRange(graph.Inputs.Select(Describe));
        model.Graph.Output.AddRange(graph.Outputs.Select(Describe));
        model.Graph.ValueInfo.AddRange(graph.Nodes.SelectMany(node => node.Outputs).Where(value => value.Name.Length > 0 && graph.Outputs.All(output => output.Name != value.Name)).Select(Describe));
        model.Graph.Initializer.AddRange(graph.Constants.Select(Write));
        model.Graph.Node.AddRange(graph.Nodes.Select(Write));
        return model;
    }

    private static ValueInfoProto Describe(GraphValue value)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(value.Shape.Select(axis => axis.IsStatic
            ? new TensorShapeProto.Types.Dimension { DimValue = axis.Size }
            : axis.IsUnknown ? new() : new TensorShapeProto.Types.Dimension { DimParam = axis.ToString() }));
        return new() { Name = value.Name, Type = new() { TensorType = new() { ElemType = (int)value.Type, Shape = shape } } };
    }

    private static TensorProto Write(GraphConstant constant)
    {
        TensorProto tensor = new() { Name = constant.Name, DataType = (int)constant.Type, RawData = UnsafeByteOperations.UnsafeWrap(constant.Data.Memory) };
        tensor.Dims.AddRange(constant.Shape);
        return tensor;
    }

    private static NodeProto Write(GraphNode node)
    {
        NodeProto proto = new() { OpType = node.OpType, Name = node.Name, Domain = node.Domain, DocString = node.Origin.ToString() };
        proto.Input.AddRange(node.Inputs);
        proto.Output.AddRange(node.Outputs.Select(output => output.Name));
        proto.Attribute.AddRange(node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Write(pair.Key, pair.Value)));
        return proto;
    }

    private static AttributeProto Write(string name, object value)
    {
        AttributeProto attribute = new() { Name = name };
        switch (value)
        {
            case long number:
                attribute.Type = AttributeType.Int;
                attribute.I = number;
                break;
            case float number:
                attribute.Type = AttributeType.Float;
                attribute.F = number;
                break;
            case string text:
                attribute.Type = AttributeType.String;
                attribute.S = ByteString.CopyFromUtf8(text);
                break;
            case long[] numbers:
                attribute.Type = AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            case float[] numbers:
                attribute.Type = AttributeType.Floats;
                attribute.Floats.AddRange(numbers);
                break;
            case string[] texts:
                attribute.Type = AttributeType.Strings;
                attribute.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            default:
                throw new ArgumentException($"The attribute '{name}' is a {value.GetType().Name}; expected long, float, string or an array of these.", nameof(value));
        }

        return attribute;
    }
}
