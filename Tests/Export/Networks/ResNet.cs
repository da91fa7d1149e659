using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>How large a residual network is.</summary>
public sealed record ResNetConfiguration
{
    /// <summary>Residual blocks per stage; each stage but the first halves the image and doubles the channels.</summary>
    public int[] Blocks { get; init; } = [2, 2, 1];

    /// <summary>Channels of the first stage.</summary>
    public int Width { get; init; } = 8;

    /// <summary>Whether blocks are 1x1, 3x3, 1x1 with a fourfold expansion, and not 3x3, 3x3.</summary>
    public bool Bottleneck { get; init; }

    public int Classes { get; init; } = 10;
}

/// <summary>A residual network for images, after He et al. 2016, https://arxiv.org/abs/1512.03385.</summary>
public sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> stem;
    private readonly ModuleList<Module<Tensor, Tensor>> stages = new();
    private readonly AdaptiveAvgPool2d pool = AdaptiveAvgPool2d(1);
    private readonly Linear head;

    public ResNet(ResNetConfiguration configuration)
        : base(nameof(ResNet))
    {
        long width = configuration.Width;
        stem = Sequential(Conv2d(3, width, 3, padding: 1, bias: false), BatchNorm2d(width), ReLU(inplace: true), MaxPool2d(3, stride: 2, padding: 1));
        long channels = width;
        for (int stage = 0; stage < configuration.Blocks.Length; stage++)
        {
            Sequential blocks = Sequential();
            for (int i = 0; i < configuration.Blocks[stage]; i++)
            {
                long stride = stage > 0 && i == 0 ? 2 : 1;
                Module<Tensor, Tensor> block = configuration.Bottleneck ? new Bottleneck(channels, width, stride) : new BasicBlock(channels, width, stride);
                blocks.append(block);
                channels = configuration.Bottleneck ? width * Bottleneck.Expansion : width;
            }

            stages.Add(blocks);
            width *= 2;
        }

        head = Linear(channels, configuration.Classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) // [N, 3, 32, 32]
    {
        Tensor features = stem.call(image); // [N, width, 16, 16]
        foreach (Module<Tensor, Tensor> stage in stages)
        {
            features = stage.call(features);
        }

        Tensor pooled = pool.call(features).flatten(1); // [N, channels]
        return head.call(pooled);
    }

    /// <summary>x + f(x) of two 3x3 convolutions.</summary>
    private sealed class BasicBlock : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1;
        private readonly Conv2d conv2;
        private readonly BatchNorm2d bn1;
        private readonly BatchNorm2d bn2;
        private readonly Module<Tensor, Tensor>? shortcut;

        public BasicBlock(long channels, long width, long stride)
            : base(nameof(BasicBlock))
        {
            conv1 = Conv2d(channels, width, 3, stride: stride, padding: 1, bias: false);
            bn1 = BatchNorm2d(width);
            conv2 = Conv2d(width, width, 3, padding: 1, bias: false);
            bn2 = BatchNorm2d(width);
            if (stride != 1 || channels != width)
            {
                shortcut = Sequential(Conv2d(channels, width, 1, stride: stride, bias: false), BatchNorm2d(width));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor residual = shortcut is null ? input : shortcut.call(input);
            Tensor features = functional.relu(bn1.call(conv1.call(input)));
            features = bn2.call(conv2.call(features));
            features += residual;
            return functional.relu(features);
        }
    }

    /// <summary>x + f(x) of a 3x3 convolution between two 1x1.</summary>
    private sealed class Bottleneck : Module<Tensor, Tensor>
    {
        public const int Expansion = 4;

        private readonly Module<Tensor, Tensor> branch;
        private readonly Module<Tensor, Tensor> shortcut;
        private readonly ReLU relu = ReLU(inplace: true);

        public Bottleneck(long channels, long width, long stride)
            : base(nameof(Bottleneck))
        {
            long output = width * Expansion;
            branch = Sequential(
                ("reduce", Conv2d(channels, width, 1, bias: false)), ("bn1", BatchNorm2d(width)), ("relu1", ReLU(inplace: true)),
                ("conv", Conv2d(width, width, 3, stride: stride, padding: 1, bias: false)), ("bn2", BatchNorm2d(width)), ("relu2", ReLU(inplace: true)),
                ("expand", Conv2d(width, output, 1, bias: false)), ("bn3", BatchNorm2d(output)));
            shortcut = stride != 1 || channels != output ? Sequential(Conv2d(channels, output, 1, stride: stride, bias: false), BatchNorm2d(output)) : Identity();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => relu.call(branch.call(input) + shortcut.call(input));
    }
}
