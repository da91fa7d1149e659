namespace OnnxInit.Contracts.Data;

/// <summary>
/// Turns pixels into what a network sees: y = pixel * scale + offset per channel, with scale = 1 / (255 std) and offset = -mean / std.
/// </summary>
/// <remarks>
/// The product and the sum are each rounded to float32, in this order, wherever it is computed - here, on an accelerator, or inside an
/// exported graph - so that all of them give the same bits.
/// </remarks>
/// <param name="Mean">The mean of every channel, in units of 1 = white.</param>
/// <param name="Std">The standard deviation of every channel, in the same units.</param>
public sealed record Normalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    /// <summary>CIFAR-10's training set.</summary>
    public static Normalization Cifar10 { get; } = new([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]);

    /// <summary>The factor of every channel, 1 / (255 std).</summary>
    public float[] Scale() => [.. Std.Select(std => (float)(1 / (255 * std)))];

    /// <summary>The summand of every channel, -mean / std.</summary>
    public float[] Offset() => [.. Mean.Zip(Std, (mean, std) => (float)(-mean / std))];

    /// <summary>Normalises whole images: y[n, c, h, w] = pixel[n, c, h, w] * scale[c] + offset[c].</summary>
    /// <param name="pixels">[N, C, H, W], 0 to 255.</param>
    /// <param name="destination">[N, C, H, W]; as long as <paramref name="pixels"/>.</param>
    /// <param name="planeSize">H * W, pixels of one plane.</param>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> destination, int planeSize)
    {
        float[] scale = Scale();
        float[] offset = Offset();
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / planeSize % scale.Length;
            float product = pixels[i] * scale[channel];
            destination[i] = product + offset[channel];
        }
    }
}
