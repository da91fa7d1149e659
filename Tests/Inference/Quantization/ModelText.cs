using System.Globalization;
using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Inference.Quantization;
using OnnxInit.Tests.Export.Passes;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>Models as text: <c>output = Operator(inputs, attribute=value)</c>, a line per node.</summary>
internal static class ModelText
{
    /// <summary>A float32 model from the text of <see cref="GraphText"/>.</summary>
    public static ModelProto Parse(string graph, int opset = 17) => ExportedModel.Create(GraphText.Parse(graph, opset), new(), new([])).Model;

    /// <summary>The nodes.</summary>
    public static string Nodes(ModelProto model) => string.Join("\n", model.Graph.Node.Select(Line));

    /// <summary>A constant: its type, its shape, its elements.</summary>
    public static string Constant(ModelProto model, string name)
    {
        TensorProto tensor = model.Graph.Initializer.Single(constant => constant.Name == name);
        return $"{((DataType)tensor.DataType).ToString().ToLowerInvariant()}[{string.Join(", ", tensor.Dims)}] = [{string.Join(", ", Elements(tensor))}]";
    }

    private static string Line(NodeProto node) =>
        $"{string.Join(", ", node.Output)} = {node.OpType}({string.Join(", ", node.Input.Concat(node.Attribute.Select(Attribute)))})";

    private static string Attribute(AttributeProto attribute) => $"{attribute.Name}={attribute.Type switch
    {
        AttributeType.Int when attribute.Name == "to" => $"{(DataType)attribute.I}".ToLowerInvariant(),
        AttributeType.Int => $"{attribute.I}",
        AttributeType.Float => attribute.F.ToString(CultureInfo.InvariantCulture),
        AttributeType.Ints => $"[{string.Join(", ", attribute.Ints)}]",
        AttributeType.Tensor => $"{((DataType)attribute.T.DataType).ToString().ToLowerInvariant()}[{string.Join(", ", Elements(attribute.T))}]",
        _ => $"{attribute.Type}",
    }}";

    private static IEnumerable<string> Elements(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Float => TensorData.Floats(tensor).Select(value => value.ToString(CultureInfo.InvariantCulture)),
        DataType.Float16 => MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture)),
        DataType.Int8 => MemoryMarshal.Cast<byte, sbyte>(tensor.RawData.Span).ToArray().Select(value => $"{value}"),
        DataType.Uint8 => tensor.RawData.Select(value => $"{value}"),
        DataType.Int32 => MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray().Select(value => $"{value}"),
        DataType.Int64 => MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray().Select(value => $"{value}"),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), (DataType)tensor.DataType, null),
    };
}
