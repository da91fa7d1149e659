using OnnxInit.Contracts.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Studies.Variance;

/// <summary>The networks of the variance study, differentiated by libtorch, without rescaling.</summary>
internal static class AutogradReference
{
    public static (double[][] Forward, double[][] Backward) LogMeanSquares(int count, int depth, int width, double variance, long seed, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(new PhiloxRandom(seed, name).NextUInt32(), CPU);
        double deviation = Math.Sqrt(variance);
        Tensor h = randn([count, width, 1], ScalarType.Float64, generator: generator);
        Tensor[] weights = [.. Enumerable.Range(0, depth).Select(_ => randn([count, width, width], ScalarType.Float64, generator: generator) * deviation)];
        Tensor output = randn([count, width, 1], ScalarType.Float64, generator: generator) * deviation;
        List<Tensor> preActivations = [];
        List<Tensor> activations = [];
        foreach (Tensor weight in weights)
        {
            Tensor z = bmm(weight, h);
            if (preActivations.Count == 0)
            {
                z = z.detach().requires_grad_();
            }

            z.retain_grad();
            preActivations.Add(z);
            activations.Add(h = z.relu());
        }

        (output * h).sum(1L).square().sum().backward();
        return (Logarithms(activations), Logarithms([.. preActivations.Select(z => z.grad!)]));

        double[][] Logarithms(IReadOnlyList<Tensor> layers) =>
            [.. Enumerable.Range(0, count).Select(network => layers.Select(layer => Math.Log10(layer[network].square().mean().item<double>())).ToArray())];
    }
}
