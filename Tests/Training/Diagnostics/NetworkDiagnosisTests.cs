using OnnxInit.Contracts.Randomness;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Diagnostics;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Diagnostics;

public sealed class NetworkDiagnosisTests : IDisposable
{
    private const int Width = 100;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly int _threads = get_num_threads();
    private readonly Tensor _batch = randn([64, Width], generator: new Generator(3));
    private readonly Tensor _labels = arange(64).remainder(10);

    public NetworkDiagnosisTests() => set_num_threads(1);

    public void Dispose()
    {
        set_num_threads(_threads);
        _batch.Dispose();
        _labels.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Kaiming_with_ReLU_is_stable()
    {
        Diagnosis diagnosis = Examine(Mlp(30, () => nn.ReLU(), "kaiming-normal"));

        diagnosis.Should().BeEquivalentTo(new { WeightLayers = 31, Healthy = true, Forward = new { Verdict = SignalVerdict.Stable }, Backward = new { Verdict = SignalVerdict.Stable } });
        diagnosis.Advice.Should().BeEmpty();
        diagnosis.Findings.Should().HaveCount(2).And.OnlyContain(finding => finding.Contains("stable. The mean square of the "));
    }

    [Fact]
    public void Xavier_with_ReLU_halves_the_mean_square_per_layer_and_is_told_to_use_Kaiming()
    {
        Diagnosis diagnosis = Examine(Mlp(50, () => nn.ReLU(), "xavier-normal"));

        // The mean of ln(chi^2-like factors) lies 2.5/n below: log10(1/2) - 0.011.
        diagnosis.Forward.Verdict.Should().Be(SignalVerdict.Vanishing);
        diagnosis.Backward!.Verdict.Should().Be(SignalVerdict.Vanishing);
        diagnosis.Forward.Rate.Should().BeApproximately(Math.Log10(0.5), 0.06).And.BeInRange(diagnosis.Forward.RateLow, diagnosis.Forward.RateHigh);
        diagnosis.Backward.Rate.Should().BeApproximately(Math.Log10(0.5), 0.06);
        Math.Log10(0.5).Should().BeInRange(diagnosis.Forward.RateLow, diagnosis.Forward.RateHigh).And.BeInRange(diagnosis.Backward.RateLow, diagnosis.Backward.RateHigh);
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith("Xavier or LeCun with ReLU: n Var(w) is 1.00 (fan-in n, median of 50 layers), and ReLU takes 2.00: the mean square is to shrink by 0.50 per layer").And.EndWith("Use Kaiming fan-in.");
    }

    [Fact]
    public void Unit_weights_overflow_float32_at_the_layer_that_the_rate_predicts()
    {
        Diagnosis diagnosis = Examine(Mlp(60, () => nn.ReLU(), "normal:1"));

        diagnosis.Forward.Verdict.Should().Be(SignalVerdict.Exploding);
        diagnosis.Forward.Rate.Should().BeApproximately(Math.Log10(50), 0.06);
        FloatLimit float32 = diagnosis.Forward.Limits.Single(limit => limit.ElementType == "float32");
        float32.Overflow.Should().BeTrue();
        float32.ObservedLayer.Should().BeInRange(43, 47);
        float32.PredictedLayer!.Value.Should().BeCloseTo(float32.ObservedLayer!.Value, 1);
        diagnosis.Forward.Limits.Should().ContainSingle(limit => limit.ElementType == "float16" && limit.PredictedLayer == 5 && limit.ObservedLayer == null);
        diagnosis.Backward!.Verdict.Should().Be(SignalVerdict.Undetermined, "the loss is not a number");
        diagnosis.Findings.Should().Contain($"Forward: float32 overflows at layer {float32.ObservedLayer}; the rate predicts layer {float32.PredictedLayer}.");
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith("Large weights with ReLU: n Var(w) is 99.7");
    }

    [Fact]
    public void Small_weights_underflow_float32_at_the_layer_that_the_rate_predicts_and_nothing_is_called_dead()
    {
        Diagnosis diagnosis = Examine(Mlp(60, () => nn.ReLU(), "normal:0.01"));

        diagnosis.Forward.Verdict.Should().Be(SignalVerdict.Vanishing);
        FloatLimit float32 = diagnosis.Forward.Limits.Single(limit => limit.ElementType == "float32");
        (float32.Overflow, float32.ObservedLayer - float32.PredictedLayer).Should().Match<(bool, int?)>(limit => !limit.Item1 && Math.Abs(limit.Item2!.Value) <= 1);
        diagnosis.DeadLayers.Should().BeEmpty();
    }

    [Fact]
    public void Float64_holds_what_float32_does_not()
    {
        Sequential network = Mlp(60, () => nn.ReLU(), "normal:1");
        network.to(ScalarType.Float64);

        Diagnosis diagnosis = Examine(network);

        diagnosis.Forward.Limits.Should().OnlyContain(limit => limit.ObservedLayer == null);
        diagnosis.Forward.Limits.Single(limit => limit.ElementType == "float32").PredictedLayer.Should().BeInRange(43, 47);
        diagnosis.Forward.Decades.Should().BeApproximately(59 * Math.Log10(50), 3);
        diagnosis.Backward!.Verdict.Should().Be(SignalVerdict.Exploding);
    }

    [Fact]
    public void Sigmoids_keep_the_outputs_and_lose_the_gradients()
    {
        Diagnosis diagnosis = Examine(Mlp(20, nn.Sigmoid, "xavier-normal"));

        diagnosis.Forward.Verdict.Should().Be(SignalVerdict.Stable);
        diagnosis.Backward!.Verdict.Should().Be(SignalVerdict.Vanishing);
        diagnosis.Backward.Rate.Should().BeLessThan(Math.Log10(1.0 / 16));
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith("Sigmoid passes at most a quarter of a gradient back");
    }

    [Fact]
    public void Small_weights_with_tanh_vanish_in_both_directions()
    {
        Diagnosis diagnosis = Examine(Mlp(50, nn.Tanh, "normal:0.05"));

        diagnosis.Forward.Rate.Should().BeApproximately(Math.Log10(0.25), 0.03);
        diagnosis.Backward!.Rate.Should().BeApproximately(Math.Log10(0.25), 0.03);
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith("Small weights with Tanh: n Var(w) is 0.25").And.EndWith("Use Xavier, in deep networks with the gain 5/3.");
    }

    [Fact]
    public void Looks_linear_weights_neither_grow_nor_shrink_over_three_hundred_layers()
    {
        Diagnosis diagnosis = Examine(Mlp(300, () => nn.ReLU(), "looks-linear"));

        diagnosis.Healthy.Should().BeTrue();
        diagnosis.Forward.Decades.Should().BeApproximately(0, 1e-3);
        diagnosis.Backward!.Decades.Should().BeApproximately(0, 1e-3);
    }

    [Fact]
    public void A_thousand_layers_of_Kaiming_shrink_as_finite_width_makes_them()
    {
        SignalRecord record = RandomWalk(layers: 1000, drift: -2.5 / 100 / Math.Log(10), deviation: Math.Sqrt(5.0 / 100) / Math.Log(10), scaledVariance: 2);

        Diagnosis diagnosis = NetworkDiagnosis.Of(record);

        diagnosis.Forward.Verdict.Should().Be(SignalVerdict.Vanishing);
        diagnosis.Forward.Ranges.Should().ContainSingle("chance is no change of pace");
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith(
            "The weights are right for ReLU: n Var(w) is 2.00 (fan-in n, median of 1000 layers). 1000 layers of 100 units move log10 of the mean square by -10.9 ± 3.1 by chance");
    }

    [Fact]
    public void A_stretch_of_layers_is_found_and_advised_on()
    {
        Sequential network = Mlp(60, () => nn.ReLU(), "kaiming-normal");
        using (IDisposable noGradient = no_grad())
        {
            for (int i = 20; i <= 40; i++)
            {
                network.get_parameter($"linear{i}.weight")!.mul_(Math.Sqrt(0.5));
            }
        }

        Diagnosis diagnosis = Examine(network);

        GrowthRange range = diagnosis.Forward.Ranges.MinBy(range => range.Rate)!;
        range.From.Should().BeInRange(18, 20);
        range.To.Should().BeInRange(39, 41);
        range.Rate.Should().BeApproximately(Math.Log10(0.5), 0.06);
        diagnosis.Findings.Should().ContainMatch("Forward: layers * ('linear*' to 'linear*') shrink by 0.7? per layer, -?.? decades of the mean square.");
        diagnosis.Advice.Should().ContainSingle().Which.Should().Match("Layers ??-??: Xavier or LeCun with ReLU: n Var(w) is 1.00 (fan-in n, median of ?? layers), and ReLU takes 2.00*Use Kaiming fan-in.");
    }

    [Fact]
    public void Batch_normalisation_makes_the_gradients_of_a_plain_network_explode()
    {
        Sequential network = nn.Sequential(
        [
            .. Enumerable.Range(1, 50).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[] { ($"linear{i}", nn.Linear(Width, Width)), ($"norm{i}", nn.BatchNorm1d(Width)), ($"relu{i}", nn.ReLU()) }),
            ("head", nn.Linear(Width, 10)),
        ]);
        Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed: 17);

        Diagnosis diagnosis = Doctor.Examine(network, randn([512, Width], generator: new Generator(3)), arange(512).remainder(10)).Diagnosis;

        diagnosis.Forward.Verdict.Should().Be(SignalVerdict.Stable);
        diagnosis.Backward!.Verdict.Should().Be(SignalVerdict.Exploding);
        Math.Pow(10, diagnosis.Backward.Ranges.MaxBy(range => range.From - range.To)!.Rate).Should().BeApproximately(1.467, 0.07);
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith("BatchNorm in a network without skip connections: the mean square of the gradient grows by 1.");
    }

    [Fact]
    public void A_dead_layer_is_named_and_those_that_it_silences_are_not()
    {
        Sequential network = Mlp(20, () => nn.ReLU(), "kaiming-normal");
        using (IDisposable noGradient = no_grad())
        {
            network.get_parameter("linear10.bias")!.fill_(-100);
        }

        Diagnosis diagnosis = Examine(network);

        diagnosis.DeadLayers.Should().Equal(new DeadLayer("act10", Width, Width));
        diagnosis.Healthy.Should().BeFalse();
        diagnosis.Findings.Should().Contain("Dead: 100 of 100 units of 'act10' are 0 for the whole batch.");
        diagnosis.Advice.Should().ContainSingle().Which.Should().StartWith("'act10' passes nothing on, and no gradient comes back through it");
        diagnosis.Forward.Limits.Should().NotContain(limit => limit.ObservedLayer != null, "a layer that died did not underflow");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fewer_than_two_weight_layers_have_no_rate(int layers)
    {
        Diagnosis diagnosis = NetworkDiagnosis.Of(RandomWalk(layers, drift: 0, deviation: 1, scaledVariance: 2));

        (diagnosis.Forward.Verdict, diagnosis.Forward.Rate).Should().Be((SignalVerdict.Undetermined, double.NaN));
        diagnosis.Advice.Should().BeEmpty();
        diagnosis.Findings.Should().Contain($"Forward: undetermined; the network has {layers} weight layer{(layers == 1 ? "" : "s")}, and a rate needs two.");
    }

    [Theory]
    [InlineData(1.9, SignalVerdict.Stable)]
    [InlineData(3, SignalVerdict.Exploding)]
    [InlineData(-3, SignalVerdict.Vanishing)]
    public void One_step_is_judged_by_its_size(double decades, SignalVerdict verdict) =>
        NetworkDiagnosis.Of(RandomWalk(2, drift: decades, deviation: 0, scaledVariance: 2)).Forward.Verdict.Should().Be(verdict);

    [Theory]
    [InlineData("fixup", 2)]
    [InlineData("rezero", 1)]
    public void A_residual_network_whose_branches_start_at_nothing_is_healthy(string scheme, int layersPerBranch)
    {
        nn.Module<Tensor, Tensor>[] blocks =
        [
            .. Enumerable.Range(0, 20).Select(_ => new ResidualBlock(layersPerBranch == 1
                ? nn.Sequential(nn.Linear(Width, Width), nn.ReLU())
                : nn.Sequential(nn.Linear(Width, Width), nn.ReLU(), nn.Linear(Width, Width)))),
        ];
        using Sequential network = nn.Sequential([nn.Linear(Width, Width), nn.ReLU(), .. blocks, nn.Linear(Width, 10)]);
        Initializer.Apply(network, InitializationSchemes.Get(scheme), 17);

        Diagnosis diagnosis = Examine(network);

        (diagnosis.Healthy, diagnosis.Forward.Verdict).Should().Be((true, SignalVerdict.Stable));
        diagnosis.DeadLayers.Should().BeEmpty();
        diagnosis.Advice.Should().BeEmpty();
    }

    [Fact]
    public void A_layer_without_a_gradient_does_not_hide_what_the_others_do()
    {
        SignalRecord record = RandomWalk(30, drift: 0, deviation: 0.01, scaledVariance: 2);
        LayerSignal[] layers = [.. record.Layers.Select((layer, i) => i < 2 ? layer : layer with { Gradient = layer.Forward with { Log10MeanSquare = 0.5 * (60 - i) } })];

        Diagnosis diagnosis = NetworkDiagnosis.Of(record with { Layers = layers });

        diagnosis.Backward!.Verdict.Should().Be(SignalVerdict.Exploding);
        (diagnosis.Backward.Ranges[0].From, diagnosis.Backward.Ranges[^1].To).Should().Be((30, 2));
    }

    [Fact]
    public void Without_a_known_activation_no_cure_is_claimed()
    {
        using Sequential network = nn.Sequential([.. Enumerable.Range(0, 20).SelectMany(_ => (nn.Module<Tensor, Tensor>[])[nn.Linear(Width, Width), nn.Mish()])]);
        Initializer.Apply(network, InitializationSchemes.PyTorch, 17);

        Doctor.Examine(network, _batch).Diagnosis.Advice.Should().ContainSingle().Which.Should().Contain("between the layers stands no activation that is known here").And.Contain("else LSUV");
    }

    [Fact]
    public void The_interval_holds_the_true_rate_in_19_of_20_networks()
    {
        int held = Enumerable.Range(0, 400).Count(seed =>
        {
            SignalTrend trend = NetworkDiagnosis.Of(RandomWalk(layers: 30, drift: -0.1, deviation: 0.2, scaledVariance: 2, seed)).Forward;
            return trend.RateLow <= -0.1 && trend.RateHigh >= -0.1;
        });

        held.Should().BeInRange(400 - 20 - 16, 400 - 20 + 16);
    }

    /// <summary>A record as of a network of ReLU layers of 100, whose log10 mean square makes independent normal steps; forward only.</summary>
    private static SignalRecord RandomWalk(int layers, double drift, double deviation, double scaledVariance, int seed = 17)
    {
        PhiloxRandom random = new(seed, "walk");
        double level = 0;
        List<LayerSignal> signals = [];
        for (int i = 1; i <= layers; i++)
        {
            level += drift + (deviation * random.NextNormal());
            signals.Add(new()
            {
                Name = $"linear{i}",
                Type = "Linear",
                ElementType = "float64",
                Forward = Of(level),
                Weight = new() { FanIn = Width, FanOut = Width, Values = Of(Math.Log10(scaledVariance / Width)) },
            });
            signals.Add(new() { Name = $"relu{i}", Type = "ReLU", ElementType = "float64", Forward = Of(level) });
        }

        return new(0, signals, []);

        static SignalStatistics Of(double log10) => new()
        {
            Count = 6400,
            NonFinite = 0,
            Log10MeanSquare = log10,
            Mean = 0,
            Variance = Math.Pow(10, log10),
            Min = -3 * Math.Pow(10, log10 / 2),
            Max = 3 * Math.Pow(10, log10 / 2),
            Zeros = 0,
        };
    }

    private Diagnosis Examine(Sequential network) => Doctor.Examine(network, _batch, _labels).Diagnosis;

    /// <summary>Hidden layers of equal width and ten classes behind: linear1, act1, linear2 ...</summary>
    private static Sequential Mlp(int hidden, Func<nn.Module<Tensor, Tensor>> activation, string scheme)
    {
        Sequential network = nn.Sequential(
        [
            .. Enumerable.Range(1, hidden).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[] { ($"linear{i}", nn.Linear(Width, Width)), ($"act{i}", activation()) }),
            ("head", nn.Linear(Width, 10)),
        ]);
        Initializer.Apply(network, InitializationSchemes.Get(scheme), seed: 17);
        return network;
    }
}
