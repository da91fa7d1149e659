using OnnxInit.Training.Studies.Variance;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>ln of the mean square of signal and gradient after every layer, of many networks.</summary>
/// <param name="Forward">Of the activations after layers 1 to L, relative to the input, by network.</param>
/// <param name="Backward">Of the gradient, 1 to L - 1 layers below the last one and relative to it, by network.</param>
internal sealed record LogMeanSquareSample(IReadOnlyList<double[]> Forward, IReadOnlyList<double[]> Backward)
{
    private const int AtOnce = 5; // 400 MB of weights at 1,000 layers of 100 units

    /// <summary>Draws networks and runs one input through each, and the gradient back.</summary>
    /// <param name="networks">How many.</param>
    /// <param name="depth">Layers.</param>
    /// <param name="width">Units of a layer.</param>
    /// <param name="orthogonal">Whether the weights are orthogonal times sqrt 2, and not He's.</param>
    /// <param name="context">Seed, and whom to tell.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LogMeanSquareSample Measure(int networks, int depth, int width, bool orthogonal, StudyContext context)
    {
        string name = orthogonal ? "orthogonal" : "He";
        List<double[]> forward = [];
        List<double[]> backward = [];
        using ThreadCount single = new(1);
        for (int first = 0; first < networks; first += AtOnce)
        {
            context.Report($"{name}: {first} of {networks} networks of {depth} layers");
            using DisposeScope scope = NewDisposeScope();
            using DeepReluNetworks some = new(Math.Min(AtOnce, networks - first), depth, width, 2.0 / width, context.Seed, $"depth, {name}, networks from {first}", orthogonal);
            (double[][] up, double[][] down) = some.LogMeanSquares();
            forward.AddRange(up.Zip(some.LogInputMeanSquares(), (network, input) => network.Select(layer => Natural(layer - input)).ToArray()));
            backward.AddRange(down.Select(network => Enumerable.Range(1, depth - 1).Select(below => Natural(network[^(below + 1)] - network[^1])).ToArray()));
        }

        return new(forward, backward);
    }

    /// <summary>Mean and unbiased variance over the networks after so many layers.</summary>
    /// <param name="sample"><see cref="Forward"/> or <see cref="Backward"/>.</param>
    /// <param name="layers">1 or more.</param>
    public static (double Mean, double Variance) Moments(IReadOnlyList<double[]> sample, int layers)
    {
        double mean = sample.Average(network => network[layers - 1]);
        return (mean, sample.Sum(network => Math.Pow(network[layers - 1] - mean, 2)) / (sample.Count - 1));
    }

    private static double Natural(double decades) => decades * Math.Log(10);
}
