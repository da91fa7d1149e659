using System.Runtime.InteropServices;
using OnnxInit.Contracts.Data;
using static TorchSharp.torch;

namespace OnnxInit.Training.Data;

/// <summary>
/// Batches for the CPU: <see cref="Normalization.Gather"/> writes straight into one pair of tensors that every batch shares.
/// </summary>
public sealed class HostBatches : IBatches
{
    private readonly ImageSet _set;
    private readonly Normalization _normalization;
    private Tensor? _images;
    private Tensor? _labels;

    /// <summary>Reads from a set in memory.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalization">How pixels become inputs.</param>
    public HostBatches(ImageSet set, Normalization normalization)
    {
        _set = set;
        _normalization = normalization;
    }

    /// <inheritdoc/>
    public (Tensor Images, Tensor Labels) Gather(ReadOnlySpan<int> indices)
    {
        if (_images is null || _labels is null || _images.shape[0] != indices.Length)
        {
            Dispose();
            _images = empty([indices.Length, _set.Shape.Channels, _set.Shape.Height, _set.Shape.Width]).DetachFromDisposeScope();
            _labels = empty([indices.Length], dtype: ScalarType.Int64).DetachFromDisposeScope();
        }

        _normalization.Gather(_set, indices, MemoryMarshal.Cast<byte, float>(_images.bytes));
        Span<long> labels = MemoryMarshal.Cast<byte, long>(_labels.bytes);
        for (int i = 0; i < indices.Length; i++)
        {
            labels[i] = _set.Labels[indices[i]];
        }

        return (_images, _labels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images?.Dispose();
        _labels?.Dispose();
    }
}
