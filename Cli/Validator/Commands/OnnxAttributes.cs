using System.Globalization;
using System.Text.Json.Nodes;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Cli.Commands;

/// <summary>The attributes of a node as JSON: numbers, texts and lists; of a tensor its type and shape, of a graph the number of its nodes. Numbers that JSON has not are texts.</summary>
internal static class OnnxAttributes
{
    /// <summary>The attributes by name.</summary>
    /// <param name="node">A node.</param>
    public static IReadOnlyDictionary<string, JsonNode?> Of(NodeProto node) => node.Attribute.DistinctBy(attribute => attribute.Name).ToDictionary(attribute => attribute.Name, Value);

    /// <summary>A value as text.</summary>
    /// <param name="value">A value of <see cref="Of"/>.</param>
    public static string Text(JsonNode? value) => value switch
    {
        null => "?",
        JsonArray list => $"[{string.Join(", ", list.Select(Text))}]",
        _ => value.ToString(),
    };

    private static JsonNode? Value(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Int => JsonValue.Create(attribute.I),
        AttributeType.Float => Number(attribute.F),
        AttributeType.String => JsonValue.Create(attribute.S.ToStringUtf8()),
        AttributeType.Ints => List(attribute.Ints.Select(number => (JsonNode?)JsonValue.Create(number))),
        AttributeType.Floats => List(attribute.Floats.Select(Number)),
        AttributeType.Strings => List(attribute.Strings.Select(text => (JsonNode?)JsonValue.Create(text.ToStringUtf8()))),
        AttributeType.Tensor => Tensor(attribute.T),
        AttributeType.Tensors => List(attribute.Tensors.Select(Tensor)),
        AttributeType.Graph => Graph(attribute.G),
        AttributeType.Graphs => List(attribute.Graphs.Select(Graph)),
        _ => null, // written without a type, or of one that the schema here does not list
    };

    private static JsonNode Number(float number) => float.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture));

    private static JsonNode Tensor(TensorProto tensor) => JsonValue.Create($"{OnnxValueSummary.TypeName((DataType)tensor.DataType)}[{string.Join(", ", tensor.Dims)}]");

    private static JsonNode Graph(GraphProto graph) => JsonValue.Create($"a graph of {graph.Node.Count:N0} nodes");

    private static JsonArray List(IEnumerable<JsonNode?> items) => [.. items];
}
