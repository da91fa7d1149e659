namespace OnnxInit.Contracts.Data;

/// <summary>Labelled images in memory: all pixels in one contiguous block of bytes, [N, C, H, W], 0 to 255.</summary>
public sealed class ImageSet
{
    /// <summary>Takes the arrays as they are; nothing is copied.</summary>
    /// <param name="shape">The shape of every image.</param>
    /// <param name="pixels">N times <see cref="ImageShape.Size"/> bytes.</param>
    /// <param name="labels">N class indices.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public ImageSet(ImageShape shape, byte[] pixels, byte[] labels)
    {
        if (pixels.LongLength != (long)labels.Length * shape.Size)
        {
            throw new ArgumentException($"{labels.Length} labels want {(long)labels.Length * shape.Size} pixel bytes of {shape} images, and there are {pixels.LongLength}.", nameof(pixels));
        }

        Shape = shape;
        Pixels = pixels;
        Labels = labels;
    }

    /// <summary>The shape of every image.</summary>
    public ImageShape Shape { get; }

    /// <summary>All pixels, [N, C, H, W].</summary>
    public byte[] Pixels { get; }

    /// <summary>The class index of every image.</summary>
    public byte[] Labels { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>The pixels of one image, [C, H, W].</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * Shape.Size, Shape.Size);
}
