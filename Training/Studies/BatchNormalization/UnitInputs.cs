using System.Globalization;
using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Data;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.BatchNormalization;

/// <summary>The distribution of one unit's input over images: the 15th, 50th and 85th percentile.</summary>
/// <param name="Low">The 15th.</param>
/// <param name="Median">The 50th.</param>
/// <param name="High">The 85th.</param>
internal readonly record struct InputPercentiles(double Low, double Median, double High);

/// <summary>The inputs of the sigmoid units of the last hidden layer in the course of a training.</summary>
/// <param name="BatchNorm">Whether the network normalises.</param>
/// <param name="Steps">Updates done at every observation, from 0.</param>
/// <param name="Units">By unit and observation.</param>
/// <param name="Accuracies">The accuracy on the observed images, by observation.</param>
internal sealed record UnitInputs(bool BatchNorm, IReadOnlyList<double> Steps, IReadOnlyList<IReadOnlyList<InputPercentiles>> Units, IReadOnlyList<double> Accuracies)
{
    private const int ObservedImages = 500; // enough for a percentile
    private const int ReportEvery = 10; // observations

    /// <summary>How far every unit's median wanders, in units of the distance from the 15th to the 85th percentile, averaged over the training.</summary>
    public IReadOnlyList<double> Drifts => [.. Units.Select(Drift)];

    /// <summary>The unit whose drift is the median of all: a typical one.</summary>
    public int TypicalUnit
    {
        get
        {
            IReadOnlyList<double> drifts = Drifts;
            return Enumerable.Range(0, drifts.Count).OrderBy(unit => drifts[unit]).ElementAt(drifts.Count / 2);
        }
    }

    /// <summary>Trains a network of sigmoid units and observes it on test images that stay the same: the inputs normalised as in training, by the images' own statistics, the accuracy as in use, by the running ones.</summary>
    /// <param name="context">Seed and data.</param>
    /// <param name="options">The network and its training.</param>
    /// <param name="batchNorm">Whether BatchNorm stands before every sigmoid.</param>
    public static UnitInputs Observe(StudyContext context, BatchNormStudyOptions options, bool batchNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        using Sequential network = ModelBuilder.Build(Network(options, batchNorm));
        _ = Initializer.Apply(network, InitializationSchemes.Get(options.DriftScheme), (long)new PhiloxRandom(context.Seed, "batchnorm/sigmoid").NextUInt64());
        using HostBatches batches = new(context.Data.Test, context.Data.Normalization);
        (Tensor images, Tensor labels) = batches.Gather([.. Enumerable.Range(0, Math.Min(ObservedImages, context.Data.Test.Count))]);
        List<double> steps = [];
        List<double> accuracies = [];
        List<List<InputPercentiles>> units = [.. Enumerable.Range(0, options.Width).Select(_ => new List<InputPercentiles>())];
        int interval = Math.Max(1, options.DriftSteps / options.DriftObservations);
        using ShortTraining training = new(network, context.Data, new()
        {
            Epochs = int.MaxValue,
            MaxSteps = options.DriftSteps,
            BatchSize = options.DriftBatchSize,
            LearningRate = options.DriftLearningRate,
            Momentum = 0,
            Seed = context.Seed,
        });
        Record(0);
        IReadOnlyList<double> losses = training.Run((step, _) => Record(step), context.Cancellation).Losses;
        context.Report(string.Create(CultureInfo.InvariantCulture, $"sigmoid, {(batchNorm ? "BatchNorm" : "no BatchNorm")}: accuracy {accuracies[^1]:P1} after {losses.Count} steps"));
        return new(batchNorm, steps, units, accuracies);

        void Record(int step)
        {
            if (step % interval == 0 || step == options.DriftSteps)
            {
                steps.Add(step);
                accuracies.Add(Look(network, images, labels, units));
                if (steps.Count % ReportEvery == 0)
                {
                    context.Report(string.Create(CultureInfo.InvariantCulture, $"sigmoid, {(batchNorm ? "BatchNorm" : "no BatchNorm")}: step {step}, accuracy {accuracies[^1]:P1}"));
                }
            }
        }
    }

    private static ModelSpec Network(BatchNormStudyOptions options, bool batchNorm) => new(
        "sigmoid", ModelPresets.Mlp.Input,
        [
            new FlattenSpec(),
            .. Enumerable.Range(0, options.DriftLayers).SelectMany(_ => (LayerSpec[])(batchNorm
                ? [new LinearSpec(options.Width, Bias: false), new BatchNormSpec(), new ActivationSpec(Activation.Sigmoid)]
                : [new LinearSpec(options.Width), new ActivationSpec(Activation.Sigmoid)])),
            new LinearSpec(10),
        ]);

    private static double Look(Sequential network, Tensor images, Tensor labels, List<List<InputPercentiles>> units)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        ActivationTrace trace = LeavingRunningStatistics(network, () => ActivationTrace.Of(network, images));
        (Tensor sorted, _) = trace.Layers[^1].Input.t().contiguous().sort(1);
        float[] values = sorted.contiguous().data<float>().ToArray();
        int count = (int)images.shape[0];
        for (int unit = 0; unit < units.Count; unit++)
        {
            double[] inputs = [.. values.AsSpan(unit * count, count).ToArray().Select(value => (double)value)];
            units[unit].Add(new(Percentiles.At(inputs, 0.15), Percentiles.At(inputs, 0.5), Percentiles.At(inputs, 0.85)));
        }

        network.eval();
        double correct = network.call(images).argmax(1).eq(labels).count_nonzero().item<long>();
        network.train();
        return correct / count;
    }

    /// <summary>Looks at a network in training mode, and undoes what that does to the running statistics of its normalisation layers.</summary>
    private static T LeavingRunningStatistics<T>(Sequential network, Func<T> look)
    {
        (Tensor Value, Tensor Before)[] buffers = [.. network.named_buffers().Select(buffer => (buffer.buffer, buffer.buffer.clone()))];
        T seen = look();
        foreach ((Tensor value, Tensor before) in buffers)
        {
            value.copy_(before);
        }

        return seen;
    }

    private static double Drift(IReadOnlyList<InputPercentiles> unit) =>
        (unit.Max(inputs => inputs.Median) - unit.Min(inputs => inputs.Median)) / unit.Average(inputs => inputs.High - inputs.Low);
}
