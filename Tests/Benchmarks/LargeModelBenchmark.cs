using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Inference;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Benchmarks;

/// <summary>A model with 3 GB of weights: its export with external data, the highest resident memory against its size, and a run of what was written.</summary>
internal static class LargeModelBenchmark
{
    private const long Width = 16_384; // 1 GiB a layer

    public static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("onnxinit-large-").FullName;
        try
        {
            string path = Path.Combine(folder, "large.onnx");
            float[] expected = Export(path, out double gigabytes, out double peak);
            Console.WriteLine($"weights {gigabytes:F2} GB; highest resident memory of export and save {peak / 1024 * 1.073741824:F2} GB, {peak * 1.048576 / 1000 / gigabytes:F2} times the weights; files {new DirectoryInfo(folder).GetFiles().Sum(file => file.Length) / 1e9:F2} GB");
            GC.Collect();
            GC.WaitForPendingFinalizers();

            float[] input = Input();
            OnnxTensor given = new("input", TensorProto.Types.DataType.Float, [1, Width], System.Runtime.InteropServices.MemoryMarshal.AsBytes(input.AsSpan()).ToArray());
            OnnxTensor found = new OnnxRuntimeEvaluator().Evaluate(path, [[given]])[0][0];
            float[] logits = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(found.Data.Span).ToArray();
            double difference = logits.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
            Console.WriteLine($"ONNX Runtime runs it; largest difference {difference:G2}, largest value {expected.Max(Math.Abs):G2}");
            if (!(difference < 1e-3 * expected.Max(Math.Abs)))
            {
                throw new InvalidOperationException("ONNX Runtime computes something else.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static float[] Export(string path, out double gigabytes, out double peak)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Sequential model = nn.Sequential(
            ("first", nn.Linear(Width, Width, hasBias: false)), ("relu", nn.ReLU()), ("second", nn.Linear(Width, Width, hasBias: false)), ("third", nn.Linear(Width, Width, hasBias: false)));
        gigabytes = model.parameters().Sum(parameter => (double)(parameter.NumberOfElements * parameter.ElementSize)) / 1e9;
        using Tensor input = tensor(Input()).reshape(1, Width);
        peak = PeakMemory.MebibytesOf(() => OnnxExporter.Export(model, input).Save(path));
        return model.forward(input).data<float>().ToArray();
    }

    private static float[] Input()
    {
        Random random = new(17);
        return [.. Enumerable.Range(0, (int)Width).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
