using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference;

/// <summary>
/// Runs any ONNX model in ONNX Runtime, with inputs and outputs of any element type: what an export takes to prove what it has
/// written (<c>ExportOptions.Evaluator</c>). Holds nothing between two calls.
/// </summary>
/// <param name="options">How models are run; the defaults where left out.</param>
public sealed class OnnxRuntimeEvaluator(OnnxModelOptions? options = null) : IOnnxEvaluator
{
    private readonly OnnxModelOptions _options = options ?? new OnnxModelOptions();

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">
    /// The model cannot be opened, the inputs are others than it takes, an output is no tensor, or ONNX Runtime fails on a run.
    /// </exception>
    public IReadOnlyList<IReadOnlyList<OnnxTensor>> Evaluate(string modelPath, IReadOnlyList<IReadOnlyList<OnnxTensor>> runs)
    {
        using InferenceSession session = OnnxSession.Open(modelPath, _options);
        return [.. runs.Select(inputs => OnnxTensorRun.Run(modelPath, _options.Provider, session, inputs, session.OutputNames))];
    }
}
