using System.Text.Json.Serialization;
using OnnxInit.Cli.Commands;
using OnnxInit.Cli.Studies;

namespace OnnxInit.Cli;

/// <summary>The JSON form of what the verbs print: camelCase.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DoctorSummary))]
[JsonSerializable(typeof(ExportSummary))]
[JsonSerializable(typeof(ReportSummary))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(FetchSummary))]
[JsonSerializable(typeof(ShowSummary))]
[JsonSerializable(typeof(StudyRecord))]
[JsonSerializable(typeof(StudySummary))]
[JsonSerializable(typeof(StudiesSummary))]
internal sealed partial class CliJson : JsonSerializerContext;
