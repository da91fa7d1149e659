namespace OnnxInit.Contracts.Data;

/// <summary>The shape of one image: planes of rows of pixels, as CIFAR-10 and PyTorch order them (CHW).</summary>
/// <param name="Channels">Colour planes, 3 for RGB.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels in a row.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>3 x 32 x 32.</summary>
    public static ImageShape Cifar10 { get; } = new(3, 32, 32);

    /// <summary>Pixels of one plane.</summary>
    public int PlaneSize => Height * Width;

    /// <summary>Values of one image.</summary>
    public int Size => Channels * Height * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
