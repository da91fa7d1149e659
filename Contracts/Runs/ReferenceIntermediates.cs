using System.Text.Json;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Safetensors;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Contracts.Runs;

/// <summary>
/// TorchSharp's value for every value of an exported graph that stands for the result of one of the module's operations, on a sample batch:
/// <c>model.intermediates.safetensors</c>, which lets another machine find the first node that computes something else.
/// </summary>
/// <remarks>
/// The file holds one tensor per input and value, under its name in the graph, and the metadata <c>model.digest</c>, <c>sample</c> and
/// <c>graph</c>: JSON that lists the inputs, and for each value its node, operator, module path and source line, in the order of the graph.
/// </remarks>
public sealed record ReferenceIntermediates
{
    private const string Extension = ".intermediates.safetensors";
    private const string DigestKey = "model.digest";
    private const string SampleKey = "sample";
    private const string GraphKey = "graph";

    // The types that both formats have.
    private static readonly (DataType Onnx, SafetensorsType Safetensors)[] Types =
    [
        (DataType.Bool, SafetensorsType.Bool),
        (DataType.Uint8, SafetensorsType.UInt8),
        (DataType.Int8, SafetensorsType.Int8),
        (DataType.Int16, SafetensorsType.Int16),
        (DataType.Float16, SafetensorsType.Float16),
        (DataType.Bfloat16, SafetensorsType.BFloat16),
        (DataType.Int32, SafetensorsType.Int32),
        (DataType.Float, SafetensorsType.Float32),
        (DataType.Double, SafetensorsType.Float64),
        (DataType.Int64, SafetensorsType.Int64),
    ];

    /// <summary>SHA-256 in hexadecimal of the model file that was written together with this one; null before that.</summary>
    public string? ModelDigest { get; init; }

    /// <summary>What the batch is, for people: <c>8 test images of cifar10</c>. Default empty.</summary>
    public string Sample { get; init; } = string.Empty;

    /// <summary>What the graph was given, exactly.</summary>
    public required IReadOnlyList<OnnxTensor> Inputs { get; init; }

    /// <summary>The values, in the order in which the graph computes them, its outputs included.</summary>
    public required IReadOnlyList<ReferenceIntermediate> Values { get; init; }

    /// <summary>The file that belongs to a model: <c>cnn.intermediates.safetensors</c> beside <c>cnn.onnx</c>.</summary>
    /// <param name="modelPath">The model file.</param>
    public static string PathFor(string modelPath) =>
        (modelPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? modelPath[..^".onnx".Length] : modelPath) + Extension;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or one is of a type that safetensors does not have.</exception>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path) => SafetensorsWriter.Save(path, Tensors(), Metadata());

    /// <summary>Writes the file's content.</summary>
    /// <param name="stream">Where to.</param>
    /// <inheritdoc cref="Save(string)"/>
    public void Write(Stream stream) => SafetensorsWriter.Write(stream, Tensors(), Metadata());

    /// <summary>Reads a file.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, is no safetensors file, or has not the metadata and tensors of this kind.</exception>
    public static ReferenceIntermediates Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            IntermediateGraph graph = file.Metadata.TryGetValue(GraphKey, out string? json) && JsonSerializer.Deserialize(json, IntermediateGraphJson.Default.IntermediateGraph) is { } read
                ? read
                : throw new JsonException($"its metadata has no '{GraphKey}'.");
            return new()
            {
                ModelDigest = file.Metadata.GetValueOrDefault(DigestKey),
                Sample = file.Metadata.GetValueOrDefault(SampleKey, string.Empty),
                Inputs = [.. graph.Inputs.Select(name => Read(file, name))],
                Values = [.. graph.Values.Select(value => new ReferenceIntermediate(Read(file, value.Name), value.Node, value.Operator, new(value.Module, value.Operation, value.Source)))],
            };
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException($"'{path}' holds no intermediate values of a model: {exception.Message} Name a file that `onnxinit export --keep-intermediates` wrote.", exception);
        }
    }

    private static OnnxTensor Read(SafetensorsFile file, string name)
    {
        SafetensorsEntry entry = file.Find(name);
        DataType type = Types.FirstOrDefault(pair => pair.Safetensors == entry.Type).Onnx;
        if (type == DataType.Undefined || entry.ByteLength > Array.MaxLength)
        {
            throw new InvalidInputException($"Tensor '{name}' in '{file.FilePath}' is {entry.Type.Spelling()} [{string.Join(", ", entry.Shape)}]; expected at most 2 GB of {string.Join(", ", Types.Select(pair => pair.Safetensors.Spelling()))}. Export again with `onnxinit export --keep-intermediates`.");
        }

        byte[] data = new byte[entry.ByteLength];
        file.Read(name, data);
        return new(name, type, entry.Shape, data);
    }

    private IEnumerable<SafetensorsTensor> Tensors() => Inputs.Concat(Values.Select(value => value.Tensor)).Select(tensor => new SafetensorsTensor(
        tensor.Name,
        Types.FirstOrDefault(pair => pair.Onnx == tensor.Type) is { Onnx: not DataType.Undefined } pair
            ? pair.Safetensors
            : throw new ArgumentException($"The value '{tensor.Name}' is of type {tensor.Type}, which safetensors files do not hold."),
        tensor.Shape,
        stream => stream.Write(tensor.Data.Span)));

    private Dictionary<string, string> Metadata()
    {
        IntermediateGraph graph = new(
            [.. Inputs.Select(input => input.Name)],
            [.. Values.Select(value => new IntermediateGraphValue(value.Tensor.Name, value.Node, value.Operator, value.Origin.ModulePath, value.Origin.Operation, value.Origin.Source))]);
        Dictionary<string, string> metadata = new() { [GraphKey] = JsonSerializer.Serialize(graph, IntermediateGraphJson.Default.IntermediateGraph), [SampleKey] = Sample };
        if (ModelDigest is { } digest)
        {
            metadata[DigestKey] = digest;
        }

        return metadata;
    }
}
