using System.Text.Json.Serialization;
using OnnxInit.Cli.Commands;
using OnnxInit.Inference.Benchmarking;

namespace OnnxInit.Cli;

/// <summary>The JSON form of what the verbs of the validator print: camelCase.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TensorFileSummary))]
[JsonSerializable(typeof(OnnxSummary))]
[JsonSerializable(typeof(VerifySummary))]
[JsonSerializable(typeof(ImagePrediction[]))]
[JsonSerializable(typeof(BenchmarkResult[]))]
internal sealed partial class ValidatorJson : JsonSerializerContext;
