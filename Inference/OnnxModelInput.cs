using System.Globalization;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Inference;

/// <summary>A model's only input: a batch of images, [N, C, H, W].</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="ElementType">Normalised values or pixels.</param>
/// <param name="BatchAxis">The symbol of the first axis, such as <c>N</c> or <c>batch</c>; empty where the axis is free without a name.</param>
/// <param name="Image">The other three axes.</param>
/// <param name="FixedBatch">How many images every run has, where the model does not leave it free; null where it does.</param>
public sealed record OnnxModelInput(string Name, OnnxElementType ElementType, string BatchAxis, ImageShape Image, int? FixedBatch = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {(ElementType == OnnxElementType.UInt8 ? "uint8" : "float32")} [{FixedBatch?.ToString(CultureInfo.InvariantCulture) ?? (BatchAxis.Length == 0 ? "?" : BatchAxis)}, {Image.Channels}, {Image.Height}, {Image.Width}]";
}
