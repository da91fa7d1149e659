using OnnxInit.Contracts;
using OnnxInit.Export;
using OnnxInit.Inference;
using OnnxInit.Tests.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>Models put together at random are exported rightly, or refused by one of the exporter's exceptions.</summary>
public sealed class RandomModelTests
{
    private const int Seed = 4;

    private static readonly Func<Random, long, nn.Module<Tensor, Tensor>>[] RowLayers =
    [
        (random, width) => nn.Linear(width, random.Next(1, 9), hasBias: random.Next(2) == 0),
        (random, width) => Pick<nn.Module<Tensor, Tensor>>(random, nn.ReLU(), nn.GELU(), nn.Tanh(), nn.Sigmoid(), nn.SiLU(), nn.ELU(), nn.Softplus(), nn.LeakyReLU(0.1), nn.Hardswish(), nn.Mish()),
        (random, width) => nn.LayerNorm(width),
        (random, width) => nn.BatchNorm1d(width),
        (random, width) => nn.Dropout(random.NextDouble()),
        (random, width) => nn.Softmax(random.Next(2)),
        (random, width) => new Residual(nn.Sequential(nn.Linear(width, width), nn.Tanh())),
        (random, width) => Lambda(Pick<Func<Tensor, Tensor>>(
            random, x => x * 2 - 1, x => x.exp().clamp(0, 4), x => x - x.mean([1], keepdim: true), x => cat([x, x.flip(1)], 1), x => x.cumsum(1), x => x.sort(1).Values,
            x => x.softmax(1).matmul(x.t()).matmul(x), x => x[.., ..1] + x, x => x.relu_().add_(1), x => where(x > 0, x, x.square()), x => x.unsqueeze(0).expand(2, -1, -1).sum(0),
            x => x.reshape(x.shape[0] * x.shape[1]).sigmoid().reshape(x.shape[0], -1), x => x.t().contiguous().t(), x => x / (x.norm() + 1), x => x.roll(1, 1), x => x.narrow(1, 0, 1).repeat(1, 3),
            x => x.topk(1, 1).values + x, x => stack([x, -x], 2).flatten(1), x => x.pow(2).sum(1, keepdim: true).sqrt() + x, x => x.max(1).values.unsqueeze(1).mul(x),
            x => x.std(1, unbiased: false, keepdim: true) + x, x => (x > 0.5).to(ScalarType.Float32) + x, x => einsum("ni,nj->nij", x, x).mean([2]), x => x.tril() + x.triu(1),
            x => x.to(ScalarType.Float64).mul(0.5).to(ScalarType.Float32), x => x.argmax(1, keepdim: true) * x, x => x.gather(1, x.argsort(1)), x => zeros_like(x).index_add(1, arange(1), x[.., ..1], 1))),
        (random, width) => Lambda(Pick<Func<Tensor, Tensor>>( // these cannot be exported, or not always
            random, x => x * x.sum().item<float>(), x => x + randn_like(x), x => x.shape[0] > 3 ? x : -x, x => x.reshape(2, -1), x => x[x > 0].unsqueeze(1), x => linalg.inv(x.t().matmul(x)),
            x => x / Math.Sqrt(x.shape[0]), x => fft.fft_(x), x => x.view(7, 7), x => throw new InvalidOperationException("of the model's own"), x => x[0], x => null!)),
    ];

    private static readonly Func<Random, long, nn.Module<Tensor, Tensor>>[] ImageLayers =
    [
        (random, channels) => nn.Conv2d(channels, random.Next(1, 5), random.Next(1, 4), stride: random.Next(1, 3), padding: random.Next(2)),
        (random, channels) => nn.BatchNorm2d(channels),
        (random, channels) => Pick<nn.Module<Tensor, Tensor>>(random, nn.ReLU(), nn.ReLU6(), nn.Hardsigmoid(), nn.SELU()),
        (random, channels) => Pick<nn.Module<Tensor, Tensor>>(random, nn.MaxPool2d(2), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(3), nn.MaxPool2d(3, stride: 2, padding: 1), nn.ZeroPad2d(1), nn.Upsample(scale_factor: [2, 2])),
        (random, channels) => nn.InstanceNorm2d(channels),
        (random, channels) => Initialized(nn.GroupNorm(1, channels)),
        (random, channels) => nn.ConvTranspose2d(channels, random.Next(1, 4), 2, stride: 2),
        (random, channels) => Lambda(Pick<Func<Tensor, Tensor>>(
            random, x => x.transpose(2, 3), x => cat([x, x], 1), x => x.permute(0, 2, 3, 1).softmax(-1).permute(0, 3, 1, 2), x => x.flatten(2).mean([2], keepdim: true).unsqueeze(3) * x, x => x.flip(3),
            x => nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest), x => x[.., .., ..^1], x => x.amax([2, 3], keepdim: true) - x)),
    ];

    [Fact]
    public void Random_models_are_exported_rightly_or_refused()
    {
        using TemporaryFolder folder = new();
        int agreed = 0;
        List<string> wrong = [];
        for (int i = 0; i < 100; i++)
        {
            Random random = new((Seed * 1000) + i);
            using DisposeScope scope = NewDisposeScope();
            torch.random.manual_seed(i);
            bool isImage = i % 3 == 0;
            Tensor example = isImage ? randn(2, random.Next(1, 4), random.Next(6, 12), random.Next(6, 12)) : randn(2, random.Next(1, 6));
            using nn.Module<Tensor, Tensor> model = Compose(random, isImage ? ImageLayers : RowLayers, example);
            int opset = Pick(random, 13, 15, 17, 18, 20, 21);
            string file = folder[$"{i}.onnx"];
            try
            {
                OnnxExporter.Export(model, example, options => options with { Opset = opset, Evaluator = new OnnxRuntimeEvaluator(), FoldBatchNorm = random.Next(2) == 0 }).Save(file);
                agreed++;
            }
            catch (Exception exception) when (exception is CaptureRefusedException or UnsupportedOperationException || (exception is InvalidInputException && exception.Message.StartsWith("forward fails", StringComparison.Ordinal)) || (exception is InvalidInputException && exception.Message.StartsWith("The axis", StringComparison.Ordinal)))
            {
                Directory.Exists(file).Should().BeFalse();
            }
            catch (Exception exception)
            {
                wrong.Add($"{i} (opset {opset}): {exception.GetType().Name}: {exception.Message}");
            }

            model.training.Should().BeTrue();
        }

        wrong.Should().BeEmpty();
        agreed.Should().BeInRange(40, 95, "some can be exported, and some cannot");
    }

    // Layers that fit, as far as forward tells; the last may be one that does not.
    private static Stack Compose(Random random, Func<Random, long, nn.Module<Tensor, Tensor>>[] layers, Tensor example)
    {
        List<nn.Module<Tensor, Tensor>> modules = [];
        Tensor value = example;
        int count = random.Next(1, 7);
        for (int i = 0; i < count; i++)
        {
            nn.Module<Tensor, Tensor> layer = Pick(random, layers)(random, value.shape[1]);
            modules.Add(layer);
            try
            {
                using IDisposable noGradient = no_grad();
                layer.eval();
                value = layer.call(value.clone());
            }
            catch (Exception)
            {
                break;
            }

            if (value is null || value.dim() != example.dim() || value.NumberOfElements is 0 or > 100_000)
            {
                break;
            }
        }

        Stack model = new([.. modules]);
        model.train();
        return model;
    }

    // TorchSharp leaves its weights as the memory was.
    private static TorchSharp.Modules.GroupNorm Initialized(TorchSharp.Modules.GroupNorm norm)
    {
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias!);
        return norm;
    }

    private static Called Lambda(Func<Tensor, Tensor> function) => new(function);

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];

    private sealed class Stack : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.ModuleList<nn.Module<Tensor, Tensor>> _layers;

        public Stack(nn.Module<Tensor, Tensor>[] layers)
            : base(nameof(Stack))
        {
            _layers = nn.ModuleList(layers);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layers.Aggregate(input, (value, layer) => layer.call(value));
    }

    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner;

        public Residual(nn.Module<Tensor, Tensor> inner)
            : base(nameof(Residual))
        {
            _inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + _inner.call(input);
    }

    private sealed class Called(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(Called))
    {
        public override Tensor forward(Tensor input) => function(input);
    }
}
