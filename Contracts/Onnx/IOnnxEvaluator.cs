namespace OnnxInit.Contracts.Onnx;

/// <summary>Runs an ONNX model: what an exporter needs of a runtime, so that the two need not know each other.</summary>
public interface IOnnxEvaluator
{
    /// <summary>Runs a model file several times.</summary>
    /// <param name="modelPath">The model file, with its external data beside it.</param>
    /// <param name="runs">The inputs of each run, by name.</param>
    /// <returns>For each run, the values of the model's outputs, in their order.</returns>
    IReadOnlyList<IReadOnlyList<OnnxTensor>> Evaluate(string modelPath, IReadOnlyList<IReadOnlyList<OnnxTensor>> runs);
}
