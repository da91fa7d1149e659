using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Contracts.Onnx;

/// <summary>The types and shapes of a graph's values, with numbers for its free axes.</summary>
internal sealed class ValueShapes
{
    // Their result has the shape of their first input: enough for the values between the nodes of a quantised model, which nobody describes.
    private static readonly HashSet<string> KeepShape = ["Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "BatchNormalization"];

    private readonly Dictionary<string, (DataType Type, long[]? Shape)> _values = [];

    /// <summary>Reads what the graph says.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="sizes">Sizes of free axes by symbol.</param>
    public ValueShapes(GraphProto graph, IReadOnlyDictionary<string, long> sizes)
    {
        HashSet<string> constants = [.. graph.Initializer.Select(constant => constant.Name)];
        TensorShapeProto.Types.Dimension? batch = graph.Input.FirstOrDefault(input => !constants.Contains(input.Name))?.Type?.TensorType?.Shape?.Dim.FirstOrDefault();
        Dictionary<string, long> known = new(sizes);
        if (batch?.DimParam is { Length: > 0 } symbol)
        {
            known.TryAdd(symbol, 1);
        }

        BatchSize = batch is null ? 1 : Size(batch, known) ?? 1;
        foreach (TensorProto constant in graph.Initializer)
        {
            _values[constant.Name] = ((DataType)constant.DataType, [.. constant.Dims]);
        }

        foreach (ValueInfoProto value in graph.Input.Concat(graph.ValueInfo).Concat(graph.Output))
        {
            if (value.Type?.TensorType is { } tensor)
            {
                long?[]? shape = tensor.Shape is null ? null : [.. tensor.Shape.Dim.Select(axis => Size(axis, known))];
                _values.TryAdd(value.Name, ((DataType)tensor.ElemType, shape is null || shape.Contains(null) ? null : [.. shape.Select(size => size!.Value)]));
            }
        }

        foreach (NodeProto node in graph.Node)
        {
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(attribute => attribute.T is not null)?.T is { } tensor)
            {
                _values.TryAdd(node.Output[0], ((DataType)tensor.DataType, [.. tensor.Dims]));
            }
            else if (KeepShape.Contains(node.OpType) && node.Output.Count > 0 && node.Input.Count > 0 && Shape(node.Output[0]) is null && Shape(node.Input[0]) is { } shape)
            {
                _values[node.Output[0]] = (Type(node), shape);
            }
        }
    }

    /// <summary>The size of the first axis of the first input; 1 where it is free.</summary>
    public long BatchSize { get; }

    /// <summary>The shape of a value; null where it is not known.</summary>
    /// <param name="name">The value.</param>
    public long[]? Shape(string name) => _values.GetValueOrDefault(name).Shape;

    /// <summary>How many elements a value has; null where it is not known.</summary>
    /// <param name="name">The value.</param>
    public long? Count(string name) => Shape(name)?.Aggregate(1L, (product, size) => product * size);

    /// <summary>How many bytes a value takes; null where it is not known.</summary>
    /// <param name="name">The value.</param>
    public long? Bytes(string name) => Count(name) * OnnxElementSize.Of(_values.GetValueOrDefault(name).Type);

    private static long? Size(TensorShapeProto.Types.Dimension axis, Dictionary<string, long> sizes) => axis.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => axis.DimValue,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => SizeExpression.Evaluate(axis.DimParam, sizes),
        _ => null,
    };

    private DataType Type(NodeProto node) => node.OpType switch
    {
        "Cast" => (DataType)(node.Attribute.FirstOrDefault(attribute => attribute.Name == "to")?.I ?? 0),
        "QuantizeLinear" => node.Input.Count > 2 ? _values.GetValueOrDefault(node.Input[2]).Type : DataType.Uint8,
        "DequantizeLinear" => _values.GetValueOrDefault(node.Input[1]).Type,
        _ => _values[node.Input[0]].Type,
    };
}
