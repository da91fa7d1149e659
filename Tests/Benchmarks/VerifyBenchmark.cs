using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Inference;
using OnnxInit.Training.Models;
using static TorchSharp.torch;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Benchmarks;

/// <summary>A verification of the lecture's network on 10,000 images against a loop that normalises and runs the same batches and compares nothing.</summary>
internal static class VerifyBenchmark
{
    private const int BatchSize = 256;

    public static void Run(int rounds)
    {
        ImageDataset data = SyntheticImages.CreateDataset(100, 10_000, seed: 0);
        string path = Path.Combine(Path.GetTempPath(), $"onnxinit-verify-{Environment.ProcessId}.onnx");
        using (nn.Module<Tensor, Tensor> module = ModelBuilder.Build(ModelPresets.Mlp, CPU))
        {
            OnnxExporter.Export(module, zeros(1, 3, 32, 32), options => options with { OutputNames = ["logits"], Metadata = new Dictionary<string, string>(ModelMetadata.Write(data.Normalization)) }).Save(path);
        }

        using OnnxModel model = OnnxModel.Open(path);
        float[] logits = new float[data.Test.Count * model.ClassCount];
        model.Run(data.Test, BatchSize, logits);
        ReferenceLogits reference = new(logits, data.Test.Labels, model.ClassCount, ImageDigest.Compute(data.Test), "test");
        using InferenceSession session = new(path);
        float[] bare = Loop(session, data.Test, data.Normalization, model.ClassCount);
        Console.WriteLine($"the same logits: {bare.AsSpan().SequenceEqual(logits)}; passed: {ParityVerifier.Verify(model, data.Test, reference).Passed}");
        PairedTiming.Run(
            $"{data.Test.Count:N0} images in batches of {BatchSize}",
            rounds,
            ("normalise and run", () => Loop(session, data.Test, data.Normalization, model.ClassCount)),
            ("verify", () => ParityVerifier.Verify(model, data.Test, reference)));
        File.Delete(path);
    }

    private static float[] Loop(InferenceSession session, ImageSet images, Normalization normalization, int classes)
    {
        float[] logits = new float[images.Count * classes];
        float[] batch = new float[BatchSize * images.Shape.Size];
        using RunOptions options = new();
        for (int start = 0; start < images.Count; start += BatchSize)
        {
            int count = Math.Min(BatchSize, images.Count - start);
            Span<float> values = batch.AsSpan(0, count * images.Shape.Size);
            normalization.Apply(images.Pixels.AsSpan(start * images.Shape.Size, values.Length), values, images.Shape.PlaneSize);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch.AsMemory(0, values.Length), [count, images.Shape.Channels, images.Shape.Height, images.Shape.Width]);
            using OrtValue output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, logits.AsMemory(start * classes, count * classes), [count, classes]);
            session.Run(options, ["input"], [input], ["logits"], [output]);
        }

        return logits;
    }
}
