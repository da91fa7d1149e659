using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Models;

/// <summary>An element-wise nonlinearity.</summary>
[JsonConverter(typeof(ActivationName))]
public enum Activation
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,
}

/// <summary>Reads and writes an activation by its name; an unknown one is an error that names the known.</summary>
public sealed class ActivationName : JsonConverter<Activation>
{
    /// <inheritdoc/>
    public override Activation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is string name
            && Enum.GetNames<Activation>().FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) is string found
            ? Enum.Parse<Activation>(found)
            : throw new JsonException($"An activation's function is one of {string.Join(", ", Enum.GetNames<Activation>())}, in quotes.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Activation value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
