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
/// One training epoch of the preset mlp over 45,000 images, data pipeline included, against its matrix products alone: the same
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
        PairedTiming.Run(
            "training epoch, mlp, 45,000 images, batch 64",
            rounds,
            ("matrix products only", MatrixProducts),
            ("epoch, batches made by the host", () => Epoch(new HostBatches(set, Normalization.Cifar10), order)),
            ("epoch, batches made by libtorch", () => Epoch(new DeviceBatches(set, Normalization.Cifar10, CPU), order)));
    }

    private static void Epoch(IBatches batches, int[] order)
    {
        using IBatches owned = batches;
        using TorchSharp.Modules.Sequential model = ModelBuilder.Build(ModelPresets.Mlp);
        Initializer.Apply(model, InitializationSchemes.KaimingUniform, seed: 17);
        using MomentumSgd optimizer = new(model, momentum: 0.9);
        TrainingStep step = new(model, optimizer, batches, new TrainingConfiguration());
        model.train();
        for (int start = 0; start < order.Length; start += Batch)
        {
            step.Run(order.AsSpan(start, Math.Min(Batch, order.Length - start)), learningRate: 1e-3, step: (start / Batch) + 1);
        }
    }

    private static void MatrixProducts()
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
            (Tensor x, Tensor h, Tensor o) = n == Batch ? (input, hidden, output) : (input[..n], hidden[..n], output[..n]);
            _ = x.matmul(weight1.t());  // forward: [n, 100]
            _ = h.matmul(weight2.t());  // forward: [n, 10]
            _ = o.t().matmul(h);        // gradient of weight2: [10, 100]
            _ = o.matmul(weight2);      // gradient of the hidden layer: [n, 100]
            _ = h.t().matmul(x);        // gradient of weight1: [100, 3072]
        }
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
}
