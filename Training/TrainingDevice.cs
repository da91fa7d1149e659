using System.Globalization;
using OnnxInit.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training;

/// <summary>Where a network is trained.</summary>
public static class TrainingDevice
{
    /// <summary>The device that a text asks for.</summary>
    /// <param name="text"><c>auto</c> (CUDA, then MPS, then the CPU), <c>cuda</c>, <c>cuda:1</c>, <c>mps</c> or <c>cpu</c>.</param>
    /// <exception cref="InvalidInputException">The text is none of these, or the device is absent; says what there is.</exception>
    public static Device Resolve(string text)
    {
        string[] parts = text.Split(':');
        int index = 0;
        bool known = parts[0] is "auto" or "cuda" or "mps" or "cpu"
            && (parts.Length == 1 || (parts.Length == 2 && parts[0] == "cuda" && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)));
        if (!known)
        {
            throw new InvalidInputException($"There is no device '{text}'; expected auto, cuda, cuda:INDEX, mps or cpu.");
        }

        int cudaDevices = cuda.is_available() ? cuda.device_count() : 0;
        bool mps = mps_is_available();
        return parts[0] switch
        {
            "auto" when cudaDevices > 0 => new Device(DeviceType.CUDA, 0),
            "auto" when mps => new Device(DeviceType.MPS),
            "auto" or "cpu" => new Device(DeviceType.CPU),
            "cuda" when index < cudaDevices => new Device(DeviceType.CUDA, index),
            "mps" when mps => new Device(DeviceType.MPS),
            _ => throw new InvalidInputException(
                $"The device '{text}' is not here; available: {string.Join(", ", Available(cudaDevices, mps))}. "
                + "CUDA needs an NVIDIA GPU and a build with -p:Accelerator=cuda."),
        };
    }

    private static IEnumerable<string> Available(int cudaDevices, bool mps) =>
        [.. Enumerable.Range(0, cudaDevices).Select(i => $"cuda:{i}"), .. mps ? ["mps"] : Array.Empty<string>(), "cpu"];
}
