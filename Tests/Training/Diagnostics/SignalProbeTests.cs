using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Diagnostics;
using OnnxInit.Training.Models;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Diagnostics;

public sealed class SignalProbeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _batch = randn([8, 6], generator: new Generator(3));

    public void Dispose()
    {
        _batch.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Every_layer_is_measured_forward_and_backward()
    {
        Sequential network = nn.Sequential(("linear1", nn.Linear(6, 5)), ("tanh", nn.Tanh()), ("inner", nn.Sequential(("linear2", nn.Linear(5, 4)))));
        using SignalProbe probe = SignalProbe.Attach(network);

        network.call(_batch).square().sum().backward();
        probe.AfterBackward();
        SignalRecord record = probe.Record(step: 7);

        record.Step.Should().Be(7);
        record.NotSeen.Should().BeEmpty();
        record.Layers.Select(layer => $"{layer.Name} {layer.Type} {layer.ElementType} {layer.Forward.Units}").Should().Equal(
            "linear1 Linear float32 5", "tanh Tanh float32 5", "inner.linear2 Linear float32 4");

        // By hand: y = W2 tanh(W1 x + b1) + b2, dC/dy = 2 y, dC/dt = 2 y W2, dC/ds = dC/dt (1 - t^2).
        using IDisposable noGradient = no_grad();
        Tensor weight1 = network.get_parameter("linear1.weight")!;
        Tensor weight2 = network.get_parameter("inner.linear2.weight")!;
        Tensor s = nn.functional.linear(_batch, weight1, network.get_parameter("linear1.bias"));
        Tensor t = s.tanh();
        Tensor y = nn.functional.linear(t, weight2, network.get_parameter("inner.linear2.bias"));
        Tensor dt = (2 * y).matmul(weight2);
        Tensor ds = dt * (1 - t.square());
        AssertAlike(record.Layers.Select(layer => layer.Forward), s, t, y);
        AssertAlike(record.Layers.Select(layer => layer.Gradient!), ds, dt, 2 * y);
        AssertAlike([record.Layers[0].Weight!.Values, record.Layers[2].Weight!.Values], weight1, weight2);
        AssertAlike([record.Layers[0].Weight!.Gradient!, record.Layers[2].Weight!.Gradient!], weight1.grad!, weight2.grad!);
        record.Layers[0].Weight.Should().BeEquivalentTo(new { FanIn = 6L, FanOut = 5L });
        record.Layers[1].Weight.Should().BeNull();
        record.Layers[1].Forward.Saturated.Should().NotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_activation_in_place_does_not_spoil_what_came_before(bool inPlace)
    {
        Sequential network = nn.Sequential(("linear1", nn.Linear(6, 50)), ("relu", nn.ReLU(inPlace)), ("linear2", nn.Linear(50, 4)));
        using (IDisposable noGradient = no_grad())
        {
            network.get_parameter("linear1.weight")!.copy_(randn([50, 6], generator: new Generator(1)));
            network.get_parameter("linear2.weight")!.copy_(randn([4, 50], generator: new Generator(2)));
        }

        using SignalProbe probe = SignalProbe.Attach(network);

        network.call(_batch).sum().backward();
        probe.AfterBackward();

        IReadOnlyList<LayerSignal> layers = probe.Record(0).Layers;
        layers[0].Forward.Min.Should().BeLessThan(-1);
        layers[1].Forward.Min.Should().Be(0);
        layers[0].Gradient!.Zeros.Should().BeInRange(0.4, 0.6, "the ReLU passes nothing back where it is 0");
        layers[1].Gradient!.Zeros.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_and_gradients_are_the_same_bits_with_a_probe_as_without(bool inPlace)
    {
        manual_seed(1);
        Sequential network = nn.Sequential(
            ("linear1", nn.Linear(6, 6)), ("norm", nn.BatchNorm1d(6)), ("relu", nn.ReLU(inPlace)), ("block", new ResidualBlock(nn.Sequential(("linear2", nn.Linear(6, 6)), ("relu", nn.ReLU(inPlace))))));
        byte[][] plain = LossAndGradients();
        byte[][] probed;
        using (SignalProbe probe = SignalProbe.Attach(network, new() { HistogramBins = 8 }))
        {
            probed = LossAndGradients();
            probe.AfterBackward();
            probe.Record(0).Layers.Should().HaveCount(6).And.OnlyContain(layer => layer.Gradient != null && layer.Forward.Histogram != null);
        }

        probed.Should().BeEquivalentTo(plain, options => options.WithStrictOrdering());
        LossAndGradients().Should().BeEquivalentTo(plain, options => options.WithStrictOrdering());

        byte[][] LossAndGradients()
        {
            network.zero_grad();
            Tensor loss = network.call(_batch).square().mean();
            loss.backward();
            return [loss.bytes.ToArray(), .. network.parameters().Select(parameter => parameter.grad!.contiguous().bytes.ToArray())];
        }
    }

    [Fact]
    public void A_module_that_is_called_twice_is_measured_twice_and_one_that_is_not_is_named()
    {
        using Branches module = new();
        using SignalProbe probe = SignalProbe.Attach(module);

        (Tensor left, Tensor right) = module.call(_batch);
        (left.sum() + (2 * right).sum()).backward();
        probe.AfterBackward();
        SignalRecord record = probe.Record(0);

        record.Layers.Select(layer => layer.Name).Should().Equal("shared", "shared#2", "two", "many", "many[1]", "Branches", "Branches[1]");
        record.Layers.Where(layer => layer.Weight is not null).Select(layer => layer.Name).Should().Equal("shared", "two", "many");
        record.Layers[0].Weight!.Gradient!.Count.Should().Be(36, "both calls add to one gradient");
        record.Layers.Single(layer => layer.Name == "Branches[1]").Gradient.Should().BeEquivalentTo(new { Min = 2.0, Max = 2.0 });
        record.NotSeen.Should().Equal("unused", "forwarded");
    }

    [Fact]
    public void A_second_forward_pass_replaces_the_first()
    {
        Sequential network = nn.Sequential(("linear", nn.Linear(6, 5)), ("relu", nn.ReLU()));
        using SignalProbe probe = SignalProbe.Attach(network);

        network.call(_batch);
        network.call(_batch * 100).sum().backward();
        probe.AfterBackward();

        SignalRecord record = probe.Record(0);
        record.Layers.Select(layer => layer.Name).Should().Equal("linear", "relu");
        record.Layers[0].Forward.Max.Should().BeGreaterThan(20);
        probe.Record(1).Layers.Should().BeEmpty("a record is taken once");
    }

    [Fact]
    public void Without_a_backward_pass_there_are_no_gradients()
    {
        Sequential network = nn.Sequential(("linear", nn.Linear(6, 5)), ("relu", nn.ReLU()));
        using SignalProbe probe = SignalProbe.Attach(network);
        using (IDisposable noGradient = no_grad())
        {
            network.call(_batch);
        }

        probe.AfterBackward();

        probe.Record(0).Layers.Should().HaveCount(2).And.OnlyContain(layer => layer.Gradient == null);
    }

    [Fact]
    public void Detaching_leaves_no_hook_and_no_tensor()
    {
        Sequential network = nn.Sequential(("linear", nn.Linear(6, 5)), ("bilinear", nn.Sequential(nn.Identity())), ("relu", nn.ReLU()));
        SignalProbe probe = SignalProbe.Attach(network);
        HookCount(network).Should().Be(4, "three layers, and the network itself, to see where a pass begins");
        network.call(_batch).Dispose();
        probe.Record(0);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        network.call(_batch).Dispose();
        probe.Dispose();

        HookCount(network).Should().Be(0);
        network.named_modules().Sum(part => HookCount(part.module)).Should().Be(0);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().BeLessThanOrEqualTo(before);
        network.call(_batch);
        probe.Record(1).Layers.Should().BeEmpty();
    }

    [Fact]
    public void Float64_is_measured_in_float64()
    {
        Sequential network = nn.Sequential(("linear", nn.Linear(6, 5)), ("scale", new Scale(1e200)));
        network.to(ScalarType.Float64);
        using SignalProbe probe = SignalProbe.Attach(network);

        network.call(_batch.to(ScalarType.Float64)).sum().backward();
        probe.AfterBackward();

        IReadOnlyList<LayerSignal> layers = probe.Record(0).Layers;
        layers[1].ElementType.Should().Be("float64");
        (layers[1].Forward.Log10MeanSquare - layers[0].Forward.Log10MeanSquare).Should().BeApproximately(400, 1e-9);
        layers[0].Gradient!.Log10MeanSquare.Should().BeApproximately(400, 1e-9);
    }

    [Fact]
    public void Layers_can_be_chosen()
    {
        Sequential network = nn.Sequential(("linear1", nn.Linear(6, 5)), ("relu", nn.ReLU()), ("inner", nn.Sequential(("linear2", nn.Linear(5, 4)))));
        using SignalProbe probe = SignalProbe.Attach(network, new() { Layers = (name, _) => name is "relu" or "inner" });

        network.call(_batch);

        probe.Record(0).Layers.Select(layer => $"{layer.Name} {layer.Type}").Should().Equal("relu ReLU", "inner Sequential");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void The_update_of_MomentumSgd_is_known_before_it_is_made(double momentum)
    {
        Sequential network = nn.Sequential(("linear1", nn.Linear(6, 5)), ("relu", nn.ReLU()), ("linear2", nn.Linear(5, 4)));
        using MomentumSgd optimizer = new(network, momentum);
        using SignalProbe probe = SignalProbe.Attach(network);
        for (int step = 0; step < 3; step++)
        {
            network.call(_batch).square().mean().backward();
            probe.AfterBackward();
            probe.BeforeUpdate(optimizer, learningRate: 0.1);
            double[] known = Ratios(probe.Record(step));

            network.call(_batch);
            probe.BeforeUpdate();
            optimizer.Step(0.1);
            probe.AfterUpdate();
            double[] seen = Ratios(probe.Record(step));

            known.Should().HaveCount(2).And.Equal(seen, (left, right) => Math.Abs(left - right) < 1e-5 * right).And.OnlyContain(ratio => ratio > 1e-5);
        }

        static double[] Ratios(SignalRecord record) => [.. record.Layers.Where(layer => layer.Weight is not null).Select(layer => layer.Weight!.UpdateRatio!.Value)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Recurrent_and_attention_modules_are_seen(int kind)
    {
        using nn.Module module = kind == 1 ? nn.LSTM(6, 7) : nn.MultiheadAttention(6, 2);
        using SignalProbe probe = SignalProbe.Attach(module);
        Tensor sequence = _batch.unsqueeze(1);

        Tensor output = module is TorchSharp.Modules.LSTM lstm ? lstm.call(sequence, null).Item1
            : ((TorchSharp.Modules.MultiheadAttention)module).call(sequence, sequence, sequence, null, true, null).Item1;
        output.sum().backward();
        probe.AfterBackward();

        SignalRecord record = probe.Record(0);
        record.Layers[0].Gradient.Should().BeEquivalentTo(new { Min = 1.0, Max = 1.0 });
        record.Layers[0].Weight!.Gradient!.Log10MeanSquare.Should().BeGreaterThan(-10);
    }

    private static void AssertAlike(IEnumerable<SignalStatistics> measured, params Tensor[] expected)
    {
        measured.Should().HaveCount(expected.Length);
        foreach ((SignalStatistics statistics, Tensor tensor) in measured.Zip(expected))
        {
            SignalStatistics reference = TensorStatistics.Of(tensor);
            statistics.Count.Should().Be(reference.Count);
            statistics.Log10MeanSquare.Should().BeApproximately(reference.Log10MeanSquare, 1e-5);
            statistics.Mean.Should().BeApproximately(reference.Mean, 1e-5);
            statistics.Min.Should().BeApproximately(reference.Min, 1e-5);
        }
    }

    /// <summary>The hooks that stand in a module's four private tables.</summary>
    private static int HookCount(nn.Module module) => module.GetType().BaseType is null ? 0 : Tables(module).Sum();

    private static IEnumerable<int> Tables(nn.Module module)
    {
        const System.Reflection.BindingFlags flags = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic;
        foreach (nn.Module part in module.named_modules().Select(part => part.module).Prepend(module))
        {
            foreach (string table in new[] { "pre_hooks", "post_hooks", "module_pre_hooks", "module_post_hooks" })
            {
                yield return (part.GetType().GetField(table, flags)?.GetValue(part) as System.Collections.ICollection)?.Count ?? 0;
            }
        }
    }

    /// <summary>Two outputs, a module called twice, one of two inputs, one of two outputs, one that is not called, one that is called without its hooks.</summary>
    private sealed class Branches : nn.Module<Tensor, (Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.Linear _shared = nn.Linear(6, 6);
        private readonly TorchSharp.Modules.Bilinear _two = nn.Bilinear(6, 6, 3);
        private readonly TorchSharp.Modules.GRU _many = nn.GRU(3, 2);
        private readonly TorchSharp.Modules.Linear _unused = nn.Linear(2, 2);
        private readonly TorchSharp.Modules.ReLU _forwarded = nn.ReLU();
        private readonly TorchSharp.Modules.Parameter _shift = nn.Parameter(zeros(1));

        public Branches()
            : base(nameof(Branches))
        {
            register_module("shared", _shared);
            register_module("two", _two);
            register_module("many", _many);
            register_module("unused", _unused);
            register_module("forwarded", _forwarded);
            register_parameter("shift", _shift);
        }

        public override (Tensor, Tensor) forward(Tensor input)
        {
            Tensor once = _shared.call(input).add_(1);
            Tensor twice = _shared.call(_forwarded.forward(once));
            (Tensor sequence, Tensor state) = _many.call(_two.call(once, twice).unsqueeze(1), null);
            return (sequence.sum() + _shift, twice + state.sum() + _shift);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _shared.Dispose();
                _two.Dispose();
                _many.Dispose();
                _unused.Dispose();
                _forwarded.Dispose();
                _shift.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class Scale(double factor) : nn.Module<Tensor, Tensor>(nameof(Scale))
    {
        public override Tensor forward(Tensor input) => input * factor;
    }
}
