using static TorchSharp.torch;

namespace OnnxInit.Export;

/// <summary>An input of a model: its name in the graph, an example, and which axes may have another size at run time.</summary>
/// <param name="Name">An identifier.</param>
/// <param name="Tensor">An example of any integer, floating or bool type.</param>
/// <param name="DynamicAxes">From axis to symbol, an identifier; axes of one symbol share a size. Null: axis 0 is <c>N</c>; empty: every axis is static.</param>
public sealed record ExampleInput(string Name, Tensor Tensor, IReadOnlyDictionary<int, string>? DynamicAxes = null);
