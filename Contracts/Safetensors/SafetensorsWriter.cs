using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Contracts.Safetensors;

/// <summary>Writes safetensors files, whole or not at all. The same tensors and metadata give the same bytes, in whatever order they come.</summary>
/// <remarks>
/// As the reference implementation does: tensors by descending alignment of their type, then by name; the header padded with
/// spaces to a multiple of 8, so that every tensor stands at a multiple of its element's size.
/// </remarks>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    // Throws where a name is no Unicode text, instead of writing U+FFFD.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">Free texts by key.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, a name is <c>__metadata__</c> or no Unicode text, a size is negative, or the header would pass 100 MB.</exception>
    /// <exception cref="InvalidOperationException">A tensor wrote more or fewer bytes than its type and shape want; no file is left behind.</exception>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Save(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        List<SafetensorsTensor> ordered = Order(tensors);
        byte[] header = Header(ordered, metadata);
        AtomicFile.Write(path, stream => Write(stream, ordered, header, $"'{path}'"));
    }

    /// <summary>Writes a file's content, for files that are written together with others.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">Free texts by key.</param>
    /// <exception cref="ArgumentException">As for <see cref="Save"/>.</exception>
    /// <exception cref="InvalidOperationException">A tensor wrote more or fewer bytes than its type and shape want.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        List<SafetensorsTensor> ordered = Order(tensors);
        Write(stream, ordered, Header(ordered, metadata), "The file");
    }

    private static void Write(Stream stream, List<SafetensorsTensor> ordered, byte[] header, string file)
    {
        stream.Write(header);
        foreach (SafetensorsTensor tensor in ordered)
        {
            long start = stream.Position;
            tensor.Write(stream);
            long written = stream.Position - start;
            long expected = tensor.Type.ByteLength(tensor.Shape);
            if (written != expected)
            {
                throw new InvalidOperationException($"Tensor '{tensor.Name}' of type {tensor.Type.Spelling()} and shape [{string.Join(", ", tensor.Shape)}] wrote {written} bytes; expected {expected}. {file} was not written.");
            }
        }
    }

    private static List<SafetensorsTensor> Order(IEnumerable<SafetensorsTensor> tensors)
    {
        HashSet<string> names = [];
        List<(SafetensorsTensor Tensor, byte[] Name)> keyed = [];
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataKey)
            {
                throw new ArgumentException($"A tensor is named '{tensor.Name}', which the format reserves. Rename it.", nameof(tensors));
            }

            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors are named '{tensor.Name}'; expected one of each name.", nameof(tensors));
            }

            if (tensor.Shape.Any(size => size < 0))
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' has the shape [{string.Join(", ", tensor.Shape)}]; expected sizes from 0.", nameof(tensors));
            }

            keyed.Add((tensor, StrictUtf8.GetBytes(tensor.Name)));
        }

        keyed.Sort((left, right) => left.Tensor.Type != right.Tensor.Type
            ? right.Tensor.Type.CompareTo(left.Tensor.Type)
            : left.Name.AsSpan().SequenceCompareTo(right.Name));
        return [.. keyed.Select(item => item.Tensor)];
    }

    private static byte[] Header(List<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.Write(stackalloc byte[sizeof(ulong)]);
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(json, tensors, metadata);
        }

        while (buffer.WrittenCount % Alignment != 0)
        {
            buffer.Write(" "u8);
        }

        int length = buffer.WrittenCount - sizeof(ulong);
        if (length > SafetensorsHeader.MaximumLength)
        {
            throw new ArgumentException($"The header would have {length} bytes; expected at most {SafetensorsHeader.MaximumLength}. Write fewer tensors or shorter metadata.", nameof(tensors));
        }

        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    private static void WriteJson(Utf8JsonWriter json, List<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        long offset = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type.Spelling());
            json.WriteStartArray("shape");
            foreach (long size in tensor.Shape)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            offset = checked(offset + tensor.Type.ByteLength(tensor.Shape));
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
