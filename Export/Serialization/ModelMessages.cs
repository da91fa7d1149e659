using System.Reflection;
using Google.Protobuf;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;

namespace OnnxInit.Export.Serialization;

/// <summary>
/// A graph as the protobuf messages of ONNX, all but the weights' bytes, in the four pieces that stand before, between and after them
/// in a file. Everything is in a fixed order, so that the same graph gives the same bytes.
/// </summary>
/// <param name="ModelBefore">The model's fields before its graph.</param>
/// <param name="GraphBefore">The graph's fields before its constants.</param>
/// <param name="GraphAfter">The graph's fields after its constants.</param>
/// <param name="ModelAfter">The model's fields after its graph.</param>
internal sealed record ModelMessages(ModelProto ModelBefore, GraphProto GraphBefore, GraphProto GraphAfter, ModelProto ModelAfter)
{
    private const string Producer = "OnnxInit";
    private const long NodeMetadataSince = 10; // the IR version

    private static readonly string ProducerVersion =
        typeof(ModelMessages).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Writes a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="metadata">Texts for <c>metadata_props</c>.</param>
    public static ModelMessages Of(OnnxGraph graph, IReadOnlyDictionary<string, string> metadata)
    {
        ModelProto before = new() { IrVersion = OnnxVersions.IrVersion(graph.Opset), ProducerName = Producer, ProducerVersion = ProducerVersion };

        ModelProto after = new();
        after.OpsetImport.Add(new OperatorSetIdProto { Version = graph.Opset });
        after.OpsetImport.AddRange(graph.Nodes.Select(node => node.Domain).Where(domain => domain.Length > 0).Distinct().Order(StringComparer.Ordinal)
            .Select(domain => new OperatorSetIdProto { Domain = domain, Version = 1 }));
        after.MetadataProps.AddRange(metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Property(pair.Key, pair.Value)));

        GraphProto nodes = new() { Name = graph.Name };
        nodes.Node.AddRange(graph.Nodes.Select(node => Write(node, withMetadata: before.IrVersion >= NodeMetadataSince)));

        GraphProto values = new();
        HashSet<string> outputs = [.. graph.Outputs.Select(output => output.Name)];
        values.Input.AddRange(graph.Inputs.Select(Describe));
        values.Output.AddRange(graph.Outputs.Select(Describe));
        values.ValueInfo.AddRange(graph.Nodes.SelectMany(node => node.Outputs).Where(value => value.Name.Length > 0 && !outputs.Contains(value.Name)).Select(Describe));
        return new(before, nodes, values, after);
    }

    /// <summary>A constant without its bytes.</summary>
    /// <param name="constant">The constant.</param>
    public static TensorProto Describe(GraphConstant constant)
    {
        TensorProto tensor = new() { Name = constant.Name, DataType = (int)constant.Type };
        tensor.Dims.AddRange(constant.Shape);
        return tensor;
    }

    /// <summary>A key and its value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public static StringStringEntryProto Property(string key, string value) => new() { Key = key, Value = value };

    /// <summary>The whole model.</summary>
    /// <param name="constants">The constants, with their bytes.</param>
    public ModelProto Whole(IEnumerable<TensorProto> constants)
    {
        ModelProto model = ModelBefore.Clone();
        model.MergeFrom(ModelAfter);
        model.Graph = GraphBefore.Clone();
        model.Graph.MergeFrom(GraphAfter);
        model.Graph.Initializer.AddRange(constants);
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

    private static NodeProto Write(GraphNode node, bool withMetadata)
    {
        NodeProto proto = new() { OpType = node.OpType, Name = node.Name, Domain = node.Domain, DocString = node.Origin.ToString() };
        proto.Input.AddRange(node.Inputs);
        proto.Output.AddRange(node.Outputs.Select(output => output.Name));
        proto.Attribute.AddRange(node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Write(pair.Key, pair.Value)));
        if (withMetadata)
        {
            (string Key, string Value)[] origin = [("module", node.Origin.ModulePath), ("operation", node.Origin.Operation), ("source", node.Origin.Source ?? string.Empty)];
            proto.MetadataProps.AddRange(origin.Where(property => property.Value.Length > 0).Select(property => Property(property.Key, property.Value)));
        }

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
