using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;

namespace OnnxInit.Inference;

/// <summary>Puts an execution provider into session options, after asking the loaded ONNX Runtime whether it has it.</summary>
internal static class ExecutionProviderSession
{
    private const string UseArena = "use_arena";

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
    /// <param name="providerOptions">What the provider itself understands.</param>
    /// <exception cref="InvalidInputException">This build has no such provider, it does not start on this machine, or does not know an option.</exception>
    internal static void Append(SessionOptions options, ExecutionProvider provider, IReadOnlyDictionary<string, string> providerOptions)
    {
        string[] available = OrtEnv.Instance().GetAvailableProviders();
        CheckAvailable(provider, available);
        try
        {
            switch (provider.Kind)
            {
                case ExecutionProviderKind.Cuda:
                    AppendCuda(options, provider.Device, providerOptions);
                    break;
                case ExecutionProviderKind.DirectML:
                    // DirectML requires both: https://onnxruntime.ai/docs/execution-providers/DirectML-ExecutionProvider.html
                    options.EnableMemoryPattern = false;
                    options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                    if (providerOptions.Count == 0)
                    {
                        options.AppendExecutionProvider_DML(provider.Device);
                    }
                    else
                    {
                        options.AppendExecutionProvider("DML", new Dictionary<string, string>(providerOptions) { ["device_id"] = $"{provider.Device}" });
                    }

                    break;
                case ExecutionProviderKind.CoreML:
                    options.AppendExecutionProvider("CoreML", new Dictionary<string, string>(providerOptions));
                    break;
                default:
                    AppendCpu(options, providerOptions);
                    break;
            }
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw new InvalidInputException(
                $"Execution provider '{provider}' does not start: {OnnxRuntimeMessage.Shorten(exception.Message)}. Check the driver, its libraries, the device index{(providerOptions.Count > 0 ? $" and its options ({string.Join(", ", providerOptions.Select(option => $"{option.Key}={option.Value}"))})" : string.Empty)}, or use one of: {Names(available)}.", exception);
        }
    }

    private static void AppendCuda(SessionOptions options, int device, IReadOnlyDictionary<string, string> providerOptions)
    {
        using OrtCUDAProviderOptions cuda = new();
        cuda.UpdateOptions(new Dictionary<string, string>(providerOptions) { ["device_id"] = $"{device}" });
        options.AppendExecutionProvider_CUDA(cuda);
    }

    // The processor is always there and is appended only to be told something.
    private static void AppendCpu(SessionOptions options, IReadOnlyDictionary<string, string> providerOptions)
    {
        foreach ((string key, string value) in providerOptions)
        {
            if (key != UseArena || value is not ("0" or "1"))
            {
                throw new InvalidInputException($"The execution provider 'cpu' does not know the option '{key}={value}'; expected {UseArena}=0 or {UseArena}=1.");
            }

            options.AppendExecutionProvider_CPU(value == "1" ? 1 : 0);
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
