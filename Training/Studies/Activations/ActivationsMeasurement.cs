using System.Globalization;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>Measures networks at initialisation and in the course of training, on images that stay the same.</summary>
internal sealed class ActivationsMeasurement : IDisposable
{
    // Images differ in contrast, and theory is computed for groups of about equal contrast instead of for every image.
    private const int ContrastGroups = 10;

    private readonly StudyContext _context;
    private readonly ActivationsStudyOptions _options;
    private readonly IReadOnlyList<int> _widths;
    private readonly HostBatches _observed;
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly double[] _inputSquares;

    public ActivationsMeasurement(StudyContext context, ActivationsStudyOptions options)
    {
        _context = context;
        _options = options;
        _widths = ObservedNetwork.Widths(context.Data, options);
        ImageSet test = context.Data.Test;
        int[] indices = [.. Enumerable.Range(0, test.Count)];
        new PhiloxRandom(context.Seed, "observed images").Shuffle(indices);
        _observed = new(test, context.Data.Normalization);
        (_images, _labels) = _observed.Gather(indices.AsSpan(0, Math.Min(options.Images, test.Count)));
        using Tensor squares = _images.square().mean([1, 2, 3]);
        double[] sorted = [.. squares.data<float>().ToArray().Select(square => (double)square).Order()];
        _inputSquares = [.. sorted.Chunk((sorted.Length + ContrastGroups - 1) / ContrastGroups).Select(group => group.Average())];
    }

    /// <summary>Draws a network many times and measures each.</summary>
    /// <param name="network">Which.</param>
    public InitialState AtInitialization(ObservedNetwork network)
    {
        LayerSignals[] draws = [.. Enumerable.Range(0, _options.Networks).Select(draw =>
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            using Sequential module = network.Create(_widths, SeedOf(network, draw));
            return LayerSignals.Measure(module, _images, _labels);
        })];
        double outputGradient = draws.Average(draw => draw.OutputGradientSquare);
        return new(
            network,
            LayerSignals.Pool(draws),
            PerLayer(draw => draw.Activations),
            PerLayer(draw => draw.Gradients),
            MeanField.Predict(network.Function, network.Scheme, _widths, _inputSquares, outputGradient));

        IReadOnlyList<Percentiles> PerLayer(Func<LayerSignals, IReadOnlyList<float[]>> values) =>
            [.. Enumerable.Range(0, _options.HiddenLayers).Select(layer => Percentiles.Of(draws.Select(draw => LayerSignals.MeanSquare(values(draw)[layer]))))];
    }

    /// <summary>Trains the first draw of a network and observes it.</summary>
    /// <param name="network">Which.</param>
    public TrainingCourse InTraining(ObservedNetwork network)
    {
        using Sequential module = network.Create(_widths, SeedOf(network, draw: 0));
        List<double> steps = [];
        List<IReadOnlyList<LayerStatistics>> layers = [];
        LayerSignals? last = null;
        int interval = Math.Max(1, _options.Steps / _options.Observations);
        using ShortTraining training = new(module, _context.Data, new()
        {
            Epochs = int.MaxValue,
            MaxSteps = _options.Steps,
            BatchSize = _options.BatchSize,
            LearningRate = _options.LearningRate,
            Momentum = 0,
            Seed = _context.Seed,
        });
        Observe(0);
        IReadOnlyList<double> losses = training.Run((step, _) => Observe(step), _context.Cancellation).Losses;
        _context.Report(string.Create(CultureInfo.InvariantCulture, $"{network.Name}: loss {losses[0]:F2} -> {losses[^1]:F3} in {losses.Count} steps"));
        return new(network, losses, steps, layers, last!);

        void Observe(int step)
        {
            if (step % interval == 0 || step == _options.Steps)
            {
                last = LayerSignals.Measure(module, _images, _labels);
                steps.Add(step);
                layers.Add(last.Summarize());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _observed.Dispose();

    /// <summary>The same for both initialisations, which so scale the same numbers.</summary>
    private long SeedOf(ObservedNetwork network, int draw) => (long)new PhiloxRandom(_context.Seed, $"activations/{network.Function.Name}/{draw}").NextUInt64();
}
