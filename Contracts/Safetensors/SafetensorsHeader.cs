using System.Text.Json;
using System.Text.Unicode;

namespace OnnxInit.Contracts.Safetensors;

/// <summary>
/// The header of a safetensors file: JSON of one object, <c>{"__metadata__": {key: text}, name: {"dtype", "shape", "data_offsets"}, ...}</c>.
/// </summary>
/// <remarks>Source: https://huggingface.co/docs/safetensors/index, "Format".</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The key of the free texts; no tensor may have this name.</summary>
    internal const string MetadataKey = "__metadata__";

    /// <summary>The longest header that readers accept, in bytes.</summary>
    internal const int MaximumLength = 100_000_000;

    private readonly string _path;
    private readonly Dictionary<string, SafetensorsEntry> _entries = [];
    private Dictionary<string, string>? _metadata;

    private SafetensorsHeader(string path) => _path = path;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">The bytes that follow the header.</param>
    /// <returns>The metadata, and the tensors in the order of their bytes.</returns>
    /// <exception cref="InvalidInputException">A rule of the format is broken.</exception>
    internal static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafetensorsEntry> Entries) Parse(string path, ReadOnlySpan<byte> json, long dataLength)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw Invalid(path, $"the header begins with {(json.IsEmpty ? "nothing" : $"byte 0x{json[0]:X2}")}; expected '{{'.");
        }

        if (!Utf8.IsValid(json))
        {
            throw Invalid(path, "the header is not valid UTF-8.");
        }

        SafetensorsHeader header = new(path);
        Utf8JsonReader reader = new(json);
        try
        {
            header.ReadRoot(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair, which is no text.
            throw Invalid(path, $"the header is not valid JSON ({exception.Message.TrimEnd('.')}).", exception);
        }

        List<SafetensorsEntry> entries = [.. header._entries.Values.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength)];
        CheckContiguous(path, entries, dataLength);
        return (header._metadata ?? [], entries);
    }

    /// <summary>The exception for a file that breaks a rule of the format.</summary>
    internal static InvalidInputException Invalid(string path, string problem, Exception? cause = null) =>
        new($"Cannot read '{path}' as a safetensors file: {problem} Copy or write the file again, or choose another.", cause);

    private static void CheckContiguous(string path, IEnumerable<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        string previous = "the header";
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Offset != end)
            {
                throw Invalid(path, $"tensor '{entry.Name}' begins at data byte {entry.Offset}, {(entry.Offset < end ? "inside" : "behind a hole after")} {previous}; expected {end}.");
            }

            end = checked(end + entry.ByteLength);
            previous = $"tensor '{entry.Name}'";
        }

        if (end != dataLength)
        {
            throw Invalid(path, $"the tensors take {end} bytes, and {dataLength} follow the header.");
        }
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (ReadKey(ref reader, out string key))
        {
            if (key == MetadataKey)
            {
                if (_metadata is not null)
                {
                    throw Invalid(_path, $"the header has the key '{MetadataKey}' twice.");
                }

                _metadata = ReadMetadata(ref reader);
            }
            else if (!_entries.TryAdd(key, ReadEntry(ref reader, key)))
            {
                throw Invalid(_path, $"the header has tensor '{key}' twice.");
            }
        }

        // Only white space may follow; anything else is a JsonException.
        reader.Read();
    }

    private Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> metadata = [];
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid(_path, $"'{MetadataKey}' is {Describe(reader.TokenType)}; expected an object of texts.");
        }

        while (ReadKey(ref reader, out string key))
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Invalid(_path, $"'{key}' in '{MetadataKey}' is {Describe(reader.TokenType)}; expected a text.");
            }

            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw Invalid(_path, $"'{MetadataKey}' has the key '{key}' twice.");
            }
        }

        return metadata;
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid(_path, $"tensor '{name}' is {Describe(reader.TokenType)}; expected an object with dtype, shape and data_offsets.");
        }

        SafetensorsType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (ReadKey(ref reader, out string key))
        {
            bool repeated = key switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Invalid(_path, $"tensor '{name}' has the key '{key}'; expected dtype, shape and data_offsets only."),
            };
            if (repeated)
            {
                throw Invalid(_path, $"tensor '{name}' has the key '{key}' twice.");
            }

            switch (key)
            {
                case "dtype":
                    type = ReadType(ref reader, name);
                    break;
                case "shape":
                    shape = ReadIntegers(ref reader, name, key);
                    break;
                default:
                    offsets = ReadIntegers(ref reader, name, key);
                    break;
            }
        }

        return type is { } known && shape is not null && offsets is not null
            ? Check(name, known, shape, offsets)
            : throw Invalid(_path, $"tensor '{name}' has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}; expected dtype, shape and data_offsets.");
    }

    private SafetensorsEntry Check(string name, SafetensorsType type, List<long> shape, List<long> offsets)
    {
        if (offsets.Count != 2 || offsets[0] > offsets[1])
        {
            throw Invalid(_path, $"tensor '{name}' has the data_offsets [{string.Join(", ", offsets)}]; expected [begin, end] with begin <= end.");
        }

        long length;
        try
        {
            length = type.ByteLength(shape);
        }
        catch (OverflowException exception)
        {
            throw Invalid(_path, $"tensor '{name}' of shape [{string.Join(", ", shape)}] has more than 2^63 bytes.", exception);
        }

        return offsets[1] - offsets[0] == length
            ? new SafetensorsEntry(name, type, shape.AsReadOnly(), length, offsets[0])
            : throw Invalid(_path, $"tensor '{name}' of type {type.Spelling()} and shape [{string.Join(", ", shape)}] takes {length} bytes, and its data_offsets [{string.Join(", ", offsets)}] hold {offsets[1] - offsets[0]}.");
    }

    private SafetensorsType ReadType(ref Utf8JsonReader reader, string name)
    {
        string found = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Describe(reader.TokenType);
        return SafetensorsTypes.TryParse(found, out SafetensorsType type)
            ? type
            : throw Invalid(_path, $"tensor '{name}' has the dtype {found}; expected one of {SafetensorsTypes.Known}.");
    }

    private List<long> ReadIntegers(ref Utf8JsonReader reader, string name, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid(_path, $"tensor '{name}' has {Describe(reader.TokenType)} as its {key}; expected a list of integers.");
        }

        List<long> values = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value) || value < 0)
            {
                throw Invalid(_path, $"tensor '{name}' has {(reader.TokenType == JsonTokenType.Number ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan) : Describe(reader.TokenType))} in its {key}; expected integers from 0 to 2^63 - 1.");
            }

            values.Add(value);
        }

        return values;
    }

    // Leaves the reader at the key's value.
    private static bool ReadKey(ref Utf8JsonReader reader, out string key)
    {
        reader.Read();
        bool found = reader.TokenType == JsonTokenType.PropertyName;
        key = found ? reader.GetString()! : "";
        if (found)
        {
            reader.Read();
        }

        return found;
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => token.ToString().ToLowerInvariant(),
    };
}
