using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>A convolutional autoencoder; its forward gives the reconstruction and the code.</summary>
public sealed class Autoencoder : Module<Tensor, (Tensor Reconstruction, Tensor Code)>
{
    private const long Channels = 16;
    private const long Size = 4;

    private readonly Sequential encoder;
    private readonly Linear toCode;
    private readonly Linear fromCode;
    private readonly Sequential decoder;

    public Autoencoder(long code = 6)
        : base(nameof(Autoencoder))
    {
        encoder = Sequential(
            Conv2d(1, 8, 3, stride: 2, padding: 1), ELU(), // [N, 8, 14, 14]
            Conv2d(8, 12, 3, stride: 2, padding: 1), BatchNorm2d(12), ELU(), // [N, 12, 7, 7]
            Conv2d(12, Channels, 3, stride: 2, padding: 1), ELU()); // [N, 16, 4, 4]
        toCode = Linear(Channels * Size * Size, code);
        fromCode = Linear(code, Channels * Size * Size);
        decoder = Sequential(
            ConvTranspose2d(Channels, 12, 3, stride: 2, padding: 1), ELU(), // [N, 12, 7, 7]
            ConvTranspose2d(12, 8, 3, stride: 2, padding: 1, output_padding: 1), BatchNorm2d(8), ELU(), // [N, 8, 14, 14]
            ConvTranspose2d(8, 1, 4, stride: 2, padding: 1), Sigmoid()); // [N, 1, 28, 28]
        RegisterComponents();
    }

    public Tensor Encode(Tensor image) => toCode.call(encoder.call(image).flatten(start_dim: 1));

    public Tensor Decode(Tensor code) => decoder.call(fromCode.call(code).view(-1, Channels, Size, Size));

    public override (Tensor Reconstruction, Tensor Code) forward(Tensor image) // [N, 1, 28, 28]
    {
        Tensor code = Encode(image); // [N, code]
        return (Decode(code), code);
    }
}
