using OnnxInit.Contracts.Models;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Initialization;

public sealed class InitializerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>The first values under seed 17: a run that is begun again has to draw the same weights, in every version of the program.</summary>
    public static TheoryData<string, double[]> FirstValues => new()
    {
        { "kaiming-uniform", [0.0628141218816484, 0.12209019045025875, 0.030296355274495722] },
        { "kaiming-normal", [0.11879760244593272, -0.09922472657372397, 0.07241945407589453] },
        { "xavier-uniform", [0.05439862526591949, 0.10573320648280435, 0.026237413309791964] },
        { "xavier-normal", [0.10288174162686209, -0.08593113389640981, 0.06271708695792517] },
        { "lecun-normal", [0.08400259027822261, -0.07016247702166124, 0.05120828706689279] },
        { "pytorch", [0.02564375787517168, 0.04984311153372558, 0.012368435248098717] },
    };

    [Theory]
    [MemberData(nameof(FirstValues))]
    public void The_draws_of_a_scheme_never_change(string scheme, double[] expected)
    {
        Linear layer = nn.Linear(300, 100, dtype: ScalarType.Float64);

        Initializer.Apply(layer, InitializationSchemes.Get(scheme), seed: 17);

        layer.weight.data<double>().Take(3).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering().Using<double>(
            context => context.Subject.Should().BeApproximately(context.Expectation, 1e-15)).WhenTypeIs<double>());
    }

    [Fact]
    public void Kaiming_uniform_stays_within_sqrt_6_over_fan_in_and_comes_close()
    {
        Linear layer = nn.Linear(300, 100);
        double bound = Math.Sqrt(6.0 / 300);

        Initializer.Apply(layer, InitializationSchemes.KaimingUniform, seed: 17);

        double largest = layer.weight.data<float>().Max(weight => Math.Abs((double)weight));
        largest.Should().BeLessThanOrEqualTo(bound * (1 + 1e-7), "a bound in double is rounded to float").And.BeGreaterThan(bound * 0.999);
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
    public void Normalisations_start_at_scale_1_and_shift_0_whatever_their_kind_and_axes()
    {
        Sequential network = nn.Sequential(
            ("conv", nn.Conv2d(3, 8, 3)),
            ("group", nn.GroupNorm(2, 8)),
            ("instance", nn.InstanceNorm2d(8, affine: true)),
            ("layer", nn.LayerNorm([8, 5, 5])));
        using IDisposable noGradient = no_grad();
        foreach ((string _, Parameter parameter) in network.named_parameters())
        {
            parameter.fill_(7);
        }

        IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed: 17);

        Dictionary<string, Tensor> state = network.state_dict();
        foreach (string norm in new[] { "group", "instance", "layer" })
        {
            state[$"{norm}.weight"].eq(1).all().item<bool>().Should().BeTrue(norm);
            state[$"{norm}.bias"].eq(0).all().item<bool>().Should().BeTrue(norm);
        }

        applied.Select(parameter => parameter.Parameter).Should().Equal(network.named_parameters().Select(parameter => parameter.name), "all are recorded");
    }

    [Fact]
    public void Layers_within_layers_come_in_the_order_of_registration()
    {
        Sequential network = nn.Sequential(("block", nn.Sequential(("first", nn.Linear(2, 4)), ("second", nn.Linear(4, 2)))), ("head", nn.Linear(2, 1)));

        Initializer.Apply(network, InitializationSchemes.LooksLinear, seed: 17).Where(parameter => parameter.Parameter.EndsWith("weight", StringComparison.Ordinal))
            .Select(parameter => parameter.Parameter).Should().Equal("block.first.weight", "block.second.weight", "head.weight");
    }

    [Fact]
    public void Parameters_still_want_gradients_afterwards()
    {
        Linear layer = nn.Linear(3, 4);

        Initializer.Apply(layer, InitializationSchemes.KaimingNormal, seed: 17);

        layer.weight.requires_grad.Should().BeTrue();
        layer.weight.is_leaf.Should().BeTrue();
    }

    private static float[] Weights(Sequential network, string layer, long seed)
    {
        Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed);
        return network.state_dict()[$"{layer}.weight"].data<float>().ToArray();
    }
}
