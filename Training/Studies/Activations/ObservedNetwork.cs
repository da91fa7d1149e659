using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Figures;
using OnnxInit.Training.Initialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>An activation with a way to draw the weights.</summary>
/// <param name="Function">The activation of the hidden layers.</param>
/// <param name="SchemeName">The scheme's name: standard or Xavier.</param>
/// <param name="Scheme">The scheme.</param>
internal sealed record ObservedNetwork(ActivationFunction Function, string SchemeName, VarianceScaling Scheme)
{
    /// <summary>U(+-1/sqrt(fan_in)), of variance 1 / (3 fan_in): what was usual before 2010, and PyTorch's default.</summary>
    public static VarianceScaling Standard { get; } = new(1.0 / 3, FanMode.FanIn, Distribution.Uniform);

    /// <summary>Every activation under both schemes.</summary>
    public static IReadOnlyList<ObservedNetwork> All { get; } =
        [.. ActivationFunction.All.SelectMany(function => (ObservedNetwork[])[new(function, "standard", Standard), new(function, "Xavier", InitializationSchemes.XavierUniform)])];

    /// <summary>What it is called in figures.</summary>
    public string Name => $"{Function.Name}, {SchemeName}";

    /// <summary>Draws a network: Flatten, then (Linear, activation) for every hidden layer, then Linear.</summary>
    /// <param name="widths">Units of every layer: inputs, hidden layers, outputs.</param>
    /// <param name="seed">The seed of its weights.</param>
    public Sequential Create(IReadOnlyList<int> widths, long seed)
    {
        List<(string, nn.Module<Tensor, Tensor>)> layers = [("flatten", nn.Flatten())];
        for (int layer = 1; layer < widths.Count; layer++)
        {
            layers.Add(($"linear{layer}", nn.Linear(widths[layer - 1], widths[layer])));
            if (layer < widths.Count - 1)
            {
                layers.Add(($"activation{layer}", Function.CreateModule()));
            }
        }

        Sequential network = nn.Sequential(layers);
        _ = Initializer.Apply(network, Scheme, seed);
        return network;
    }

    /// <summary>The units of every layer.</summary>
    /// <param name="data">The images and classes.</param>
    /// <param name="options">Depth and width.</param>
    public static IReadOnlyList<int> Widths(ImageDataset data, ActivationsStudyOptions options) =>
        [data.Train.Shape.Size, .. Enumerable.Repeat(options.Width, options.HiddenLayers), data.ClassNames.Count];
}

/// <summary>One network at initialisation: mean squares by layer over several draws, with their theory.</summary>
/// <param name="Network">Which.</param>
/// <param name="Signals">All draws together, in full.</param>
/// <param name="Signal">The mean square of the activations by hidden layer, over the draws.</param>
/// <param name="Gradient">The mean square of the gradient with respect to the pre-activations, likewise.</param>
/// <param name="Theory">What theory says of both.</param>
internal sealed record InitialState(ObservedNetwork Network, LayerSignals Signals, IReadOnlyList<Percentiles> Signal, IReadOnlyList<Percentiles> Gradient, MeanField Theory)
{
    /// <summary>The medians of <see cref="Signal"/>.</summary>
    public IReadOnlyList<double> MedianSignal => [.. Signal.Select(layer => layer.Median)];

    /// <summary>The medians of <see cref="Gradient"/>.</summary>
    public IReadOnlyList<double> MedianGradient => [.. Gradient.Select(layer => layer.Median)];
}

/// <summary>A network in the course of training.</summary>
/// <param name="Network">Which.</param>
/// <param name="Losses">The batch's loss at every step.</param>
/// <param name="Steps">Updates done at every observation, from 0.</param>
/// <param name="Layers">By observation and hidden layer.</param>
/// <param name="Final">The last observation, in full.</param>
internal sealed record TrainingCourse(ObservedNetwork Network, IReadOnlyList<double> Losses, IReadOnlyList<double> Steps, IReadOnlyList<IReadOnlyList<LayerStatistics>> Layers, LayerSignals Final);
