namespace OnnxInit.Contracts.Data;

// Whole images: pixels to float32 and back.
public sealed partial record Normalization
{
    /// <summary>Normalises one or more whole images: y[n, c, h, w] = pixel[n, c, h, w] * scale[c] + offset[c].</summary>
    /// <param name="pixels">[N, C, H, W], 0 to 255.</param>
    /// <param name="destination">[N, C, H, W]; as long as <paramref name="pixels"/>.</param>
    /// <param name="planeSize">H * W, pixels of one plane.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no multiple of C * H * W.</exception>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> destination, int planeSize)
    {
        CheckLengths(pixels.Length, destination.Length, planeSize);
        for (int start = 0, channel = 0; start < pixels.Length; start += planeSize, channel = (channel + 1) % _scale.Length)
        {
            PlaneNormalization.Apply(pixels.Slice(start, planeSize), destination.Slice(start, planeSize), _scale[channel], _offset[channel]);
        }
    }

    /// <summary>Fills a batch with chosen images of a set, normalised: y[i] = normalised image <paramref name="indices"/>[i].</summary>
    /// <param name="set">Where the images come from.</param>
    /// <param name="indices">n indices into the set, in any order, repetitions allowed.</param>
    /// <param name="destination">[n, C, H, W].</param>
    /// <exception cref="ArgumentException">The set has another number of channels, or the destination another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the set.</exception>
    public void Gather(ImageSet set, ReadOnlySpan<int> indices, Span<float> destination)
    {
        int imageSize = set.Shape.Size;
        if (set.Shape.Channels != _scale.Length)
        {
            throw new ArgumentException($"The images are {set.Shape}, and the normalisation has {_scale.Length} channels ({this}).", nameof(set));
        }

        if (destination.Length != (long)indices.Length * imageSize)
        {
            throw new ArgumentException($"{indices.Length} images of {set.Shape} fill {(long)indices.Length * imageSize} values, and the destination has {destination.Length}.", nameof(destination));
        }

        for (int i = 0; i < indices.Length; i++)
        {
            Apply(set.Image(indices[i]), destination.Slice(i * imageSize, imageSize), set.Shape.PlaneSize);
        }
    }

    /// <summary>Turns normalised values back into pixels: round((y * std + mean) * 255), limited to 0 to 255; NaN becomes 0.</summary>
    /// <param name="values">[N, C, H, W], normalised.</param>
    /// <param name="destination">[N, C, H, W]; as long as <paramref name="values"/>.</param>
    /// <param name="planeSize">H * W, pixels of one plane.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no multiple of C * H * W.</exception>
    public void Invert(ReadOnlySpan<float> values, Span<byte> destination, int planeSize)
    {
        CheckLengths(values.Length, destination.Length, planeSize);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / planeSize % _scale.Length;
            double pixel = Math.Round(((values[i] * _std[channel]) + _mean[channel]) * 255);
            destination[i] = double.IsNaN(pixel) ? (byte)0 : (byte)Math.Clamp(pixel, 0, 255);
        }
    }

    private void CheckLengths(int from, int to, int planeSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(planeSize);
        if (from != to || from % ((long)planeSize * _scale.Length) != 0)
        {
            throw new ArgumentException(
                $"{from} values go to {to}; expected the same number, a multiple of {_scale.Length} channels x {planeSize} pixels.");
        }
    }
}
