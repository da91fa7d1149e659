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
}
