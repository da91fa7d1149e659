using System.Globalization;
using OnnxInit.Contracts;

namespace OnnxInit.Inference;

/// <summary>What ONNX Runtime computes on, and on which device of that kind. Written <c>cpu</c>, <c>cuda:0</c>, <c>directml:0</c>, <c>coreml</c>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Device">The device's index, from 0; for <see cref="ExecutionProviderKind.Cuda"/> and <see cref="ExecutionProviderKind.DirectML"/> only, 0 otherwise.</param>
public readonly record struct ExecutionProvider(ExecutionProviderKind Kind, int Device = 0)
{
    /// <summary>The processor.</summary>
    public static ExecutionProvider Cpu { get; }

    /// <summary>Reads <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>directml</c>, <c>directml:1</c> or <c>coreml</c>, in any case; a device left out is 0.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <exception cref="InvalidInputException">Something else.</exception>
    public static ExecutionProvider Parse(string text)
    {
        string[] parts = text.Trim().ToLowerInvariant().Split(':');
        ExecutionProviderKind? kind = parts[0] switch
        {
            "cpu" => ExecutionProviderKind.Cpu,
            "cuda" => ExecutionProviderKind.Cuda,
            "directml" => ExecutionProviderKind.DirectML,
            "coreml" => ExecutionProviderKind.CoreML,
            _ => null,
        };
        int device = 0;
        bool understood = parts.Length == 1
            || (parts.Length == 2 && HasDevices(kind) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out device));
        return kind is { } known && understood
            ? new ExecutionProvider(known, device)
            : throw new InvalidInputException($"The execution provider is '{text}'; expected cpu, cuda, cuda:<device>, directml, directml:<device> or coreml.");
    }

    /// <inheritdoc/>
    public override string ToString() => HasDevices(Kind) ? $"{Kind.ToString().ToLowerInvariant()}:{Device}" : Kind.ToString().ToLowerInvariant();

    private static bool HasDevices(ExecutionProviderKind? kind) => kind is ExecutionProviderKind.Cuda or ExecutionProviderKind.DirectML;
}
