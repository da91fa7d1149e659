using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>Exports models, runs them in ONNX Runtime, and compares with TorchSharp.</summary>
internal static class ExportAssertions
{
    /// <summary>Fails unless ONNX Runtime computes what the row's module does, at three sizes of its dynamic axes that were not traced.</summary>
    public static ExportedModel AssertAgrees(LoweringRow row, nn.Module module, int opset) =>
        AssertAgrees(module, row.Inputs, [1, 5, 9], row.RelativeTolerance, row.AbsoluteTolerance, options => options with { Opset = opset }, run: row.NotRunnable is null);

    /// <summary>Fails unless ONNX Runtime computes what a module does.</summary>
    /// <param name="module">The module, in any mode.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="sizes">The sizes that every dynamic axis takes in turn; further symbols take one more each.</param>
    /// <param name="relative">The permitted difference relative to the value.</param>
    /// <param name="absolute">The permitted difference near 0.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="run">Whether ONNX Runtime can run it.</param>
    public static ExportedModel AssertAgrees(
        nn.Module module, IReadOnlyList<TestInput> inputs, IReadOnlyList<long> sizes, double relative = 1e-4, double absolute = 1e-5,
        Func<ExportOptions, ExportOptions>? configure = null, bool run = true)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        ExampleInput[] examples = [.. inputs.Select((input, i) => input.Example(inputs.Count == 1 ? "input" : $"input_{i}"))];
        ExportedModel exported = OnnxExporter.Export(module, examples, configure);
        PythonOnnx.AssertAccepts(exported);
        if (!run)
        {
            return exported;
        }

        string[] symbols = [.. examples.SelectMany(example => example.DynamicAxes?.Values ?? ["N"]).Distinct()];
        using InferenceSession session = Open(exported);
        bool training = module.training;
        module.eval();
        foreach (long size in sizes)
        {
            Dictionary<string, long> at = symbols.Select((symbol, i) => (symbol, size + i)).ToDictionary();
            Tensor[] given = [.. inputs.Select((input, i) => input.At(at, (int)(100 + (size * 10) + i)))];
            OrtRun.Compare(session, given, OrtRun.Forward(module, [.. given.Select(input => input.clone())]), relative, absolute, $"at {string.Join(", ", at)}");
        }

        module.train(training);
        return exported;
    }

    /// <summary>Opens a model in ONNX Runtime, on one thread.</summary>
    public static InferenceSession Open(ExportedModel exported)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new(exported.Model.ToByteArray(), options);
    }
}
