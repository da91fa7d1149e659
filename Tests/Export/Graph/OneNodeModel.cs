using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using Element = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace OnnxInit.Tests.Export.Graph;

/// <summary>A row as a model of one node, run by ONNX Runtime on zeros; inputs whose elements are known are initializers.</summary>
internal static class OneNodeModel
{
    public static IReadOnlyList<ValueInfo> Run(InferenceRow row, IReadOnlyDictionary<string, long> symbols)
    {
        GraphValue?[] inputs = [.. row.Inputs.Select((_, i) => row.Value(i, symbols))];
        ModelProto model = Model(row, inputs, row.Outputs);
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using InferenceSession session = new(model.ToByteArray(), options);
        OrtValue[] values = [.. session.InputNames.Select(name => Zeros(inputs.First(input => input?.Name == name)!))];
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, session.InputNames.ToArray(), values, session.OutputNames.ToArray());
        return [.. outputs.Select(Describe)];
    }

    private static ModelProto Model(InferenceRow row, GraphValue?[] inputs, int outputs)
    {
        NodeProto node = new() { OpType = row.OpType };
        GraphProto graph = new() { Name = row.OpType, Node = { node } };
        node.Input.AddRange(inputs.Take(Array.FindLastIndex(inputs, input => input is not null) + 1).Select(input => input?.Name ?? string.Empty));
        node.Attribute.AddRange(row.Attributes.Select(pair => Attribute(pair.Key, pair.Value)));
        foreach (GraphValue input in inputs.OfType<GraphValue>())
        {
            if (input.Constant is null && input.Contents is null)
            {
                graph.Input.Add(new ValueInfoProto { Name = input.Name, Type = new() { TensorType = new() { ElemType = (int)input.Type } } });
                continue;
            }

            TensorProto tensor = new() { Name = input.Name, DataType = (int)input.Type };
            tensor.Dims.AddRange(input.Shape.Select(size => size.Size));
            tensor.RawData = ByteString.CopyFrom(input.Constant is { } constant ? constant.Data.Memory.Span : MemoryMarshal.AsBytes(input.Contents!.Select(size => size.Size).ToArray().AsSpan()));
            graph.Initializer.Add(tensor);
        }

        for (int i = 0; i < outputs; i++)
        {
            node.Output.Add($"y{i}");
            graph.Output.Add(new ValueInfoProto { Name = $"y{i}" });
        }

        return new() { IrVersion = OnnxVersions.IrVersion(row.Opset), OpsetImport = { new OperatorSetIdProto { Version = row.Opset } }, Graph = graph };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        AttributeProto attribute = value switch
        {
            long number => new() { Type = AttributeType.Int, I = number },
            float number => new() { Type = AttributeType.Float, F = number },
            string text => new() { Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
            long[] numbers => new() { Type = AttributeType.Ints, Ints = { numbers } },
            _ => throw new ArgumentException($"{name} is a {value.GetType().Name}.", nameof(value)),
        };
        attribute.Name = name;
        return attribute;
    }

    private static OrtValue Zeros(GraphValue input)
    {
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (Element)(int)input.Type, [.. input.Shape.Select(size => size.Size)]);
        if (value.GetTensorTypeAndShape().ElementCount > 0)
        {
            value.GetTensorMutableRawData().Clear();
        }

        return value;
    }

    private static ValueInfo Describe(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        Dimension[]? contents = info.ElementDataType != Element.Int64 ? null : info.ElementCount == 0 ? [] : [.. value.GetTensorDataAsSpan<long>().ToArray().Select(number => (Dimension)number)];
        return new((DataType)(int)info.ElementDataType, [.. info.Shape.Select(size => (Dimension)size)], contents);
    }
}
