using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Translators;

namespace OnnxInit.Export;

/// <summary>How a model is exported. Change the defaults by <c>with</c>.</summary>
public sealed record ExportOptions
{
    /// <summary>The operator set, 13 to 21; the file's IR version follows. Default 17.</summary>
    public int Opset { get; init; } = OnnxVersions.DefaultOpset;

    /// <summary>What the graph's input is called, an identifier. Default <c>input</c>.</summary>
    public string InputName { get; init; } = "input";

    /// <summary>What the graph's output is called, another identifier. Default <c>logits</c>.</summary>
    public string OutputName { get; init; } = "logits";

    /// <summary>The symbol of the batch axis, the first of the input, an identifier. Default <c>N</c>.</summary>
    public string BatchAxis { get; init; } = "N";

    /// <summary>The graph's name; made an identifier. Default <c>model</c>.</summary>
    public string GraphName { get; init; } = "model";

    /// <summary>Whether BatchNorm is folded into the Linear or Conv before it. Default false: it stays a node.</summary>
    public bool FoldBatchNorm { get; init; }

    /// <summary>Makes the graph take uint8 pixels and normalise them itself. Default null: it takes normalised float32.</summary>
    public Normalization? EmbedNormalization { get; init; }

    /// <summary>Texts for the file's <c>metadata_props</c>, written in the order of their keys. Default none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Which modules can be exported, and how. Default <see cref="TranslatorRegistry.Default"/>; <see cref="TranslatorRegistry.Clone"/> it to add your own.</summary>
    public TranslatorRegistry Translators { get; init; } = TranslatorRegistry.Default;

    /// <summary>Throws when a value makes no sense.</summary>
    /// <exception cref="InvalidInputException">The opset is not written, a name is no identifier (names every one), or input and output share theirs.</exception>
    internal void Validate()
    {
        _ = OnnxVersions.IrVersion(Opset);
        string[] misnamed =
        [
            .. from name in ((string Option, string Value)[])[(nameof(InputName), InputName), (nameof(OutputName), OutputName), (nameof(BatchAxis), BatchAxis)]
               where !GraphNames.IsIdentifier(name.Value)
               select $"{name.Option} is '{name.Value}'",
        ];
        if (misnamed.Length > 0)
        {
            throw new InvalidInputException($"The export options are impossible: {string.Join(", ", misnamed)}; expected letters, digits and _, not starting with a digit.");
        }

        if (InputName == OutputName)
        {
            throw new InvalidInputException($"The export options are impossible: InputName and OutputName are both '{InputName}'.");
        }
    }
}
