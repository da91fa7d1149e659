using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Inference;

/// <summary>Checks that a loaded graph is an image classifier: one input [N, C, H, W] of float32 or uint8, an output <c>logits</c> [N, K] of float32.</summary>
internal static class OnnxModelSignature
{
    internal static OnnxModelInput ReadInput(string path, InferenceSession session)
    {
        if (session.InputMetadata.Count != 1)
        {
            throw Unfit(path, $"has {session.InputMetadata.Count} inputs ({Describe(session.InputMetadata)}); expected one");
        }

        (string name, NodeMetadata input) = session.InputMetadata.Single();
        OnnxElementType? type = !input.IsTensor ? null : input.ElementDataType switch
        {
            TensorElementType.Float => OnnxElementType.Float32,
            TensorElementType.UInt8 => OnnxElementType.UInt8,
            _ => null,
        };
        return type is { } known && input.Dimensions is [< 0, > 0, > 0, > 0]
            ? new OnnxModelInput(name, known, input.SymbolicDimensions[0], new ImageShape(input.Dimensions[1], input.Dimensions[2], input.Dimensions[3]))
            : throw Unfit(path, $"has the input {Describe(session.InputMetadata)}; expected float32 or uint8 images [N, C, H, W] with a free N and the other sizes known");
    }

    internal static int ReadClassCount(string path, InferenceSession session)
    {
        if (!session.OutputMetadata.TryGetValue(OnnxModel.OutputName, out NodeMetadata? output))
        {
            throw Unfit(path, $"has no output '{OnnxModel.OutputName}'; it has {Describe(session.OutputMetadata)}");
        }

        return output is { IsTensor: true, ElementDataType: TensorElementType.Float, Dimensions: [_, > 0] }
            ? output.Dimensions[1]
            : throw Unfit(path, $"has the output {Describe(session.OutputMetadata)}; expected '{OnnxModel.OutputName}' to be float32 [N, K] with K known");
    }

    internal static void CheckMetadata(OnnxModel model)
    {
        string expected = model.Input.ElementType == OnnxElementType.UInt8 ? ModelMetadata.ByModel : ModelMetadata.ByCaller;
        if (model.Metadata.TryGetValue(ModelMetadata.NormalizedBy, out string? by) && by != expected)
        {
            throw Unfit(model.FilePath, $"says '{ModelMetadata.NormalizedBy}' = '{by}' in its metadata, and its input is {model.Input}; expected '{expected}'");
        }

        if (model.Normalization is { } normalization && normalization.Mean.Count != model.Input.Image.Channels)
        {
            throw Unfit(model.FilePath, $"has '{ModelMetadata.Mean}' for {normalization.Mean.Count} channels in its metadata, and its input is {model.Input}; expected one number per channel");
        }

        if (model.ClassNames.Count > 0 && model.ClassNames.Count != model.ClassCount)
        {
            throw Unfit(model.FilePath, $"names {model.ClassNames.Count} classes in its metadata and has {model.ClassCount} logits per image; expected one name per logit");
        }
    }

    private static InvalidInputException Unfit(string path, string problem) =>
        new($"The model '{path}' {problem}. Export it again, or choose another model.");

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> values) =>
        string.Join("; ", values.Select(value => value.Value.IsTensor
            ? $"{value.Key}: {Spelling(value.Value.ElementDataType)} [{string.Join(", ", value.Value.Dimensions.Select((size, axis) => Dimension(size, value.Value.SymbolicDimensions[axis])))}]"
            : $"{value.Key}: {value.Value.OnnxValueType}"));

    private static string Dimension(int size, string symbol) => size >= 0 ? $"{size}" : symbol.Length == 0 ? "?" : symbol;

    private static string Spelling(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };
}
