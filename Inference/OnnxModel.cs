using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Inference;

/// <summary>An image classifier in an ONNX file, open in ONNX Runtime: images in, logits out. Not for several threads at once.</summary>
public sealed partial class OnnxModel : IDisposable
{
    /// <summary>The name of the output that is read where nobody names another.</summary>
    public const string OutputName = "logits";

    private readonly InferenceSession _session;

    private OnnxModel(string path, OnnxModelOptions options, InferenceSession session)
    {
        FilePath = path;
        Options = options;
        _session = session;
        Input = OnnxModelSignature.ReadInput(path, session, options.ImageSize);
        (string output, ClassCount) = OnnxModelSignature.ReadOutput(path, session, options.OutputName);
        Metadata = session.ModelMetadata.CustomMetadataMap;
        Normalization = options.Normalization ?? ModelMetadata.ReadNormalization(Metadata);
        ClassNames = options.ClassNames ?? (Metadata.TryGetValue(ModelMetadata.ClassNames, out string? names) && names.Length > 0 ? names.Split(',') : []);
        OnnxModelSignature.CheckMetadata(this);
        using FileStream stream = File.OpenRead(path);
        Digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        _inputNames = [Input.Name];
        _outputNames = [output];
    }

    /// <summary>The version of the ONNX Runtime that is loaded, such as <c>1.31.1</c>.</summary>
    public static string OnnxRuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>The file, as it was given to <see cref="Open"/>.</summary>
    public string FilePath { get; }

    /// <summary>How it is run.</summary>
    public OnnxModelOptions Options { get; }

    /// <summary>What computes.</summary>
    public ExecutionProvider Provider => Options.Provider;

    /// <summary>The input.</summary>
    public OnnxModelInput Input { get; }

    /// <summary>K, the number of logits per image.</summary>
    public int ClassCount { get; }

    /// <summary>What the file says about itself; the keys are in <see cref="ModelMetadata"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The normalisation that the model was trained with; null where neither the options nor the file say.</summary>
    public Normalization? Normalization { get; }

    /// <summary>The class names by index; empty where neither the options nor the file say.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>SHA-256 of the file in hexadecimal; weights in files beside it are not included.</summary>
    public string Digest { get; }

    /// <summary>Opens a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is run; the defaults where left out.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, empty or no ONNX model, or newer than the loaded ONNX Runtime; the model is no image classifier with one
    /// input [N, C, H, W] and an output [N, K]; its metadata or the options contradict its input or output; or the provider is not there.
    /// </exception>
    public static OnnxModel Open(string path, OnnxModelOptions? options = null)
    {
        options ??= new OnnxModelOptions();
        InferenceSession session = OnnxSession.Open(path, options);
        try
        {
            return new OnnxModel(path, options, session);
        }
        catch (Exception exception)
        {
            session.Dispose();
            if (exception is OnnxRuntimeException or IOException or UnauthorizedAccessException)
            {
                throw OnnxSession.CannotRead(path, exception.Message, exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch?.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }
}
