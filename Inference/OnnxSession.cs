using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference;

/// <summary>Opens model files in ONNX Runtime; weights in a file beside the model are found by their path.</summary>
internal static class OnnxSession
{
    /// <summary>Opens a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is run.</param>
    /// <exception cref="InvalidInputException">The file is missing, empty or no ONNX model, is newer than the loaded ONNX Runtime, lacks a file that belongs to it, or the provider is not there.</exception>
    internal static InferenceSession Open(string path, OnnxModelOptions options)
    {
        CheckFile(path);
        using SessionOptions sessionOptions = options.ToSessionOptions();
        try
        {
            return new InferenceSession(path, sessionOptions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw LoadingFailed(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(path, exception.Message, exception);
        }
    }

    /// <summary>Opens a model that is in memory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file that it is from or will be in: weights beside it are found in its folder.</param>
    /// <param name="options">How it is run.</param>
    /// <exception cref="InvalidInputException">It is no valid model, is newer than the loaded ONNX Runtime, lacks a file that belongs to it, or the provider is not there.</exception>
    internal static InferenceSession Open(ModelProto model, string path, OnnxModelOptions options)
    {
        using SessionOptions sessionOptions = options.ToSessionOptions();
        sessionOptions.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new InferenceSession(model.ToByteArray(), sessionOptions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw LoadingFailed(path, exception);
        }
    }

    internal static InvalidInputException CannotRead(string path, string problem, Exception? cause = null) =>
        new($"Cannot open the model '{path}': {problem} Name an ONNX file, such as one that `onnxinit export` wrote.", cause);

    private static void CheckFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw CannotRead(path, "it is a folder.");
        }

        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw CannotRead(path, "there is no such file.");
        }

        if (file.Length == 0)
        {
            throw CannotRead(path, "the file is empty.");
        }
    }

    private static InvalidInputException LoadingFailed(string path, Exception exception)
    {
        string message = OnnxRuntimeMessage.Shorten(exception.Message);
        bool tooNew = message.Contains("IR version", StringComparison.OrdinalIgnoreCase) || message.Contains("opset", StringComparison.OrdinalIgnoreCase);
        string remedy = tooNew
            ? $"Export it with an older opset ({OnnxVersions.DefaultOpset} loads everywhere since ONNX Runtime 1.14), or use a newer ONNX Runtime."
            : "Export or copy the model again, with the files that belong to it.";
        return new InvalidInputException($"ONNX Runtime {OnnxModel.OnnxRuntimeVersion} cannot load '{path}': {message}. {remedy}", exception);
    }
}
