using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;

namespace OnnxInit.Inference;

/// <summary>How a model is run.</summary>
public sealed record OnnxModelOptions
{
    /// <summary>What computes. Default: <see cref="ExecutionProvider.Cpu"/>.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>Threads inside one operator. Default: 0, one per physical core.</summary>
    public int IntraOpThreads { get; init; }

    /// <summary>How far ONNX Runtime rewrites the graph. Default: all; lower levels start faster, run slower and keep closer to the graph as it was exported.</summary>
    public GraphOptimizationLevel OptimizationLevel { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>As ONNX Runtime's own.</summary>
    /// <exception cref="InvalidInputException">The number of threads is negative, or the provider is not there.</exception>
    internal SessionOptions ToSessionOptions()
    {
        if (IntraOpThreads < 0)
        {
            throw new InvalidInputException($"The number of threads is {IntraOpThreads}; expected 0 (one per physical core) or more.");
        }

        SessionOptions options = new()
        {
            IntraOpNumThreads = IntraOpThreads,
            GraphOptimizationLevel = OptimizationLevel,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // failures are thrown, and said once
        };
        try
        {
            ExecutionProviderSession.Append(options, Provider);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }
}
