using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Diagnostics;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using OnnxInit.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Benchmarks;

/// <summary>
/// A training step of the plain network of 1,000 weight layers, batch 64, with every layer probed against the same step without: time, and the
/// highest resident memory of the process.
/// </summary>
internal sealed class SignalProbeBenchmark : IDisposable
{
    private const double LearningRate = 1e-5;

    private readonly Sequential _model = ModelBuilder.Build(ModelPresets.MlpDeep(depth: 999, width: 100, batchNorm: false));
    private readonly Tensor _images = randn([64, 3, 32, 32], generator: new Generator(1));
    private readonly Tensor _labels = arange(64).remainder(10);
    private readonly MomentumSgd _optimizer;

    private SignalProbeBenchmark()
    {
        Initializer.Apply(_model, InitializationSchemes.OrthogonalRelu, seed: 17);
        _optimizer = new(_model, momentum: 0.9);
        _model.train();
    }

    public static void Run(int rounds)
    {
        using SignalProbeBenchmark benchmark = new();
        benchmark.CheckResultsAgree();
        benchmark.Plain();
        double plain = PeakOfSteps(benchmark.Plain);
        double probed = PeakOfSteps(benchmark.Probed);
        Console.WriteLine($"peak resident memory: plain {plain:F0} MiB, probed {probed:F0} MiB, ratio {probed / plain:F2}");
        PairedTiming.Run(
            "training step, 1,000 weight layers of 100, batch 64",
            rounds,
            ("plain", benchmark.Plain),
            ("every layer probed", benchmark.Probed),
            ("every layer probed, with histograms", () => benchmark.Probed(new() { HistogramBins = 64 })));
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }

    private void Plain()
    {
        LossAndGradients();
        _optimizer.Step(LearningRate);
    }

    private void Probed() => Probed(new());

    private void Probed(SignalProbeOptions options)
    {
        using SignalProbe probe = SignalProbe.Attach(_model, options);
        LossAndGradients();
        probe.AfterBackward();
        probe.BeforeUpdate(_optimizer, LearningRate);
        _optimizer.Step(LearningRate);
        SignalRecord record = probe.Record(0);
        if (record.Layers.Count != 2000 || record.Layers.Any(layer => layer.Gradient is null && layer.Type != "Flatten"))
        {
            throw new InvalidOperationException($"The probe saw {record.Layers.Count} layers; expected 2,000, each with a gradient.");
        }
    }

    private double LossAndGradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = nn.functional.cross_entropy(_model.call(_images), _labels);
        loss.backward();
        return loss.item<float>();
    }

    private void CheckResultsAgree()
    {
        double plain = LossAndGradients();
        byte[][] gradients = [.. _model.parameters().Select(parameter => parameter.grad!.contiguous().bytes.ToArray())];
        _model.zero_grad();
        using SignalProbe probe = SignalProbe.Attach(_model);
        double probed = LossAndGradients();
        if (plain != probed || !_model.parameters().Zip(gradients).All(pair => pair.First.grad!.contiguous().bytes.SequenceEqual(pair.Second)))
        {
            throw new InvalidOperationException("Loss or gradients differ with a probe.");
        }

        _model.zero_grad();
    }

    private static double PeakOfSteps(Action step) => PeakMemory.MebibytesOf(() =>
    {
        for (int i = 0; i < 3; i++)
        {
            step();
        }
    });
}
