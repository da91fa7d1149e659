using static TorchSharp.torch;

namespace OnnxInit.Export.Graph;

/// <summary>Where and how a tensor lies in memory: tensors of one layout are the same tensor.</summary>
internal readonly record struct TensorLayout(nint Address, ScalarType Type, int Rank, long Size0, long Size1, long Stride0, long Stride1, string? Further)
{
    /// <summary>The layout of a tensor on the CPU.</summary>
    public static TensorLayout Of(Tensor tensor)
    {
        long[] sizes = tensor.shape;
        long[] strides = tensor.stride();
        return new(
            TensorAddress.OfData(tensor), tensor.dtype, sizes.Length, sizes.ElementAtOrDefault(0), sizes.ElementAtOrDefault(1), strides.ElementAtOrDefault(0), strides.ElementAtOrDefault(1),
            sizes.Length > 2 ? $"{string.Join(',', sizes)}/{string.Join(',', strides)}" : null);
    }
}
