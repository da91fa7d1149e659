using OnnxInit.Contracts.Figures;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>What flows through a network for some images: forward the activations, backward the gradient of the summed loss with respect to the pre-activations.</summary>
/// <param name="Activations">By hidden layer: the outputs of all units for all images; ascending as <see cref="Measure"/> gives them.</param>
/// <param name="Gradients">By hidden layer: the gradients of all units for all images.</param>
/// <param name="OutputGradientSquare">The mean square of the gradient with respect to the network's outputs.</param>
internal sealed record LayerSignals(IReadOnlyList<float[]> Activations, IReadOnlyList<float[]> Gradients, double OutputGradientSquare)
{
    /// <summary>Measures, without touching the parameters' gradients.</summary>
    /// <param name="network">A chain of layers; its mode stays.</param>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="labels">[N].</param>
    public static LayerSignals Measure(Sequential network, Tensor images, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        ActivationTrace trace = ActivationTrace.Of(network, images);

        // The sum, not the mean: an image's gradient does not depend on how many images there are.
        Tensor loss = nn.functional.cross_entropy(trace.Output, labels, reduction: nn.Reduction.Sum);
        IList<Tensor> gradients = autograd.grad([loss], [.. trace.Layers.Select(layer => layer.Input), trace.Output]);
        float[][] activations = [.. trace.Layers.Select(layer => Values(layer.Output))];
        foreach (float[] layer in activations)
        {
            Array.Sort(layer);
        }

        return new(activations, [.. gradients.SkipLast(1).Select(Values)], MeanSquare(Values(gradients[^1])));
    }

    /// <summary>What flows through several networks of the same shape together.</summary>
    /// <param name="networks">At least one.</param>
    public static LayerSignals Pool(IReadOnlyList<LayerSignals> networks)
    {
        return new(All(network => network.Activations), All(network => network.Gradients), networks.Average(network => network.OutputGradientSquare));

        float[][] All(Func<LayerSignals, IReadOnlyList<float[]>> values) => [.. networks[0].Activations.Select((_, layer) => networks.SelectMany(network => values(network)[layer]).ToArray())];
    }

    /// <summary>The mean of the squares, in float64.</summary>
    /// <param name="values">At least one.</param>
    public static double MeanSquare(IReadOnlyCollection<float> values) => values.Sum(value => (double)value * value) / values.Count;

    /// <summary>The moments and percentiles of every layer.</summary>
    public IReadOnlyList<LayerStatistics> Summarize() =>
        [.. Activations.Zip(Gradients, (activations, gradients) => LayerStatistics.Of(activations, Math.Sqrt(MeanSquare(gradients))))];

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}

/// <summary>One hidden layer at one moment.</summary>
/// <param name="Mean">The mean activation.</param>
/// <param name="Deviation">The standard deviation of the activations, over units and images.</param>
/// <param name="Percentiles">Their 5th, 50th and 95th percentiles.</param>
/// <param name="Gradient">The root of the mean square of the gradient with respect to the pre-activations.</param>
internal sealed record LayerStatistics(double Mean, double Deviation, Percentiles Percentiles, double Gradient)
{
    /// <summary>Of activations in ascending order.</summary>
    /// <param name="sorted">The activations.</param>
    /// <param name="gradient">The root mean square of the gradient.</param>
    public static LayerStatistics Of(float[] sorted, double gradient)
    {
        double mean = sorted.Sum(value => (double)value) / sorted.Length;
        double variance = Math.Max(0, LayerSignals.MeanSquare(sorted) - (mean * mean));
        return new(mean, Math.Sqrt(variance), new(At(0.05), At(0.5), At(0.95)), gradient);

        double At(double probability) => sorted[(int)Math.Round(probability * (sorted.Length - 1))];
    }
}
