using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>Exports a module, runs the file in ONNX Runtime, and compares with the module in eval mode.</summary>
internal static class ExportParity
{
    // Sums of at most a few hundred products of numbers below 2: float32 keeps them to about 1e-6.
    private const double Tolerance = 1e-5;

    /// <summary>Fails unless ONNX Runtime computes what the module does, on fresh random data at batch 1, 7 and 64.</summary>
    /// <param name="module">The module, in any mode.</param>
    /// <param name="shape">The input's shape without the batch axis.</param>
    /// <param name="configure">Changes the options.</param>
    public static ExportedModel AssertExports(nn.Module<Tensor, Tensor> module, long[] shape, Func<ExportOptions, ExportOptions>? configure = null)
    {
        using DisposeScope scope = NewDisposeScope();
        ExportedModel exported = OnnxExporter.Export(module, zeros([1, .. shape]), configure);
        using InferenceSession session = Open(exported);
        module.eval();
        foreach (int batch in (int[])[1, 7, 64])
        {
            Tensor input = Random([batch, .. shape], seed: batch);
            using IDisposable noGradient = no_grad();
            Tensor expected = module.forward(input);
            (float[] found, long[] foundShape) = Run(session, input.data<float>().ToArray(), input.shape);
            foundShape.Should().Equal(expected.shape);
            MaxDifference(found, Floats(expected)).Should().BeLessThan(Tolerance, "of batch {0}", batch);
        }

        return exported;
    }

    /// <summary>Opens a model in ONNX Runtime, on one thread.</summary>
    public static InferenceSession Open(ExportedModel exported)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new(exported.Model.ToByteArray(), options);
    }

    /// <summary>Runs a model with one input and one output.</summary>
    public static (float[] Values, long[] Shape) Run<T>(InferenceSession session, T[] input, long[] shape)
        where T : unmanaged
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, [session.InputNames.Single()], [value], [session.OutputNames.Single()]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    /// <summary>Numbers of -1 to 1.</summary>
    public static Tensor Random(long[] shape, int seed)
    {
        using Generator generator = new((ulong)seed);
        return (rand(shape, generator: generator) * 2) - 1;
    }

    /// <summary>A tensor's elements, row by row.</summary>
    public static float[] Floats(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    /// <summary>The greatest distance; infinite where one of the two is not finite.</summary>
    public static double MaxDifference(float[] found, float[] expected)
    {
        found.Should().HaveSameCount(expected);
        return found.Zip(expected, (a, b) => double.IsFinite(a - (double)b) ? Math.Abs(a - (double)b) : double.PositiveInfinity).Max();
    }

    /// <summary>
    /// Weights that a seed decides, scaled by 1 / sqrt(fan-in), scales and shifts of 0.5 to 1.5, and running statistics that three batches have
    /// moved off 0 and 1.
    /// </summary>
    public static T Settled<T>(this T module, params long[] shape)
        where T : nn.Module<Tensor, Tensor>
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        int seed = 100;
        foreach (Tensor parameter in module.parameters())
        {
            Tensor values = Random(parameter.shape, seed++);
            double fanIn = parameter.NumberOfElements / (double)parameter.shape[0];
            parameter.copy_(parameter.dim() > 1 ? values / Math.Sqrt(fanIn) : (values / 2) + 1);
        }

        module.train();
        for (int i = 0; i < 3; i++)
        {
            module.forward((Random([32, .. shape], seed++) * 2) + 0.5);
        }

        return module;
    }
}
