using System.Security.Cryptography;
using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
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

    /// <summary>TorchSharp's values inside the graph on <see cref="ExportOptions.KeepIntermediates"/>; null where there were none.</summary>
    public ReferenceIntermediates? Intermediates { get; internal set; }

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
    /// <see cref="ExportOptions.ExternalData"/> says so, they go into a file beside it, named as the model with <c>.data</c> after it;
    /// <see cref="Intermediates"/> into <see cref="ReferenceIntermediates.PathFor"/>. All files are written, or none.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The model's files that were written: the model, and the one of its weights where there is one.</returns>
    /// <exception cref="InvalidInputException">It cannot be written, or would be above 2 GB without external data.</exception>
    /// <exception cref="InvalidOperationException">A weight has changed since the export.</exception>
    public IReadOnlyList<string> Save(string path)
    {
        bool external = _externalData ?? Graph.Constants.Sum(constant => constant.Data.ByteCount) > ModelFile.LargestInline;
        string data = $"{path}.data";
        ModelFile file = new(_messages, Graph.Constants, external ? Path.GetFileName(data) : null);
        List<(string, Action<Stream>)> files = [(path, stream => file.WriteModel(stream, WriteElements))];
        if (file.HasExternalData)
        {
            files.Insert(0, (data, stream => file.WriteData(stream, WriteElements)));
        }

        if (Intermediates is { } intermediates)
        {
            // Of the model as it was just written, before it takes its name.
            string digest = string.Empty;
            files[^1] = (path, stream => digest = WriteHashed(stream, hashed => file.WriteModel(hashed, WriteElements)));
            files.Add((ReferenceIntermediates.PathFor(path), stream => (intermediates with { ModelDigest = digest }).Write(stream)));
        }

        AtomicFile.WriteTogether(files);
        return file.HasExternalData ? [path, data] : [path];
    }

    /// <summary>The graph as text.</summary>
    public override string ToString() => Graph.ToString();

    private static void WriteElements(GraphConstant constant, Stream stream) => CheckUnchanged(constant, constant.Data.WriteHashed(stream));

    private static string WriteHashed(Stream stream, Action<Stream> write)
    {
        using SHA256 hash = SHA256.Create();
        using (CryptoStream hashed = new(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            write(hashed);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

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
