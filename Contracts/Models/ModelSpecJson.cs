using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Models;

/// <summary>The JSON form of <see cref="ModelSpec"/>: camelCase, no members beyond those known, none missing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelSpec))]
internal sealed partial class ModelSpecJson : JsonSerializerContext
{
    /// <summary>The same on one line.</summary>
    public static ModelSpecJson Compact => field ??= new(new JsonSerializerOptions(Default.Options) { WriteIndented = false });
}
