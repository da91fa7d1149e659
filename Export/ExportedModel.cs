using Google.Protobuf;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;

namespace OnnxInit.Export;

/// <summary>A model in ONNX's terms, ready to be written.</summary>
/// <param name="Graph">The graph, readable as text by <see cref="OnnxGraph.ToString"/>.</param>
/// <param name="Model">The file's content.</param>
/// <param name="Report">What the export did.</param>
public sealed record ExportedModel(OnnxGraph Graph, ModelProto Model, ExportReport Report)
{
    /// <summary>Writes the model file, whole or not at all. The same model gives the same bytes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Contracts.InvalidInputException">It cannot be written.</exception>
    public static ExportedModel Create(OnnxGraph graph, ExportOptions options, ExportReport report) => new(graph, Serialization.ModelSerializer.Serialize(graph, options), report);

    public void Save(string path) => AtomicFile.Write(path, Model.WriteTo);
}
