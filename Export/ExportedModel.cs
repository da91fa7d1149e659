using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Serialization;

namespace OnnxInit.Export;

/// <summary>
/// A model in ONNX's terms, ready to be written. It shares the memory of the module's weights, so that a model is never in memory
/// twice; weights that change between the export and <see cref="Save"/> are noticed, and refused.
/// </summary>
public sealed class ExportedModel
{
    private readonly ModelMessages _messages;
    private readonly bool? _externalData;
    private ModelProto? _model;

    private ExportedModel(OnnxGraph graph, ExportOptions options, ExportReport report)
    {
        Graph = graph;
        Report = report;
        _messages = ModelMessages.Of(graph, options.Metadata);
        _externalData = options.ExternalData;
        foreach (GraphConstant constant in graph.Constants.Where(constant => constant.Data.IsShared))
        {
            _ = constant.Data.Checksum;
        }
    }

    /// <summary>The graph, readable as text by <see cref="OnnxGraph.ToString"/>.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>What the export did.</summary>
    public ExportReport Report { get; }

    /// <summary>
    /// The whole model as a message, made when first asked for. Its weights are the module's own memory where they lie there row by row;
    /// serialise it before training on. Changing it changes nothing that <see cref="Save"/> writes.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model is above 2 GB, or a weight has changed since the export.</exception>
    public ModelProto Model
    {
        get
        {
            foreach (GraphConstant constant in Graph.Constants.Where(constant => constant.Data.IsShared))
            {
                CheckUnchanged(constant, constant.Data.ComputeChecksum());
            }

            return _model ??= MakeModel();
        }
    }

    /// <summary>Makes the model of a graph. Notes what its weights are now.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">Metadata, and where the weights go.</param>
    /// <param name="report">What the export did.</param>
    public static ExportedModel Create(OnnxGraph graph, ExportOptions options, ExportReport report) => new(graph, options, report);

    /// <summary>
    /// Writes the model file, whole or not at all; the same model gives the same bytes. Above 1.5 GB of weights, or where
    /// <see cref="ExportOptions.ExternalData"/> says so, they go into a file beside it, named as the model with <c>.data</c> after it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The files that were written: the model, and the one of its weights where there is one.</returns>
    /// <exception cref="InvalidInputException">It cannot be written, or would be above 2 GB without external data.</exception>
    /// <exception cref="InvalidOperationException">A weight has changed since the export.</exception>
    public IReadOnlyList<string> Save(string path)
    {
        bool external = _externalData ?? Graph.Constants.Sum(constant => constant.Data.ByteCount) > ModelFile.LargestInline;
        string data = $"{path}.data";
        ModelFile file = new(_messages, Graph.Constants, external ? Path.GetFileName(data) : null);
        if (file.HasExternalData)
        {
            AtomicFile.WriteTogether((data, stream => file.WriteData(stream, WriteElements)), (path, stream => file.WriteModel(stream, WriteElements)));
            return [path, data];
        }

        AtomicFile.Write(path, stream => file.WriteModel(stream, WriteElements));
        return [path];
    }

    /// <summary>The graph as text.</summary>
    public override string ToString() => Graph.ToString();

    private static void WriteElements(GraphConstant constant, Stream stream) => CheckUnchanged(constant, constant.Data.WriteHashed(stream));

    private static void CheckUnchanged(GraphConstant constant, UInt128 checksum)
    {
        if (constant.Data.IsShared && checksum != constant.Data.Checksum)
        {
            throw new InvalidOperationException($"The weight '{constant.Name}' has changed since the export. Export again, or save before training on.");
        }
    }

    private ModelProto MakeModel()
    {
        try
        {
            _ = new ModelFile(_messages, Graph.Constants, dataName: null);
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidOperationException("The model is above 2 GB, and a protobuf message cannot hold it. Save it: the weights then go into a file beside the model.", exception);
        }

        return _messages.Whole(Graph.Constants.Select(constant =>
        {
            TensorProto tensor = ModelMessages.Describe(constant);
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(constant.Data.Memory);
            return tensor;
        }));
    }
}
