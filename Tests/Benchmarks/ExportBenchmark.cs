using System.Diagnostics;
using OnnxInit.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Benchmarks;

/// <summary>
/// The export of networks of 1,000 and 10,000 layers, each Linear(100, 100), BatchNorm, ReLU, in a warm process: by their code and by the walk
/// over their modules, which must give the same graph; time, growth with depth, and the highest resident memory against the weights.
/// </summary>
internal static class ExportBenchmark
{
    private const long Width = 100;

    public static void Run(int rounds)
    {
        using (Sequential small = Network(20))
        {
            _ = Export(small, CaptureMethod.Code);
            _ = Export(small, CaptureMethod.ModuleWalk);
        }

        double thousand = Measure(1_000, rounds);
        double tenThousand = Measure(10_000, Math.Max(1, rounds / 4));
        Console.WriteLine($"10,000 layers take {tenThousand / thousand:F1} times as long as 1,000 (by their code, medians)");
    }

    private static double Measure(int layers, int rounds)
    {
        using Sequential network = Network(layers);
        double weights = network.parameters().Concat(network.buffers()).Sum(tensor => (double)(tensor.NumberOfElements * tensor.ElementSize)) / (1 << 20);
        string file = Path.Combine(Path.GetTempPath(), $"onnxinit-export-{Environment.ProcessId}.onnx");
        double before = PeakMemory.Now;
        double peak = PeakMemory.MebibytesOf(() => Export(network, CaptureMethod.Code).Save(file));
        long bytes = new FileInfo(file).Length;
        File.Delete(file);

        ExportedModel byCode = Export(network, CaptureMethod.Code);
        if (byCode.Graph.ToString() != Export(network, CaptureMethod.ModuleWalk).Graph.ToString())
        {
            throw new InvalidOperationException("The graphs of the two captures differ.");
        }

        double[] code = [.. Enumerable.Range(0, rounds).Select(_ => Seconds(() => Export(network, CaptureMethod.Code)))];
        double[] walk = [.. Enumerable.Range(0, rounds).Select(_ => Seconds(() => Export(network, CaptureMethod.ModuleWalk)))];
        Console.WriteLine($"{layers:N0} layers, {byCode.Graph.Nodes.Count:N0} nodes, {bytes / 1e6:F0} MB");
        Console.WriteLine($"  export by code: {Text(code)}; by module walk: {Text(walk)}");
        ExportReport report = byCode.Report;
        Console.WriteLine($"  of it: capture {report.Capture.TotalSeconds:F2} s, replay {report.Replay.TotalSeconds:F2} s, lowering {report.Lowering.TotalSeconds:F2} s, passes and check {report.Passes.TotalSeconds:F2} s");
        Console.WriteLine($"  highest resident memory with saving: {peak:F0} MiB, {before:F0} MiB of them before; weights {weights:F0} MiB, 1.3 times that and 300 MB: {(1.3 * weights) + 286:F0} MiB");
        return Median(code);
    }

    private static ExportedModel Export(Sequential network, CaptureMethod method)
    {
        using Tensor example = zeros(1, Width);
        return OnnxExporter.Export(network, example, options => options with { Capture = method });
    }

    private static Sequential Network(int layers) => nn.Sequential(Enumerable.Range(0, layers).SelectMany(i => ((string, nn.Module<Tensor, Tensor>)[])
        [($"linear{i}", nn.Linear(Width, Width)), ($"norm{i}", nn.BatchNorm1d(Width)), ($"relu{i}", nn.ReLU())]));

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] seconds) => seconds.Order().ElementAt(seconds.Length / 2);

    private static string Text(double[] seconds) => $"median {Median(seconds):F2} s ({seconds.Min():F2} to {seconds.Max():F2})";
}
