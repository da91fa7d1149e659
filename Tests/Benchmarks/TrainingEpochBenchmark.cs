using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Data;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Benchmarks;

/// <summary>
/// One training epoch of the preset mlp over 45,000 images, order and data pipeline included, against its matrix products alone: the same
/// products on the same shapes, and nothing else.
/// </summary>
internal static class TrainingEpochBenchmark
{
    private const int Images = 45_000;
    private const int Batch = 64;

    public static void Run(int rounds)
    {
        ImageSet set = RandomImages();
        int[] order = EpochOrder.Of(Enumerable.Range(0, Images), seed: 17, epoch: 1);
        CheckPipelinesAgree(set, order);
        using Tensor inputs = Inputs(set, order);
        using Training onHost = new(new HostBatches(set, Normalization.Cifar10));
        using Training onDevice = new(new DeviceBatches(set, Normalization.Cifar10, CPU));
        PairedTiming.Run(
            "training epoch, mlp, 45,000 images, batch 64",
            rounds,
            ("matrix products only, one batch", () => MatrixProducts(null)),
            ("matrix products only, every batch", () => MatrixProducts(inputs)),
            ("epoch, batches made by the host", () => onHost.Epoch(EpochOrder.Of(Enumerable.Range(0, Images), seed: 17, epoch: 1))),
            ("epoch, batches made by libtorch", () => onDevice.Epoch(EpochOrder.Of(Enumerable.Range(0, Images), seed: 17, epoch: 1))));
    }

    /// <summary>The products of an epoch.</summary>
    /// <param name="inputs">All images in the epoch's order, normalised, [45,000, 3072]; null multiplies one batch, hot in the caches, again and again.</param>
    private static void MatrixProducts(Tensor? inputs)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope outer = NewDisposeScope();
        Tensor input = rand(Batch, 3072);
        Tensor hidden = rand(Batch, 100);
        Tensor output = rand(Batch, 10);
        Tensor weight1 = rand(100, 3072);
        Tensor weight2 = rand(10, 100);
        for (int start = 0; start < Images; start += Batch)
        {
            int n = Math.Min(Batch, Images - start);
            using DisposeScope scope = NewDisposeScope();
            (Tensor h, Tensor o) = n == Batch ? (hidden, output) : (hidden[..n], output[..n]);
            Tensor x = inputs is null ? n == Batch ? input : input[..n] : inputs.narrow(0, start, n);
            _ = x.matmul(weight1.t());  // forward: [n, 100]
            _ = h.matmul(weight2.t());  // forward: [n, 10]
            _ = o.t().matmul(h);        // gradient of weight2: [10, 100]
            _ = o.matmul(weight2);      // gradient of the hidden layer: [n, 100]
            _ = h.t().matmul(x);        // gradient of weight1: [100, 3072]
        }
    }

    private static Tensor Inputs(ImageSet set, int[] order)
    {
        float[] values = new float[Images * ImageShape.Cifar10.Size];
        Normalization.Cifar10.Gather(set, order, values);
        return tensor(values, [Images, ImageShape.Cifar10.Size]);
    }

    private static void CheckPipelinesAgree(ImageSet set, int[] order)
    {
        using HostBatches host = new(set, Normalization.Cifar10);
        using DeviceBatches device = new(set, Normalization.Cifar10, CPU);
        if (!host.Gather(order.AsSpan(0, Batch)).Images.equal(device.Gather(order.AsSpan(0, Batch)).Images).all().item<bool>())
        {
            throw new InvalidOperationException("The two pipelines make different batches.");
        }
    }

    private static ImageSet RandomImages()
    {
        byte[] pixels = new byte[Images * ImageShape.Cifar10.Size];
        byte[] labels = new byte[Images];
        Random random = new(1);
        random.NextBytes(pixels);
        for (int i = 0; i < Images; i++)
        {
            labels[i] = (byte)random.Next(10);
        }

        return new(ImageShape.Cifar10, pixels, labels);
    }

    private sealed class Training : IDisposable
    {
        private readonly IBatches _batches;
        private readonly TorchSharp.Modules.Sequential _model = ModelBuilder.Build(ModelPresets.Mlp);
        private readonly MomentumSgd _optimizer;
        private readonly TrainingStep _step;
        private long _steps;

        public Training(IBatches batches)
        {
            _batches = batches;
            Initializer.Apply(_model, InitializationSchemes.KaimingUniform, seed: 17);
            _optimizer = new(_model, momentum: 0.9);
            _step = new(_model, _optimizer, batches, new TrainingConfiguration());
            _model.train();
        }

        public void Epoch(int[] order)
        {
            for (int start = 0; start < order.Length; start += Batch)
            {
                _step.Run(order.AsSpan(start, Math.Min(Batch, order.Length - start)), learningRate: 1e-3, ++_steps);
            }
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _model.Dispose();
            _batches.Dispose();
        }
    }
}
