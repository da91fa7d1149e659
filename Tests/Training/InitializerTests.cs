using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class InitializerTests : IDisposable
{
    private const int FanIn = 300;
    private const int FanOut = 100;
    private const int Count = FanIn * FanOut;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, double> Variances => new()
    {
        { "kaiming-uniform", 2.0 / FanIn },
        { "kaiming-normal", 2.0 / FanIn },
        { "xavier-uniform", 2.0 / (FanIn + FanOut) },
        { "xavier-normal", 2.0 / (FanIn + FanOut) },
        { "lecun-normal", 1.0 / FanIn },
        { "pytorch", 1.0 / (3 * FanIn) },
    };

    [Fact]
    public void Every_scheme_is_tested_here() => Variances.Select(row => row.Data.Item1).Should().BeEquivalentTo(InitializationSchemes.ByName.Keys);

    [Theory]
    [MemberData(nameof(Variances))]
    public void The_sample_has_the_mean_and_the_variance_of_its_scheme(string scheme, double variance)
    {
        double[] weights = Draw(scheme);

        // Four standard errors. The fourth central moment is 3 Var^2 for the normal distribution and 9/5 Var^2 for the uniform one,
        // so the error of the variance is Var sqrt((3 - 1) / n) or Var sqrt((9/5 - 1) / n).
        double spread = scheme.EndsWith("normal", StringComparison.Ordinal) ? 2 : 0.8;
        double mean = weights.Average();
        mean.Should().BeApproximately(0, 4 * Math.Sqrt(variance / Count));
        weights.Average(weight => weight * weight).Should().BeApproximately(variance, 4 * variance * Math.Sqrt(spread / Count));
    }

    [Theory]
    [MemberData(nameof(Variances))]
    public void The_sample_has_the_distribution_of_its_scheme(string scheme, double variance)
    {
        double[] sorted = [.. Draw(scheme).Order()];
        double bound = Math.Sqrt(3 * variance);
        Func<double, double> distribution = scheme.EndsWith("normal", StringComparison.Ordinal)
            ? x => NormalDistribution(x / Math.Sqrt(variance))
            : x => (x + bound) / (2 * bound);

        // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in a thousand seeds.
        sorted.Select((x, i) => Math.Abs(distribution(x) - ((i + 0.5) / Count))).Max().Should().BeLessThan(1.95 / Math.Sqrt(Count));
    }

    [Fact]
    public void Kaiming_uniform_stays_within_sqrt_6_over_fan_in_and_comes_close()
    {
        double bound = Math.Sqrt(6.0 / FanIn);
        double[] magnitudes = [.. Draw("kaiming-uniform").Select(Math.Abs)];

        magnitudes.Max().Should().BeLessThanOrEqualTo(bound * (1 + 1e-7), "a bound in double is rounded to float").And.BeGreaterThan(bound * 0.999);
    }

    [Fact]
    public void Biases_are_0_and_scales_and_statistics_of_BatchNorm_are_as_they_were()
    {
        Sequential network = ModelBuilder.Build(ModelPresets.Mlp);
        using IDisposable noGradient = no_grad();
        network.state_dict()["batchnorm1.running_mean"].fill_(3);

        Initializer.Apply(network, InitializationSchemes.KaimingUniform, seed: 17);

        Dictionary<string, Tensor> state = network.state_dict();
        state["linear2.bias"].eq(0).all().item<bool>().Should().BeTrue();
        state["batchnorm1.weight"].eq(1).all().item<bool>().Should().BeTrue();
        state["batchnorm1.bias"].eq(0).all().item<bool>().Should().BeTrue();
        state["batchnorm1.running_mean"].eq(3).all().item<bool>().Should().BeTrue();
        state["batchnorm1.running_var"].eq(1).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void A_draw_is_a_function_of_the_seed_and_the_name_of_the_parameter()
    {
        LayerSpec layer = new LinearSpec(20) { Name = "hidden" };
        Sequential alone = ModelBuilder.Build(new("alone", [30], [layer]));
        Sequential among = ModelBuilder.Build(new("among", [7], [new LinearSpec(40), new LinearSpec(30), layer, new LinearSpec(20) { Name = "other" }]));

        float[] expected = Weights(alone, "hidden", seed: 17);

        Weights(among, "hidden", seed: 17).Should().Equal(expected);
        Weights(alone, "hidden", seed: 18).Should().NotEqual(expected);
        Weights(among, "other", seed: 17).Should().NotEqual(expected);
    }

    [Fact]
    public void A_module_of_modules_is_initialised_throughout()
    {
        Sequential network = nn.Sequential(("block", nn.Sequential(("conv", nn.Conv2d(8, 16, 3, groups: 4)), ("norm", nn.BatchNorm2d(16)))));

        Initializer.Apply(network, InitializationSchemes.KaimingUniform, seed: 17);

        // A grouped convolution has the fan-in 8 / 4 x 9 = 18.
        float[] weights = network.state_dict()["block.conv.weight"].data<float>().ToArray();
        weights.Max(Math.Abs).Should().BeInRange(0.9f * MathF.Sqrt(6f / 18), MathF.Sqrt(6f / 18));
        network.state_dict()["block.conv.bias"].count_nonzero().item<long>().Should().Be(0);
    }

    [Fact]
    public void A_transposed_convolution_has_its_fans_exchanged()
    {
        // Its weight is [in, out / groups, kernel]: fan-in 4 / 2 x 9 = 18, and not 8 / 2 x 9.
        ConvTranspose2d layer = nn.ConvTranspose2d(4, 8, 3, groups: 2);

        Initializer.Apply(layer, InitializationSchemes.KaimingUniform, seed: 17);

        layer.weight.data<float>().ToArray().Max(Math.Abs).Should().BeInRange(0.9f * MathF.Sqrt(6f / 18), MathF.Sqrt(6f / 18));
    }

    [Fact]
    public void Parameters_still_want_gradients_afterwards()
    {
        Linear layer = nn.Linear(3, 4);

        Initializer.Apply(layer, InitializationSchemes.KaimingNormal, seed: 17);

        layer.weight.requires_grad.Should().BeTrue();
        layer.weight.is_leaf.Should().BeTrue();
    }

    [Fact]
    public void An_unknown_scheme_is_an_error_that_names_the_known() =>
        FluentActions.Invoking(() => InitializationSchemes.Get("he")).Should().Throw<InvalidInputException>().WithMessage(
            "There is no initialisation 'he'; expected one of kaiming-uniform, kaiming-normal, xavier-uniform, xavier-normal, lecun-normal, pytorch.");

    private static double[] Draw(string scheme)
    {
        Linear layer = nn.Linear(FanIn, FanOut);
        Initializer.Apply(layer, InitializationSchemes.Get(scheme), seed: 17);
        return [.. layer.weight.data<float>().ToArray().Select(weight => (double)weight)];
    }

    private static float[] Weights(Sequential network, string layer, long seed)
    {
        Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed);
        return network.state_dict()[$"{layer}.weight"].data<float>().ToArray();
    }

    /// <summary>Phi(x), with an error below 1e-7 (Abramowitz and Stegun 26.2.17).</summary>
    private static double NormalDistribution(double x)
    {
        double t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        double tail = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return x > 0 ? 1 - tail : tail;
    }
}
