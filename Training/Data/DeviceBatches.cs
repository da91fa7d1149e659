using OnnxInit.Contracts.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Data;

/// <summary>
/// Batches for an accelerator: the pixels live there as bytes, and gathering and normalising happen there. Only the indices travel.
/// </summary>
public sealed class DeviceBatches : IBatches
{
    private readonly Tensor _pixels;
    private readonly Tensor _allLabels;
    private readonly Tensor _scale;
    private readonly Tensor _offset;
    private readonly Device _device;
    private Tensor? _images;
    private Tensor? _labels;

    /// <summary>Copies a set to a device.</summary>
    /// <param name="set">The images; their pixels take as many bytes there as here.</param>
    /// <param name="normalization">How pixels become inputs.</param>
    /// <param name="device">The device.</param>
    public DeviceBatches(ImageSet set, Normalization normalization, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        _device = device;
        _pixels = Keep(tensor(set.Pixels, dtype: ScalarType.Byte).reshape(set.Count, set.Shape.Channels, set.Shape.Height, set.Shape.Width));
        _allLabels = Keep(tensor(set.Labels, dtype: ScalarType.Byte).to(ScalarType.Int64));
        _scale = Keep(tensor(normalization.Scale().ToArray()).reshape(1, -1, 1, 1));
        _offset = Keep(tensor(normalization.Offset().ToArray()).reshape(1, -1, 1, 1));

        Tensor Keep(Tensor value) => value.to(device).MoveToOuterDisposeScope().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Images, Tensor Labels) Gather(ReadOnlySpan<int> indices)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _images?.Dispose();
        _labels?.Dispose();
        Tensor order = tensor(indices.ToArray(), dtype: ScalarType.Int32).to(_device);
        _images = _pixels.index_select(0, order).to(ScalarType.Float32).mul_(_scale).add_(_offset).DetachFromDisposeScope();
        _labels = _allLabels.index_select(0, order).DetachFromDisposeScope();
        return (_images, _labels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pixels.Dispose();
        _allLabels.Dispose();
        _scale.Dispose();
        _offset.Dispose();
        _images?.Dispose();
        _labels?.Dispose();
    }
}
