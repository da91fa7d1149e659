using System.Globalization;
using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Serialization;

/// <summary>
/// A model file as it will be written: every length is known before the first byte, and the weights go from their own memory to the
/// stream. Without external data the bytes are those that the whole <see cref="ModelProto"/> would give.
/// </summary>
internal sealed class ModelFile
{
    /// <summary>Above this many bytes of constants, their elements go into a file of their own unless the options say otherwise.</summary>
    public const long LargestInline = 1_500_000_000;

    /// <summary>Where a protobuf file ends.</summary>
    private const long LargestMessage = int.MaxValue;

    /// <summary>Constants below this size stay in the model file: shapes, scalars, biases.</summary>
    private const long SmallestExternal = 1024;

    /// <summary>What the offset of every constant in the data file is a multiple of, so that it can be mapped into memory.</summary>
    private const long Alignment = 4096;

    private const uint GraphTag = (7 << 3) | 2;
    private const uint InitializerTag = (5 << 3) | 2;
    private const uint RawDataTag = (9 << 3) | 2;

    private readonly ModelMessages _messages;
    private readonly List<(TensorProto Description, GraphConstant Constant, bool IsExternal)> _tensors = [];
    private readonly List<(GraphConstant Constant, long Offset)> _external = [];
    private readonly long _graphLength;

    /// <summary>Lays a file out.</summary>
    /// <param name="messages">All but the constants.</param>
    /// <param name="constants">The constants.</param>
    /// <param name="dataName">The name of the file for their elements, which stands in the model; null where they stay in it.</param>
    /// <exception cref="InvalidInputException">The file would be longer than a protobuf file can be.</exception>
    public ModelFile(ModelMessages messages, IEnumerable<GraphConstant> constants, string? dataName)
    {
        _messages = messages;
        long end = 0;
        foreach (GraphConstant constant in constants)
        {
            TensorProto description = ModelMessages.Describe(constant);
            bool isExternal = dataName is not null && constant.Data.ByteCount >= SmallestExternal;
            if (isExternal)
            {
                long offset = (end + Alignment - 1) / Alignment * Alignment;
                end = offset + constant.Data.ByteCount;
                _external.Add((constant, offset));
                description.DataLocation = TensorProto.Types.DataLocation.External;
                description.ExternalData.Add(ModelMessages.Property("location", dataName!));
                description.ExternalData.Add(ModelMessages.Property("offset", offset.ToString(CultureInfo.InvariantCulture)));
                description.ExternalData.Add(ModelMessages.Property("length", constant.Data.ByteCount.ToString(CultureInfo.InvariantCulture)));
            }

            _tensors.Add((description, constant, isExternal));
        }

        _graphLength = _messages.GraphBefore.CalculateSize() + _messages.GraphAfter.CalculateSize()
            + _tensors.Sum(tensor => Embedded(TensorLength(tensor.Description, tensor.Constant, tensor.IsExternal)));
        Length = _messages.ModelBefore.CalculateSize() + Embedded(_graphLength) + _messages.ModelAfter.CalculateSize();
        if (Length > LargestMessage)
        {
            throw new InvalidInputException(
                $"The model file would have {Length:N0} bytes, and an ONNX file without external data ends at {LargestMessage:N0}. Leave ExportOptions.ExternalData at null, or set it to true: the weights then go into a file beside the model.");
        }
    }

    /// <summary>The bytes of the model file.</summary>
    public long Length { get; }

    /// <summary>Whether there are constants for a data file.</summary>
    public bool HasExternalData => _external.Count > 0;

    /// <summary>Writes the model file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="writeElements">Writes the elements of a constant.</param>
    public void WriteModel(Stream stream, Action<GraphConstant, Stream> writeElements)
    {
        using CodedOutputStream output = new(stream, leaveOpen: true);
        _messages.ModelBefore.WriteTo(output);
        output.WriteTag(GraphTag);
        output.WriteLength(checked((int)_graphLength));
        _messages.GraphBefore.WriteTo(output);
        foreach ((TensorProto description, GraphConstant constant, bool isExternal) in _tensors)
        {
            output.WriteTag(InitializerTag);
            output.WriteLength(checked((int)TensorLength(description, constant, isExternal)));
            description.WriteTo(output);
            if (!isExternal && constant.Data.ByteCount > 0)
            {
                output.WriteTag(RawDataTag);
                output.WriteLength(checked((int)constant.Data.ByteCount));
                output.Flush();
                writeElements(constant, stream);
            }
        }

        _messages.GraphAfter.WriteTo(output);
        _messages.ModelAfter.WriteTo(output);
    }

    /// <summary>Writes the data file.</summary>
    /// <param name="stream">Where to, at its beginning.</param>
    /// <param name="writeElements">Writes the elements of a constant.</param>
    public void WriteData(Stream stream, Action<GraphConstant, Stream> writeElements)
    {
        long position = 0;
        byte[] zeros = new byte[Alignment];
        foreach ((GraphConstant constant, long offset) in _external)
        {
            stream.Write(zeros, 0, (int)(offset - position));
            writeElements(constant, stream);
            position = offset + constant.Data.ByteCount;
        }
    }

    private static long TensorLength(TensorProto description, GraphConstant constant, bool isExternal) =>
        description.CalculateSize() + (isExternal || constant.Data.ByteCount == 0 ? 0 : Embedded(constant.Data.ByteCount));

    // Tag, length and content of a field with a number below 16. A length beyond what protobuf can write counts as it would be written.
    private static long Embedded(long length) => 1 + CodedOutputStream.ComputeUInt64Size((ulong)length) + length;
}
