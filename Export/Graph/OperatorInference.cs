namespace OnnxInit.Export.Graph;

/// <summary>Types and shapes of what ONNX's operators compute.</summary>
internal static class OperatorInference
{
    /// <summary>What a node computes.</summary>
    /// <param name="opType">The operator's name in ONNX.</param>
    /// <param name="opset">The operator set.</param>
    /// <param name="inputs">Its inputs; null where an optional one is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="outputs">How many results are asked for.</param>
    /// <exception cref="NotSupportedException">The operator is none that we know.</exception>
    /// <exception cref="InvalidOperationException">The inputs or attributes are none that the operator takes.</exception>
    public static IReadOnlyList<ValueInfo> Infer(
        string opType, int opset, IReadOnlyList<GraphValue?> inputs, IReadOnlyDictionary<string, object> attributes, int outputs) =>
        throw new NotSupportedException($"'{opType}' is no operator that we know.");
}
