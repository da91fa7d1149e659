using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>A network from image to image with skip connections across its U, after Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597.</summary>
public sealed class UNet : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> downs = new();
    private readonly ModuleList<Module<Tensor, Tensor>> ups = new();
    private readonly ModuleList<Module<Tensor, Tensor>> merges = new();
    private readonly MaxPool2d pool = MaxPool2d(2);
    private readonly Module<Tensor, Tensor> bottom;
    private readonly Conv2d output;

    /// <param name="learned">Whether the way up is by transposed convolutions, and not by bilinear interpolation.</param>
    /// <param name="classes">Classes of a pixel.</param>
    public UNet(bool learned, int classes = 3)
        : base(nameof(UNet))
    {
        long[] widths = [8, 12, 16];
        long channels = 3;
        foreach (long width in widths)
        {
            downs.Add(new DoubleConv(channels, width));
            channels = width;
        }

        bottom = new DoubleConv(channels, 2 * channels);
        channels *= 2;
        foreach (long width in widths.Reverse())
        {
            ups.Add(learned ? ConvTranspose2d(channels, width, 2, stride: 2) : Conv2d(channels, width, 1));
            merges.Add(new DoubleConv(2 * width, width));
            channels = width;
        }

        output = Conv2d(channels, classes, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) // [N, 3, H, W]
    {
        List<Tensor> skips = [];
        Tensor features = image;
        foreach (Module<Tensor, Tensor> down in downs)
        {
            features = down.call(features);
            skips.Add(features);
            features = pool.call(features); // [N, C, H / 2, W / 2]
        }

        features = bottom.call(features);
        for (int i = 0; i < ups.Count; i++)
        {
            Tensor skip = skips[skips.Count - 1 - i];
            features = ups[i].call(features);
            if (features.shape[2] != skip.shape[2] || features.shape[3] != skip.shape[3])
            {
                features = functional.interpolate(features, size: [skip.shape[2], skip.shape[3]], mode: InterpolationMode.Bilinear, align_corners: true);
            }

            features = merges[i].call(cat([skip, features], 1));
        }

        return output.call(features); // [N, classes, H, W]
    }

    private sealed class DoubleConv : Module<Tensor, Tensor>
    {
        private readonly Sequential layers;

        public DoubleConv(long channels, long width)
            : base(nameof(DoubleConv))
        {
            layers = Sequential(
                Conv2d(channels, width, 3, padding: 1, padding_mode: PaddingModes.Reflect, bias: false), BatchNorm2d(width), LeakyReLU(0.1),
                Conv2d(width, width, 3, Padding.Same, bias: false), BatchNorm2d(width), LeakyReLU(0.1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layers.call(input);
    }
}
