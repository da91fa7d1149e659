using System.Collections;
using System.Runtime.InteropServices;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Randomness;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization;

/// <summary>Images as a classifier takes them, in batches; made anew every time they are gone through, so that only one is in memory.</summary>
public sealed class SampleBatches : IEnumerable<IReadOnlyList<OnnxTensor>>
{
    private const int BatchSize = 64;

    private readonly OnnxModel _model;
    private readonly ImageSet _images;
    private readonly int[] _indices;
    private readonly Normalization? _normalization;

    private SampleBatches(OnnxModel model, ImageSet images, int[] indices)
    {
        if (images.Shape != model.Input.Image)
        {
            throw new InvalidInputException($"The images are {images.Shape}, and the model '{model.FilePath}' takes {model.Input}. Choose the images that the model was trained on.");
        }

        _normalization = model.Input.ElementType == OnnxElementType.Float32 ? model.RequireNormalization() : null;
        _model = model;
        _images = images;
        _indices = indices;
    }

    /// <summary>The number of images.</summary>
    public int Count => _indices.Length;

    /// <summary>Chooses images at random: a function of the seed, every choice equally likely.</summary>
    /// <param name="model">The classifier: its input says whether it takes pixels or normalised values, its metadata how to normalise.</param>
    /// <param name="images">The images to choose from.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed, other images.</param>
    /// <exception cref="InvalidInputException">The count is below 1 or above the number of images, or the model takes other images or does not say how to normalise.</exception>
    public static SampleBatches Choose(OnnxModel model, ImageSet images, int count, long seed)
    {
        if (count < 1 || count > images.Count)
        {
            throw new InvalidInputException($"{count:N0} images are asked for to calibrate on; expected 1 to {images.Count:N0}, the number of training images.");
        }

        int[] indices = [.. Enumerable.Range(0, images.Count)];
        new PhiloxRandom(seed, "calibration").Shuffle(indices);
        return new(model, images, indices[..count]);
    }

    /// <summary>Takes the first images of a set, in their order.</summary>
    /// <param name="model">As for <see cref="Choose"/>.</param>
    /// <param name="images">The images.</param>
    /// <param name="count">How many, at most all.</param>
    /// <exception cref="InvalidInputException">The model takes other images, or does not say how to normalise.</exception>
    public static SampleBatches First(OnnxModel model, ImageSet images, int count) => new(model, images, [.. Enumerable.Range(0, Math.Min(count, images.Count))]);

    /// <inheritdoc/>
    public IEnumerator<IReadOnlyList<OnnxTensor>> GetEnumerator() => _indices.Chunk(BatchSize).Select(Batch).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IReadOnlyList<OnnxTensor> Batch(int[] indices)
    {
        byte[] pixels = [.. indices.SelectMany(index => _images.Image(index).ToArray())];
        long[] shape = [indices.Length, _images.Shape.Channels, _images.Shape.Height, _images.Shape.Width];
        if (_normalization is null)
        {
            return [new(_model.Input.Name, DataType.Uint8, shape, pixels)];
        }

        float[] values = new float[pixels.Length];
        _normalization.Apply(pixels, values, _images.Shape.PlaneSize);
        return [new(_model.Input.Name, DataType.Float, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())];
    }
}
