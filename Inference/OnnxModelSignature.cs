using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Inference;

/// <summary>Checks that a loaded graph is an image classifier: one input [N, C, H, W] of float32 or uint8, an output [N, K] of float32.</summary>
internal static class OnnxModelSignature
{
    internal static OnnxModelInput ReadInput(string path, InferenceSession session, (int Height, int Width)? imageSize)
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
        return type is { } known && input.Dimensions is [not 0, > 0, not 0, not 0] && Image(path, input, imageSize) is { } image
            ? new OnnxModelInput(name, known, input.SymbolicDimensions[0], image, input.Dimensions[0] > 0 ? input.Dimensions[0] : null)
            : throw Unfit(path, $"has the input {Describe(session.InputMetadata)}; expected float32 or uint8 images [N, C, H, W] with C known");
    }

    internal static (string Output, int ClassCount) ReadOutput(string path, InferenceSession session, string? wanted)
    {
        string? name = wanted
            ?? (session.OutputMetadata.ContainsKey(OnnxModel.OutputName) ? OnnxModel.OutputName
            : session.OutputMetadata.Count == 1 ? session.OutputMetadata.Single().Key
            : throw Unfit(path, $"has {session.OutputMetadata.Count} outputs ({Describe(session.OutputMetadata)}) and none is called '{OnnxModel.OutputName}'", "Name the one to read."));
        if (!session.OutputMetadata.TryGetValue(name, out NodeMetadata? output))
        {
            throw Unfit(path, $"has no output '{name}'; it has {Describe(session.OutputMetadata)}", "Name one of these.");
        }

        return output is { IsTensor: true, ElementDataType: TensorElementType.Float, Dimensions: [_, > 0] }
            ? (name, output.Dimensions[1])
            : throw Unfit(path, $"has the output {Describe(session.OutputMetadata)}; expected '{name}' to be float32 [N, K] with K known");
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

    // Height and width where the model says them, else where the caller does.
    private static ImageShape? Image(string path, NodeMetadata input, (int Height, int Width)? size)
    {
        (int height, int width) = (input.Dimensions[2], input.Dimensions[3]);
        return size is not (int wantedHeight, int wantedWidth)
            ? height > 0 && width > 0 ? new(input.Dimensions[1], height, width)
                : throw Unfit(path, $"takes images of any size, {Dimension(height, input.SymbolicDimensions[2])} x {Dimension(width, input.SymbolicDimensions[3])}", "Say which height and width.")
            : (height < 0 || height == wantedHeight) && (width < 0 || width == wantedWidth) ? new(input.Dimensions[1], wantedHeight, wantedWidth)
                : throw Unfit(path, $"takes images of {Dimension(height, input.SymbolicDimensions[2])} x {Dimension(width, input.SymbolicDimensions[3])} pixels, and {wantedHeight} x {wantedWidth} are asked for", "Leave the size out.");
    }

    private static InvalidInputException Unfit(string path, string problem, string remedy = "Export it again, or choose another model.") => new($"The model '{path}' {problem}. {remedy}");

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
