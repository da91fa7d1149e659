using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>How a <see cref="QuantizationReport"/> is written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(QuantizationReport))]
public sealed partial class QuantizationReportJson : JsonSerializerContext;
