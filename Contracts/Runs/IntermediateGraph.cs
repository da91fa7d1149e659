using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Runs;

/// <summary>What the tensors of a <see cref="ReferenceIntermediates"/> are, as its file says it.</summary>
/// <param name="Inputs">The names of the graph's inputs, in their order.</param>
/// <param name="Values">The values, in the order of the graph.</param>
internal sealed record IntermediateGraph(IReadOnlyList<string> Inputs, IReadOnlyList<IntermediateGraphValue> Values);

/// <summary>A value and where it came from.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Node">The node that computes it.</param>
/// <param name="Operator">The node's operator.</param>
/// <param name="Module">The dotted path of the module; empty for the model itself.</param>
/// <param name="Operation">TorchSharp's name for the operation.</param>
/// <param name="Source">The source line; null where it is not known.</param>
internal sealed record IntermediateGraphValue(string Name, string Node, string Operator, string Module, string Operation, string? Source = null);

/// <summary>How an <see cref="IntermediateGraph"/> is written as JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IntermediateGraph))]
internal sealed partial class IntermediateGraphJson : JsonSerializerContext;
