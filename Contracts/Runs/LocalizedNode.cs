using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Contracts.Runs;

/// <summary>A node of a model that is compared with TorchSharp.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Operator">Its operator, such as <c>Gemm</c>.</param>
/// <param name="Origin">The module and the source line that it came from; null where neither the model nor the exporter says.</param>
public sealed record LocalizedNode(string Name, string Operator, NodeOrigin? Origin)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Operator}){(Origin is null ? string.Empty : $" of {Origin}")}";
}
