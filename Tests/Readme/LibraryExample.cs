using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Training;
using OnnxInit.Training.Checkpoints;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Readme;

/// <summary>The library example of the README: what stands between the markers is compared with it, and run.</summary>
internal static class LibraryExample
{
    public static float[] Run()
    {
        // README
        // Train: any ModelSpec, or a preset; resumable, bit by bit.
        ImageDataset data = DatasetSource.Open("synthetic:2000");
        var folder = new RunFolder("runs/example");
        using (var run = TrainingRun.Start(folder, ModelPresets.Mlp, new TrainingConfiguration { Epochs = 2 }, data, "synthetic:2000", CPU))
        {
            Console.WriteLine($"test accuracy {run.Execute().TestAccuracy:P1}");
        }

        // Export: a checkpoint, or any module of yours.
        var (model, _, _) = Checkpoint.LoadModel(folder.BestCheckpoint);
        OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with { EmbedNormalization = data.Normalization }).Save("model.onnx");

        // Run it anywhere with ONNX Runtime: this model takes pixels and normalises them itself.
        using var session = new InferenceSession("model.onnx");
        using var pixels = OrtValue.CreateTensorValueFromMemory(data.Test.Pixels[..3072], [1, 3, 32, 32]);
        using var results = session.Run(new RunOptions(), ["input"], [pixels], ["output"]);
        float[] logits = results[0].GetTensorDataAsSpan<float>().ToArray();
        // README
        model.Dispose();
        return logits;
    }
}
