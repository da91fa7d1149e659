using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>How a <see cref="LocalizationReport"/> is written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LocalizationReport))]
public sealed partial class LocalizationReportJson : JsonSerializerContext;
