using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Inference;

/// <summary>How a model is run.</summary>
public sealed record OnnxModelOptions
{
    /// <summary>What computes. Default: <see cref="ExecutionProvider.Cpu"/>.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>What the provider itself understands, such as <c>cudnn_conv_algo_search</c> = <c>HEURISTIC</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Threads inside one operator. Default: 0, one per physical core.</summary>
    public int IntraOpThreads { get; init; }

    /// <summary>How far ONNX Runtime rewrites the graph. Default: all; lower levels start faster, run slower and keep closer to the graph as it was exported.</summary>
    public GraphOptimizationLevel OptimizationLevel { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>How a model is normalised that does not say it, or says it wrongly. Default: null, as its metadata says.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>The class names of a model that does not say them, or says them wrongly. Default: null, as its metadata says.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Which output is read. Default: null, <see cref="OnnxModel.OutputName"/>, or the only one.</summary>
    public string? OutputName { get; init; }

    /// <summary>Height and width of the images, for a model that takes any. Default: null, as the model says.</summary>
    public (int Height, int Width)? ImageSize { get; init; }

    /// <summary>As ONNX Runtime's own.</summary>
    /// <exception cref="InvalidInputException">The number of threads is negative, or the provider is not there, or does not know an option.</exception>
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
            ExecutionProviderSession.Append(options, Provider, ProviderOptions);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }
}
