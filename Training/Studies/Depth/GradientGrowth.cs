using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>The mean square of dLoss/d(pre-activation) by layer, of plain ReLU networks with BatchNorm or without, at He's initialisation.</summary>
/// <param name="LogMeanSquares">Its natural logarithm for layers 1 to L, relative to layer L, by network.</param>
internal sealed record GradientGrowth(IReadOnlyList<double[]> LogMeanSquares)
{
    /// <summary>By how much BatchNorm multiplies it per layer, backward: pi / (pi - 1) (Yang et al. 2019, arXiv 1902.08129).</summary>
    public const double OfBatchNorm = Math.PI / (Math.PI - 1);

    private const int Ends = 3; // layers left out at either end: the law is that of the inside

    /// <summary>The factor per layer, backward: the geometric mean over networks and over the layers between the ends.</summary>
    public double Factor => Math.Exp(LogMeanSquares.Average(network => (network[Ends] - network[^(Ends + 1)]) / (network.Length - 1 - (2 * Ends))));

    /// <summary>Draws networks, N(0, 1) inputs and random labels, and goes back once, in float64.</summary>
    /// <param name="options">How many, how deep, and the batch.</param>
    /// <param name="batchNorm">Whether there is BatchNorm before every ReLU.</param>
    /// <param name="context">Seed, and whom to tell.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static GradientGrowth Measure(DepthStudyOptions options, bool batchNorm, StudyContext context)
    {
        List<double[]> networks = [];
        for (int i = 0; i < options.GrowthNetworks; i++)
        {
            string name = $"growth/{(batchNorm ? "BatchNorm" : "plain")}/{i}";
            networks.Add(Backward(options, batchNorm, context.Seed, name));
            context.Report($"{name}: ln of the gradient's mean square grows by {networks[^1][0]:F1} from layer {options.GrowthDepth} to 1");
        }

        return new(networks);
    }

    /// <summary>The two kinds of network, with the theory.</summary>
    /// <param name="plain">Without BatchNorm.</param>
    /// <param name="normalized">With it.</param>
    /// <param name="options">The settings.</param>
    public static Figure Figure(GradientGrowth plain, GradientGrowth normalized, DepthStudyOptions options)
    {
        double[] x = [.. Enumerable.Range(1, options.GrowthDepth).Select(layer => (double)layer)];
        return new(
            "depth-batchnorm",
            "BatchNorm alone makes a plain deep network's gradient explode",
            $"Mean square of the gradient with respect to the pre-activations, relative to the last hidden layer; median and 5-95 % band of {options.GrowthNetworks} networks each, batch {options.GrowthBatch}. "
            + $"Dashed: pi/(pi - 1) = {OfBatchNorm:F3} per layer backward with BatchNorm; without, the typical network's factor at {options.Width} units, from which single networks stray.",
            [
                new LinePanel(
                    string.Empty, new("layer"), Axis.OfDecades("mean square of dLoss/d(pre-activation), relative"),
                    [
                        .. Lines("BatchNorm", normalized, OfBatchNorm, 0),
                        .. Lines("no BatchNorm", plain, Math.Exp(LogMeanSquareLaw.Gaussian(options.Width).Mean), 1),
                    ]),
            ]);

        IEnumerable<Series> Lines(string label, GradientGrowth growth, double factor, int color)
        {
            Percentiles[] layers = [.. x.Select((_, i) => Percentiles.Of(growth.LogMeanSquares.Select(network => network[i] / Math.Log(10))))];
            yield return new(label, SeriesStyle.Measured, x, [.. layers.Select(layer => layer.Median)])
            {
                Color = color,
                Low = [.. layers.Select(layer => layer.Low)],
                High = [.. layers.Select(layer => layer.High)],
            };
            yield return new($"theory, {factor:G4} per layer", SeriesStyle.Theory, x, [.. x.Select(layer => (options.GrowthDepth - layer) * Math.Log10(factor))]) { Color = color };
        }
    }

    private static double[] Backward(DepthStudyOptions options, bool batchNorm, long seed, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        long own = (long)new PhiloxRandom(seed, $"depth/{name}").NextUInt64();
        using Generator generator = new((ulong)own, CPU);
        List<LayerSpec> layers = [];
        for (int layer = 0; layer < options.GrowthDepth; layer++)
        {
            layers.Add(new LinearSpec(options.Width, Bias: false));
            if (batchNorm)
            {
                layers.Add(new BatchNormSpec());
            }

            layers.Add(new ActivationSpec(Activation.Relu));
        }

        layers.Add(new LinearSpec(10));
        using TorchSharp.Modules.Sequential network = ModelBuilder.Build(new("growth", [options.Width], layers));
        network.to(ScalarType.Float64);
        Initializer.Apply(network, InitializationSchemes.KaimingNormal, own);
        network.train();
        Tensor signal = randn([options.GrowthBatch, options.Width], ScalarType.Float64, generator: generator);
        List<Tensor> preActivations = [];
        foreach (nn.Module<Tensor, Tensor> layer in network.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            signal = layer.call(signal);
            if (layer is TorchSharp.Modules.Linear)
            {
                signal.retain_grad();
                preActivations.Add(signal);
            }
        }

        nn.functional.cross_entropy(signal, randint(0, 10, [options.GrowthBatch], ScalarType.Int64, generator: generator)).backward();
        double[] logarithms = [.. preActivations.SkipLast(1).Select(value => Math.Log(value.grad!.square().mean().item<double>()))];
        return [.. logarithms.Select(value => value - logarithms[^1])];
    }
}
