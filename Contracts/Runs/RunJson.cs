using System.Text.Json;
using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>The JSON form of a run's records: camelCase.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(EpochRecord))]
[JsonSerializable(typeof(SignalRecord))]
[JsonSerializable(typeof(Diagnosis))]
[JsonSerializable(typeof(DoctorReport))]
public sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>The same on one line.</summary>
    public static RunJson Lines => field ??= new(new JsonSerializerOptions(Default.Options) { WriteIndented = false });
}
