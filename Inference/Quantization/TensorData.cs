using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>Constants of a model as numbers, and numbers as constants.</summary>
internal static class TensorData
{
    /// <summary>The elements of a float32 constant, wherever the message holds them.</summary>
    public static float[] Floats(TensorProto tensor) =>
        tensor.RawData.IsEmpty ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    /// <summary>The number of elements that the shape says.</summary>
    public static long Count(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, size) => product * size);

    public static TensorProto Of(string name, DataType type, ReadOnlySpan<byte> data, params IEnumerable<long> shape)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(data) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    public static TensorProto Of(string name, ReadOnlySpan<float> values, params IEnumerable<long> shape) => Of(name, DataType.Float, MemoryMarshal.AsBytes(values), shape);

    public static TensorProto Of(string name, ReadOnlySpan<Half> values, params IEnumerable<long> shape) => Of(name, DataType.Float16, MemoryMarshal.AsBytes(values), shape);

    public static TensorProto Of(string name, ReadOnlySpan<int> values, params IEnumerable<long> shape) => Of(name, DataType.Int32, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Takes elements that lie in a file beside the model into the message.</summary>
    /// <param name="tensor">A constant; changed.</param>
    /// <param name="modelPath">The model's file.</param>
    /// <exception cref="InvalidInputException">The file is absent, too short or outside the model's folder.</exception>
    public static void LoadExternal(TensorProto tensor, string modelPath)
    {
        if (tensor.DataLocation != DataLocation.External)
        {
            return;
        }

        string location = Property("location") ?? string.Empty;
        if (location.Length == 0 || Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
        {
            throw Unreadable($"its location is '{location}'; expected a file in the model's folder.");
        }

        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(modelPath))!, location);
        try
        {
            using FileStream stream = File.OpenRead(file);
            long offset = Number("offset") ?? 0;
            byte[] bytes = new byte[checked((int)(Number("length") ?? (stream.Length - offset)))];
            stream.Position = offset;
            stream.ReadExactly(bytes);
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OverflowException or ArgumentOutOfRangeException)
        {
            throw Unreadable($"'{file}': {exception.Message}", exception);
        }

        tensor.ExternalData.Clear();
        tensor.DataLocation = DataLocation.Default;

        string? Property(string key) => tensor.ExternalData.FirstOrDefault(property => property.Key == key)?.Value;

        long? Number(string key) => long.TryParse(Property(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

        InvalidInputException Unreadable(string problem, Exception? cause = null) =>
            new($"The weights of '{tensor.Name}', which '{modelPath}' keeps in a file beside it, cannot be read: {problem} Copy the model again, with the files that belong to it.", cause);
    }
}
