using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>How large an MLP-Mixer is.</summary>
public sealed record MlpMixerConfiguration
{
    public int ImageSize { get; init; } = 24;

    public int PatchSize { get; init; } = 6;

    public int Width { get; init; } = 20;

    public int Depth { get; init; } = 3;

    public int Classes { get; init; } = 10;

    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);
}

/// <summary>A network of two-layer perceptrons across patches and across channels in turn, after Tolstikhin et al. 2021, https://arxiv.org/abs/2105.01601.</summary>
public sealed class MlpMixer : Module<Tensor, Tensor>
{
    private readonly Conv2d embed;
    private readonly Sequential blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public MlpMixer(MlpMixerConfiguration configuration)
        : base(nameof(MlpMixer))
    {
        embed = Conv2d(3, configuration.Width, configuration.PatchSize, stride: configuration.PatchSize);
        blocks = Sequential(Enumerable.Range(0, configuration.Depth).Select(i => ($"block{i}", (Module<Tensor, Tensor>)new MixerBlock(configuration))));
        norm = LayerNorm(configuration.Width);
        head = Linear(configuration.Width, configuration.Classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) // [N, 3, 24, 24]
    {
        Tensor patches = embed.call(image).flatten(2).transpose(1, 2); // [N, patches, width]
        patches = norm.call(blocks.call(patches));
        return head.call(patches.mean([1])); // [N, classes]
    }

    private sealed class MixerBlock : Module<Tensor, Tensor>
    {
        private readonly LayerNorm norm1;
        private readonly LayerNorm norm2;
        private readonly Mlp mixTokens;
        private readonly Mlp mixChannels;

        public MixerBlock(MlpMixerConfiguration configuration)
            : base(nameof(MixerBlock))
        {
            norm1 = LayerNorm(configuration.Width);
            mixTokens = new(configuration.Patches, configuration.Patches / 2);
            norm2 = LayerNorm(configuration.Width);
            mixChannels = new(configuration.Width, configuration.Width * 4);
            RegisterComponents();
        }

        public override Tensor forward(Tensor patches) // [N, patches, width]
        {
            Tensor turned = norm1.call(patches).transpose(1, 2); // [N, width, patches]
            patches = patches + mixTokens.call(turned).transpose(1, 2);
            return patches + mixChannels.call(norm2.call(patches));
        }
    }

    private sealed class Mlp : Module<Tensor, Tensor>
    {
        private readonly Linear fc1;
        private readonly Linear fc2;

        public Mlp(long width, long hidden)
            : base(nameof(Mlp))
        {
            fc1 = Linear(width, hidden);
            fc2 = Linear(hidden, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => fc2.call(functional.gelu(fc1.call(input)));
    }
}
