using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Proof;

/// <summary>Tensors between TorchSharp and a runtime, and from pixels to what a model is trained on.</summary>
internal static class TensorConversion
{
    /// <summary>A copy for a runtime.</summary>
    /// <param name="name">What it is called there.</param>
    /// <param name="tensor">The tensor.</param>
    public static OnnxTensor ToOnnx(string name, Tensor tensor)
    {
        using Tensor rows = tensor.detach().cpu().contiguous();
        return new(name, tensor.dtype.ToOnnx(), tensor.shape, rows.NumberOfElements == 0 ? ReadOnlyMemory<byte>.Empty : rows.bytes.ToArray());
    }

    /// <summary>A copy for TorchSharp.</summary>
    /// <param name="tensor">The tensor.</param>
    public static Tensor FromOnnx(OnnxTensor tensor)
    {
        Tensor copy = empty([.. tensor.Shape], tensor.Type.ToTorch());
        if (copy.NumberOfElements > 0)
        {
            tensor.Data.Span.CopyTo(copy.bytes);
        }

        return copy;
    }

    /// <summary>What a graph with an embedded normalisation makes of pixels, step by step: as floats, scaled, and what forward takes.</summary>
    /// <param name="pixels">uint8 [N, C, H, W].</param>
    /// <param name="normalization">Mean and standard deviation per channel.</param>
    public static (Tensor Cast, Tensor Scaled, Tensor Normalized) Normalize(Tensor pixels, Normalization normalization)
    {
        long[] perChannel = [1, normalization.Mean.Count, 1, 1];
        Tensor cast = pixels.to(ScalarType.Float32);
        Tensor scaled = cast * tensor(normalization.Scale()).reshape(perChannel);
        return (cast, scaled, scaled + tensor(normalization.Offset()).reshape(perChannel));
    }
}
