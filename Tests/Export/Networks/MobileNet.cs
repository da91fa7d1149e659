using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>One inverted residual.</summary>
/// <param name="Kernel">The depthwise kernel's size.</param>
/// <param name="Expanded">Channels inside.</param>
/// <param name="Output">Channels that come out.</param>
/// <param name="SqueezeExcite">Whether channels are weighed.</param>
/// <param name="HardSwish">Hardswish, and not ReLU.</param>
/// <param name="Stride">The depthwise stride.</param>
public sealed record InvertedResidualConfiguration(long Kernel, long Expanded, long Output, bool SqueezeExcite, bool HardSwish, long Stride);

/// <summary>A network of depthwise convolutions, after Howard et al. 2019 (MobileNetV3), https://arxiv.org/abs/1905.02244.</summary>
public sealed class MobileNet : Module<Tensor, Tensor>
{
    private static readonly InvertedResidualConfiguration[] Small =
    [
        new(3, 8, 8, true, false, 2),
        new(3, 24, 12, false, false, 2),
        new(3, 32, 12, false, false, 1),
        new(5, 48, 16, true, true, 2),
        new(5, 64, 16, true, true, 1),
    ];

    private readonly Sequential features;
    private readonly Sequential classifier;

    public MobileNet(int classes = 10)
        : base(nameof(MobileNet))
    {
        List<Module<Tensor, Tensor>> layers = [Conv2d(3, 8, 3, stride: 2, padding: 1, bias: false), BatchNorm2d(8, 0.001, 0.01), Hardswish()];
        long channels = 8;
        foreach (InvertedResidualConfiguration configuration in Small)
        {
            layers.Add(new InvertedResidual(channels, configuration));
            channels = configuration.Output;
        }

        layers.AddRange([Conv2d(channels, 6 * channels, 1, bias: false), BatchNorm2d(6 * channels, 0.001, 0.01), Hardswish()]);
        features = Sequential(layers);
        classifier = Sequential(Linear(6 * channels, 32), Hardswish(), Dropout(0.2), Linear(32, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) // [N, 3, 32, 32]
    {
        Tensor maps = features.call(image); // [N, 96, 2, 2]
        Tensor pooled = functional.adaptive_avg_pool2d(maps, (1, 1)); // [N, 96, 1, 1]
        return classifier.call(flatten(pooled, 1));
    }

    private sealed class InvertedResidual : Module<Tensor, Tensor>
    {
        private readonly Sequential block = Sequential();
        private readonly bool _isResidual;

        public InvertedResidual(long channels, InvertedResidualConfiguration configuration)
            : base(nameof(InvertedResidual))
        {
            (long kernel, long expanded, long output, bool squeezeExcite, bool hardSwish, long stride) = configuration;
            _isResidual = stride == 1 && channels == output;
            if (expanded != channels)
            {
                block.append(Conv2d(channels, expanded, 1, bias: false)).append(BatchNorm2d(expanded, 0.001, 0.01)).append(Activation());
            }

            block.append(Conv2d(expanded, expanded, kernel, stride: stride, padding: kernel / 2, groups: expanded, bias: false))
                .append(BatchNorm2d(expanded, 0.001, 0.01)).append(Activation());
            if (squeezeExcite)
            {
                block.append(new SqueezeExcite(expanded));
            }

            block.append(Conv2d(expanded, output, 1, bias: false)).append(BatchNorm2d(output, 0.001, 0.01));
            RegisterComponents();

            Module<Tensor, Tensor> Activation() => hardSwish ? Hardswish() : ReLU();
        }

        public override Tensor forward(Tensor input) => _isResidual ? input + block.call(input) : block.call(input);
    }

    /// <summary>Weighs every channel by what all of them are on average.</summary>
    private sealed class SqueezeExcite : Module<Tensor, Tensor>
    {
        private readonly Conv2d reduce;
        private readonly Conv2d expand;

        public SqueezeExcite(long channels)
            : base(nameof(SqueezeExcite))
        {
            reduce = Conv2d(channels, channels / 4, 1);
            expand = Conv2d(channels / 4, channels, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor scale = input.mean([2, 3], keepdim: true); // [N, C, 1, 1]
            scale = functional.hardsigmoid(expand.call(functional.relu(reduce.call(scale))));
            return input * scale;
        }
    }
}
