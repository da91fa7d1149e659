namespace OnnxInit.Inference;

/// <summary>What ONNX Runtime computes on.</summary>
public enum ExecutionProviderKind
{
    /// <summary>The processor; in every build.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; Linux and Windows, <c>dotnet build -p:Accelerator=cuda</c>.</summary>
    Cuda,

    /// <summary>Any DirectX 12 GPU; Windows, <c>dotnet build -p:Accelerator=directml</c>. Models up to opset 20.</summary>
    DirectML,

    /// <summary>Apple's accelerators; in the CPU build on macOS.</summary>
    CoreML,
}
