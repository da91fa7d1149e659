namespace OnnxInit.Contracts.Runs;

/// <summary>A node that, from TorchSharp's values, computes something else than TorchSharp does.</summary>
/// <param name="Value">The value that is wrong.</param>
/// <param name="Nodes">The node; several where the values between them are not known, one of which is the cause.</param>
/// <param name="Before">The input of these nodes that had departed furthest when the whole model was run; null where they read only what the model is given.</param>
/// <param name="Form">Type and shape of the value and of TorchSharp's, where they differ: <c>Float [8, 3] instead of Float [4, 6]</c>; null where they are the same.</param>
/// <param name="MissingBefore">Operations that the model was exported with between these nodes and their inputs, and lacks.</param>
public sealed record Departure(ComparedValue Value, IReadOnlyList<LocalizedNode> Nodes, ComparedValue? Before, string? Form, IReadOnlyList<LocalizedNode> MissingBefore);
