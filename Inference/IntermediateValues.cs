using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference;

/// <summary>
/// A model with every value that a node of its main graph gives as an output: what flows between the layers, to calibrate on or to
/// compare. Values inside the bodies of loops and branches are not seen.
/// </summary>
public sealed class IntermediateValues : IDisposable
{
    private readonly string _path;
    private readonly OnnxModelOptions _options;
    private readonly InferenceSession _session;

    private IntermediateValues(string path, OnnxModelOptions options, InferenceSession session, IEnumerable<string> names)
    {
        _path = path;
        _options = options;
        _session = session;
        Values = [.. names.Select(name => (Name: name, Value: session.OutputMetadata[name])).Where(output => output.Value.IsTensor)
            .Select(output => new IntermediateValue(output.Name, (TensorProto.Types.DataType)(int)output.Value.ElementDataType, [.. output.Value.Dimensions.Select(size => (long)size)]))];
    }

    /// <summary>The options where nobody gives others: the graph as it stands in the file, without ONNX Runtime's rewriting.</summary>
    public static OnnxModelOptions AsWritten { get; } = new() { OptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };

    /// <summary>All tensors, in the order in which the graph computes them; the graph's own inputs and constants are not among them.</summary>
    public IReadOnlyList<IntermediateValue> Values { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="path">The file that it is from, beside which its external data lies.</param>
    /// <param name="options">How it is run; <see cref="AsWritten"/> where left out.</param>
    /// <exception cref="InvalidInputException">ONNX Runtime cannot load the model, or the provider is not there.</exception>
    public static IntermediateValues Open(ModelProto model, string path, OnnxModelOptions? options = null)
    {
        options ??= AsWritten;
        List<string> names = [.. model.Graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0)];
        ModelProto instrumented = model.Clone();
        instrumented.Graph.Output.AddRange(names.Except(model.Graph.Output.Select(output => output.Name)).Select(name => new ValueInfoProto { Name = name }));
        return new(path, options, OnnxSession.Open(instrumented, path, options), names);
    }

    /// <summary>Runs once and gives the values, in the order of <see cref="Values"/>.</summary>
    /// <param name="inputs">All that the model takes, by name.</param>
    /// <exception cref="InvalidInputException">The inputs are others than the model takes, or ONNX Runtime fails.</exception>
    public IReadOnlyList<OnnxTensor> Run(params IReadOnlyList<OnnxTensor> inputs) =>
        OnnxTensorRun.Run(_path, _options.Provider, _session, inputs, [.. Values.Select(value => value.Name)]);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
