using TorchSharp;

namespace OnnxInit.Training.Data;

/// <summary>Makes batches of chosen images, normalised, on the device of the training.</summary>
public interface IBatches : IDisposable
{
    /// <summary>Gathers images by index.</summary>
    /// <param name="indices">Positions in the set, in the order wanted.</param>
    /// <returns>
    /// Images float32 [n, C, H, W] and labels int64 [n]. They belong to the pipeline and hold until the next call: neither dispose nor change them.
    /// </returns>
    (torch.Tensor Images, torch.Tensor Labels) Gather(ReadOnlySpan<int> indices);
}
