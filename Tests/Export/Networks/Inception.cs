using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>A network of parallel branches, after Szegedy et al. 2015, https://arxiv.org/abs/1409.4842 and https://arxiv.org/abs/1512.00567.</summary>
public sealed class Inception : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> stem;
    private readonly Module<Tensor, Tensor> mixed1;
    private readonly Module<Tensor, Tensor> mixed2;
    private readonly Module<Tensor, Tensor> reduction;
    private readonly Dropout dropout = Dropout(0.4);
    private readonly Linear logits;

    public Inception(int classes = 10)
        : base(nameof(Inception))
    {
        stem = Sequential(new ConvUnit(3, 8, 3, stride: 2), new ConvUnit(8, 16, 3, padding: 1), MaxPool2d(3, stride: 2, ceil_mode: true));
        mixed1 = new InceptionBlock(16, new(8, 6, 12, 4, 6, 6));
        mixed2 = new InceptionBlock(8 + 12 + 6 + 6, new(12, 8, 16, 4, 8, 8));
        reduction = new ReductionBlock(12 + 16 + 8 + 8);
        logits = Linear((2 * 12) + 12 + 16 + 8 + 8, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor image) // [N, 3, 35, 35]
    {
        image = (image - 0.5) * 2;
        Tensor features = stem.call(image); // [N, 16, 8, 8]
        features = mixed2.call(mixed1.call(features)); // [N, 44, 8, 8]
        features = reduction.call(features); // [N, 68, 4, 4]
        features = features.mean([2, 3]); // [N, 68]
        return logits.call(dropout.call(features));
    }

    private sealed record Widths(long One, long ThreeReduce, long Three, long FiveReduce, long Five, long Pool);

    /// <summary>Convolution, normalisation, ReLU.</summary>
    private sealed class ConvUnit : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d bn;

        public ConvUnit(long channels, long width, long kernel, long stride = 1, long padding = 0)
            : base(nameof(ConvUnit))
        {
            conv = Conv2d(channels, width, kernel, stride: stride, padding: padding, bias: false);
            bn = BatchNorm2d(width, eps: 0.001);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => functional.relu(bn.call(conv.call(input)), inplace: true);
    }

    private sealed class InceptionBlock : Module<Tensor, Tensor>
    {
        private readonly ModuleDict<Module<Tensor, Tensor>> branches = new();

        public InceptionBlock(long channels, Widths widths)
            : base(nameof(InceptionBlock))
        {
            branches.Add("1x1", new ConvUnit(channels, widths.One, 1));
            branches.Add("3x3", Sequential(new ConvUnit(channels, widths.ThreeReduce, 1), new ConvUnit(widths.ThreeReduce, widths.Three, 3, padding: 1)));
            branches.Add("5x5", Sequential(new ConvUnit(channels, widths.FiveReduce, 1), new ConvUnit(widths.FiveReduce, widths.Five, 3, padding: 1), new ConvUnit(widths.Five, widths.Five, 3, padding: 1)));
            branches.Add("pool", Sequential(AvgPool2d(3, stride: 1, padding: 1), new ConvUnit(channels, widths.Pool, 1)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor[] outputs = [branches["1x1"].call(input), branches["3x3"].call(input), branches["5x5"].call(input), branches["pool"].call(input)];
            return cat(outputs, 1);
        }
    }

    private sealed class ReductionBlock : Module<Tensor, Tensor>
    {
        private readonly ConvUnit branch3x3;
        private readonly Sequential branch7x7;

        public ReductionBlock(long channels)
            : base(nameof(ReductionBlock))
        {
            branch3x3 = new(channels, 12, 3, stride: 2, padding: 1);
            branch7x7 = Sequential(
                Conv2d(channels, 8, (1, 7), padding: (0, 3), bias: false), Conv2d(8, 12, (7, 1), padding: (3, 0)), BatchNorm2d(12), ReLU(), new ConvUnit(12, 12, 3, stride: 2, padding: 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor pooled = functional.max_pool2d(input, kernel_size: 3, stride: 2, padding: 1);
            return cat([branch3x3.call(input), branch7x7.call(input), pooled], dim: 1);
        }
    }
}
