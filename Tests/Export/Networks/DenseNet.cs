using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>How large a densely connected network is.</summary>
public sealed record DenseNetConfiguration
{
    /// <summary>Layers per block.</summary>
    public int[] Layers { get; init; } = [3, 4];

    /// <summary>Channels that every layer adds.</summary>
    public int Growth { get; init; } = 6;

    public int Classes { get; init; } = 10;
}

/// <summary>A network in which every layer sees the outputs of all before it, after Huang et al. 2017, https://arxiv.org/abs/1608.06993.</summary>
public sealed class DenseNet : Module<Tensor, Tensor>
{
    private readonly Conv2d stem;
    private readonly Sequential body = Sequential();
    private readonly BatchNorm2d norm;
    private readonly Linear classifier;

    public DenseNet(DenseNetConfiguration configuration)
        : base(nameof(DenseNet))
    {
        long channels = 2 * configuration.Growth;
        stem = Conv2d(3, channels, 3, padding: 1, bias: false);
        for (int i = 0; i < configuration.Layers.Length; i++)
        {
            body.append($"block{i + 1}", new DenseBlock(channels, configuration.Growth, configuration.Layers[i]));
            channels += configuration.Layers[i] * configuration.Growth;
            if (i < configuration.Layers.Length - 1)
            {
                body.append($"transition{i + 1}", Sequential(BatchNorm2d(channels), ReLU(), Conv2d(channels, channels / 2, 1, bias: false), AvgPool2d(2)));
                channels /= 2;
            }
        }

        norm = BatchNorm2d(channels);
        classifier = Linear(channels, configuration.Classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) // [N, 3, 16, 16]
    {
        Tensor features = norm.call(body.call(stem.call(image))).relu_(); // [N, channels, 8, 8]
        features = functional.adaptive_avg_pool2d(features, 1); // [N, channels, 1, 1]
        return classifier.call(features.view(features.shape[0], -1));
    }

    private sealed class DenseBlock : Module<Tensor, Tensor>
    {
        private readonly ModuleList<DenseLayer> layers = new();

        public DenseBlock(long channels, int growth, int count)
            : base(nameof(DenseBlock))
        {
            for (int i = 0; i < count; i++)
            {
                layers.Add(new DenseLayer(channels + (i * growth), growth));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            List<Tensor> features = [input];
            foreach (DenseLayer layer in layers)
            {
                features.Add(layer.call(features));
            }

            return cat(features, 1);
        }
    }

    private sealed class DenseLayer : Module<IList<Tensor>, Tensor>
    {
        private readonly BatchNorm2d norm1;
        private readonly Conv2d conv1;
        private readonly BatchNorm2d norm2;
        private readonly Conv2d conv2;
        private readonly Dropout dropout = Dropout(0.1);

        public DenseLayer(long channels, int growth)
            : base(nameof(DenseLayer))
        {
            norm1 = BatchNorm2d(channels);
            conv1 = Conv2d(channels, 4 * growth, 1, bias: false);
            norm2 = BatchNorm2d(4 * growth);
            conv2 = Conv2d(4 * growth, growth, 3, padding: 1, bias: false);
            RegisterComponents();
        }

        public override Tensor forward(IList<Tensor> before)
        {
            Tensor joined = cat([.. before], dim: 1);
            Tensor bottleneck = conv1.call(functional.relu(norm1.call(joined)));
            return dropout.call(conv2.call(functional.relu(norm2.call(bottleneck))));
        }
    }
}
