using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;

namespace OnnxInit.Inference;

/// <summary>Puts an execution provider into session options, after asking the loaded ONNX Runtime whether it has it.</summary>
internal static class ExecutionProviderSession
{
    private static readonly (ExecutionProviderKind Kind, string OnnxRuntimeName, string Build)[] Table =
    [
        (ExecutionProviderKind.Cpu, "CPUExecutionProvider", "every build has it"),
        (ExecutionProviderKind.Cuda, "CUDAExecutionProvider", "on Linux or Windows with an NVIDIA GPU, `dotnet build -p:Accelerator=cuda` brings it"),
        (ExecutionProviderKind.DirectML, "DmlExecutionProvider", "on Windows, `dotnet build -p:Accelerator=directml` brings it"),
        (ExecutionProviderKind.CoreML, "CoreMLExecutionProvider", "on macOS, `dotnet build -p:Accelerator=cpu` brings it"),
    ];

    /// <summary>Adds the provider; what it cannot compute falls to the CPU.</summary>
    /// <param name="options">The options of a session that is yet to be made.</param>
    /// <param name="provider">The provider.</param>
    /// <exception cref="InvalidInputException">This build has no such provider, or it does not start on this machine.</exception>
    internal static void Append(SessionOptions options, ExecutionProvider provider)
    {
        string[] available = OrtEnv.Instance().GetAvailableProviders();
        CheckAvailable(provider, available);
        try
        {
            switch (provider.Kind)
            {
                case ExecutionProviderKind.Cuda:
                    options.AppendExecutionProvider_CUDA(provider.Device);
                    break;
                case ExecutionProviderKind.DirectML:
                    // DirectML requires both: https://onnxruntime.ai/docs/execution-providers/DirectML-ExecutionProvider.html
                    options.EnableMemoryPattern = false;
                    options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                    options.AppendExecutionProvider_DML(provider.Device);
                    break;
                case ExecutionProviderKind.CoreML:
                    options.AppendExecutionProvider_CoreML();
                    break;
                default:
                    break;
            }
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw new InvalidInputException(
                $"Execution provider '{provider}' does not start: {OnnxRuntimeMessage.Shorten(exception.Message)}. Check the driver, its libraries and the device index, or use one of: {Names(available)}.", exception);
        }
    }

    /// <summary>Compares with what an ONNX Runtime lists.</summary>
    internal static void CheckAvailable(ExecutionProvider provider, IReadOnlyCollection<string> available)
    {
        (_, string onnxRuntimeName, string build) = Table[(int)provider.Kind];
        if (!available.Contains(onnxRuntimeName))
        {
            throw new InvalidInputException($"This build has no execution provider '{provider}'; it has: {Names(available)}. Use one of these, or another build: {build}.");
        }
    }

    private static string Names(IReadOnlyCollection<string> available) =>
        string.Join(", ", Table.Where(row => available.Contains(row.OnnxRuntimeName)).Select(row => row.Kind.ToString().ToLowerInvariant()));
}
