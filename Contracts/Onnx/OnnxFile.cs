using Google.Protobuf;

namespace OnnxInit.Contracts.Onnx;

/// <summary>Reads ONNX files as messages, without a runtime.</summary>
public static class OnnxFile
{
    private const string Remedy = "Name a file that 'onnxinit export' or another exporter wrote.";

    /// <summary>Reads a model file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is absent, unreadable, or no ONNX model.</exception>
    public static ModelProto Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            ModelProto model = ModelProto.Parser.ParseFrom(stream);
            return model.Graph is not null && model.IrVersion > 0 && model.OpsetImport.Count > 0
                ? model
                : throw new InvalidInputException($"'{path}' is no ONNX model: it has no graph, no IR version or no opset. {Remedy}");
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidInputException($"'{path}' is no ONNX model: {exception.Message} {Remedy}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The model '{path}' cannot be read: {exception.Message} {Remedy}", exception);
        }
    }

    /// <summary>How many bytes a tensor's elements take, in the model file or in the one that it names; 0 for texts.</summary>
    /// <param name="tensor">A tensor of a model.</param>
    public static long ByteCount(TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            return tensor.ExternalData.FirstOrDefault(property => property.Key == "length") is { } length && long.TryParse(length.Value, out long bytes) ? bytes : Elements();
        }

        return tensor.RawData.Length > 0 ? tensor.RawData.Length : Elements(); // other exporters put numbers into typed fields

        long Elements() => tensor.Dims.Aggregate((long)(OnnxElementSize.Of((TensorProto.Types.DataType)tensor.DataType) ?? 0), (product, size) => product * size);
    }
}
