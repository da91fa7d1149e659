using System.Runtime.CompilerServices;
using OnnxInit.Training.Initialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Inference.Localization;

/// <summary>Networks of 20 weight layers, with BatchNorm's statistics of batches of noise.</summary>
internal static class DeepNetworks
{
    public const int Layers = 20;

    public static nn.Module<Tensor, Tensor> Linear() => Moved(() => new DeepMlp(), 64, 12);

    public static nn.Module<Tensor, Tensor> Convolutional() => Moved(() => new DeepCnn(), 16, 3, 8, 8);

    public static Tensor Noise(int seed, params long[] shape)
    {
        using Generator generator = new((ulong)seed); // tests beside this one draw from the global one
        return randn(shape, generator: generator);
    }

    // So that what flows through it in eval mode is alive to the last layer.
    private static nn.Module<Tensor, Tensor> Moved(Func<nn.Module<Tensor, Tensor>> make, params long[] batch)
    {
        nn.Module<Tensor, Tensor> model = make();
        Initializer.Apply(model, InitializationSchemes.KaimingUniform, seed: 17);
        using IDisposable noGradient = no_grad();
        foreach ((int i, (_, Parameter parameter)) in model.named_parameters().Index().Where(parameter => parameter.Item.name.EndsWith("bias", StringComparison.Ordinal)))
        {
            parameter.add_(Noise(100 + i, parameter.shape) * 0.1); // each its own: equal ones are one constant in the file
        }

        model.train();
        for (int i = 0; i < 3; i++)
        {
            model.forward(Noise(i, batch));
        }

        model.eval();
        return model;
    }
}

/// <summary>20 times Linear(12, 12), BatchNorm, ReLU.</summary>
internal sealed class DeepMlp : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Linear> _linear = nn.ModuleList<Linear>([.. Enumerable.Range(0, DeepNetworks.Layers).Select(_ => nn.Linear(12, 12))]);
    private readonly ModuleList<BatchNorm1d> _norm = nn.ModuleList<BatchNorm1d>([.. Enumerable.Range(0, DeepNetworks.Layers).Select(_ => nn.BatchNorm1d(12, momentum: 0.9))]);

    public DeepMlp()
        : base(nameof(DeepMlp))
    {
        register_module("linear", _linear);
        register_module("norm", _norm);
    }

    public static int LinearLine => Line + 6;

    public static int NormLine => Line + 7;

    public static int ReluLine => Line + 8;

    private static int Line => Here();

    public override Tensor forward(Tensor input)
    {
        for (int i = 0; i < DeepNetworks.Layers; i++)
        {
            input = _linear[i].call(input);
            input = _norm[i].call(input);
            input = nn.functional.relu(input);
        }

        return input;
    }

    private static int Here([CallerLineNumber] int line = 0) => line;
}

/// <summary>20 residual blocks of a 3x3 convolution, BatchNorm and SiLU, behind one that makes 8 channels of 3.</summary>
internal sealed class DeepCnn : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Conv2d> _conv = nn.ModuleList<Conv2d>([.. Enumerable.Range(0, DeepNetworks.Layers).Select(i => nn.Conv2d(i == 0 ? 3 : 8, 8, 3, padding: 1, bias: i % 2 == 0))]);
    private readonly ModuleList<BatchNorm2d> _norm = nn.ModuleList<BatchNorm2d>([.. Enumerable.Range(0, DeepNetworks.Layers).Select(_ => nn.BatchNorm2d(8, momentum: 0.9))]);

    public DeepCnn()
        : base(nameof(DeepCnn))
    {
        register_module("conv", _conv);
        register_module("norm", _norm);
    }

    public static int ConvLine => Line + 7;

    public static int NormLine => Line + 8;

    private static int Line => Here();

    public override Tensor forward(Tensor input)
    {
        Tensor value = input;
        for (int i = 0; i < DeepNetworks.Layers; i++)
        {
            Tensor features = _conv[i].call(value);
            Tensor normalized = _norm[i].call(features);
            Tensor activated = nn.functional.silu(normalized);
            value = i == 0 ? activated : value + activated;
        }

        return value.mean([2, 3]);
    }

    private static int Here([CallerLineNumber] int line = 0) => line;
}
