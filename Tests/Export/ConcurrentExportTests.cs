using Google.Protobuf;
using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using OnnxInit.Tests.Export.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>The same model gives the same bytes: again, by another way of capture, on other threads, beside other exports.</summary>
public sealed class ConcurrentExportTests
{
    [Fact]
    public void The_same_model_gives_the_same_bytes_by_code_and_by_module_walk()
    {
        using nn.Module<Tensor, Tensor> model = PresetTests.Trained(ModelPresets.Cnn);
        byte[] bytes = Bytes(model, CaptureMethod.Code);

        Bytes(model, CaptureMethod.Code).Should().Equal(bytes);
        OnThreads([() => Bytes(model, CaptureMethod.Code)])[0].Should().Equal(bytes);
        Bytes(model, CaptureMethod.ModuleWalk).Should().Equal(bytes);
    }

    [Fact]
    public void Exports_of_different_models_at_once_give_what_one_at_a_time_gives()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        Func<byte[]>[] exports =
        [
            Export(new Gpt(new(50, 32, Layers: 2, Heads: 4, Width: 16)), zeros([2, 6], ScalarType.Int64)),
            Export(new MlpMixer(new()), zeros(2, 3, 24, 24)),
            Export(PresetTests.Trained(ModelPresets.Mlp), zeros(2, 3, 32, 32)),
            Export(new GruForecaster(3, 10, horizon: 4), zeros(2, 6, 3)),
        ];
        byte[][] alone = [.. exports.Select(export => export())];

        for (int round = 0; round < 2; round++)
        {
            OnThreads(exports).Should().BeEquivalentTo(alone, options => options.WithStrictOrdering());
        }

        static Func<byte[]> Export(nn.Module model, Tensor example) => () => OnnxExporter.Export(model, example).Model.ToByteArray();
    }

    [Fact]
    public void Exports_of_the_same_model_at_once_give_what_one_gives_and_leave_its_mode()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        using nn.Module<Tensor, Tensor> shared = nn.Sequential(("linear", nn.Linear(3, 8)), ("slow", new Slow()));
        using nn.Module first = nn.Sequential(("body", shared), ("head", nn.Linear(8, 2)));
        using nn.Module second = nn.Sequential(("body", shared), ("head", nn.Linear(8, 3)));
        Tensor example = zeros(2, 3);
        Func<byte[]>[] exports = [.. new[] { first, second, first, second }.Select(model => (Func<byte[]>)(() => OnnxExporter.Export(model, example).Model.ToByteArray()))];
        byte[][] alone = [.. exports.Select(export => export())];
        shared.train(true);
        first.train(true);
        second.train(true);

        for (int round = 0; round < 2; round++)
        {
            OnThreads(exports).Should().BeEquivalentTo(alone, options => options.WithStrictOrdering());
        }

        first.modules().Concat(second.modules()).Should().OnlyContain(module => module.training);
    }

    private static byte[] Bytes(nn.Module model, CaptureMethod capture)
    {
        using Tensor example = zeros(1, 3, 32, 32);
        ExportedModel exported = OnnxExporter.Export(model, example, options => options with { Capture = capture });
        return exported.Model.ToByteArray();
    }

    private static byte[][] OnThreads(Func<byte[]>[] exports)
    {
        byte[][] results = new byte[exports.Length][];
        Exception?[] failures = new Exception?[exports.Length];
        Thread[] threads = [.. exports.Select((export, i) => new Thread(() => failures[i] = Record.Exception(() => results[i] = export())))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        failures.Should().OnlyContain(failure => failure == null);
        return results;
    }

    // Gives others time to get in its way.
    private sealed class Slow() : nn.Module<Tensor, Tensor>(nameof(Slow))
    {
        private Tensor? _scale;

        public override Tensor forward(Tensor input)
        {
            _scale ??= full(8, 2.0f);
            Thread.Sleep(5);
            Tensor scaled = input * _scale;
            Thread.Sleep(5);
            return nn.functional.dropout(scaled, training: training);
        }
    }
}
