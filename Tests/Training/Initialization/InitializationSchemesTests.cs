using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Initialization;

public class InitializationSchemesTests
{
    [Fact]
    public void Names_of_formulas_are_the_one_primitive()
    {
        InitializationSchemes.KaimingNormal.Should().Be(new VarianceScaling(2, FanMode.FanIn, Distribution.Normal));
        Kaiming.Uniform(FanMode.FanOut, gain: 3).Should().Be(new VarianceScaling(9, FanMode.FanOut, Distribution.Uniform));
        Xavier.Uniform(Gain.For("tanh")).Should().Be(new VarianceScaling(5.0 / 3 * (5.0 / 3), FanMode.FanAvg, Distribution.Uniform));
        LeCun.Uniform().Should().Be(new VarianceScaling(1, FanMode.FanIn, Distribution.Uniform));
    }

    [Fact]
    public void A_number_completes_a_name()
    {
        InitializationSchemes.Get("normal:0.01").Should().Be(new Normal(0, 0.01));
        InitializationSchemes.Get("uniform:5e-2").Should().Be(new Uniform(-0.05, 0.05));
        InitializationSchemes.Get("constant:-0.1").Should().Be(new Constant(-0.1));
        InitializationSchemes.Get("truncated-normal:0.02").Should().Be(new TruncatedNormal(0, 0.02));
        InitializationSchemes.Get("orthogonal:1").Should().Be(new Orthogonal(1));
        InitializationSchemes.Get("delta-orthogonal:1").Should().Be(new DeltaOrthogonal(1));
        InitializationSchemes.Get("sparse:0.9").Should().Be(new Sparse(0.9));
    }

    [Fact]
    public void The_bare_orthogonal_has_the_gain_of_ReLU() => InitializationSchemes.Get("orthogonal").Should().Be(new Orthogonal(Math.Sqrt(2)));

    [Theory]
    [InlineData("he", "There is no initialisation 'he'; expected one of kaiming-uniform, kaiming-normal, kaiming-uniform-fan-out, kaiming-normal-fan-out, "
        + "kaiming-truncated-normal, xavier-uniform, xavier-normal, lecun-uniform, lecun-normal, pytorch, orthogonal, delta-orthogonal, looks-linear, identity, dirac, "
        + "sparse, zeros, lsuv, fixup, rezero, constant:VALUE, normal:STD, truncated-normal:STD, uniform:BOUND, orthogonal:GAIN, delta-orthogonal:GAIN, sparse:SPARSITY.")]
    [InlineData("he:1", "There is no initialisation 'he:1'; expected one of *")]
    [InlineData("zeros:1", "The initialisation 'zeros' takes no number; found 'zeros:1'.")]
    [InlineData("normal", "The initialisation 'normal:STD' takes a standard deviation of 0 or more, such as 0.01; found 'normal'.")]
    [InlineData("normal:", "The initialisation 'normal:STD' takes a standard deviation of 0 or more, such as 0.01; found 'normal:'.")]
    [InlineData("normal:-1", "The initialisation 'normal:STD' takes a standard deviation of 0 or more, such as 0.01; found 'normal:-1'.")]
    [InlineData("normal:0,01", "The initialisation 'normal:STD' takes a standard deviation of 0 or more, such as 0.01; found 'normal:0,01'.")]
    [InlineData("uniform:NaN", "The initialisation 'uniform:BOUND' takes a bound of 0 or more, such as 0.05; found 'uniform:NaN'.")]
    [InlineData("orthogonal:0", "The initialisation 'orthogonal:GAIN' takes a gain above 0, such as 1; found 'orthogonal:0'.")]
    [InlineData("sparse:2", "The initialisation 'sparse:SPARSITY' takes the part of the weights that is 0, from 0 to 1, such as 0.9; found 'sparse:2'.")]
    [InlineData("constant:inf", "The initialisation 'constant:VALUE' takes a value, such as 0.1; found 'constant:inf'.")]
    public void A_wrong_name_is_an_error_that_says_what_is_expected(string name, string message) =>
        FluentActions.Invoking(() => InitializationSchemes.Get(name)).Should().Throw<InvalidInputException>().WithMessage(message);

    [Fact]
    public void A_batch_is_not_asked_for_before_the_draw() =>
        InitializationSchemes.Get("lsuv", () => throw new InvalidOperationException("too early")).ToString().Should().Be("Lsuv { Tolerance = 0.02, MaxIterations = 10 }");

    [Fact]
    public void The_identity_of_a_network_is_in_its_square_layers_and_Kaiming_elsewhere()
    {
        nn.Module network = nn.Sequential(("wide", nn.Linear(6, 4)), ("square", nn.Linear(4, 4)), ("conv", nn.Conv2d(4, 4, 3, groups: 2)));

        IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(network, InitializationSchemes.Get("identity"), seed: 17);

        applied.Where(parameter => parameter.Parameter.EndsWith("weight", StringComparison.Ordinal)).Select(parameter => parameter.Initializer).Should().Equal(
            "VarianceScaling { Scale = 2, Mode = FanIn, Distribution = Normal }", "Identity { Gain = 1 }", "Identity { Gain = 1 }");
        network.get_parameter("square.weight")!.Equals(eye(4)).Should().BeTrue();
    }

    [Fact]
    public void A_rule_may_cover_what_the_default_has_nothing_for()
    {
        nn.Module network = nn.Sequential(("matrix", nn.Linear(6, 4)), ("conv", nn.Conv2d(4, 4, 3)));

        Initializer.Apply(network, new PerLayer(new Sparse(0.5), [InitializationRule.Named("conv.*", Constant.Ones)]), seed: 17);

        network.get_parameter("conv.weight")!.eq(1).all().item<bool>().Should().BeTrue();
        network.get_parameter("conv.bias")!.eq(1).all().item<bool>().Should().BeTrue("the pattern takes all of the layer");
        network.get_parameter("matrix.weight")!.count_nonzero().item<long>().Should().Be(12);
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_an_error_with_the_names()
    {
        nn.Module network = nn.Sequential(("linear1", nn.Linear(6, 4)));

        FluentActions.Invoking(() => Initializer.Apply(network, new PerLayer(InitializationSchemes.KaimingNormal, [InitializationRule.Named("linaer1.*", Constant.Zeros)]), seed: 17))
            .Should().Throw<InvalidInputException>().WithMessage("No parameter is called 'linaer1.*'. The network has 2: linear1.weight, linear1.bias.");
    }

    [Fact]
    public void Ten_thousand_layers_make_a_few_lines()
    {
        AppliedInitialization[] applied =
        [
            .. Enumerable.Range(0, 10_000).SelectMany(i => new AppliedInitialization[] { new($"linear{i}.weight", [10, 20], "He"), new($"linear{i}.bias", [10], "Zero") }),
            new("norm.weight", [], "One"),
        ];

        AppliedInitialization.Summarize(applied).Should().Equal(
            new InitializationSummary("He", 10_000, 2_000_000, "linear0.weight", "linear9999.weight"),
            new InitializationSummary("Zero", 10_000, 100_000, "linear0.bias", "linear9999.bias"),
            new InitializationSummary("One", 1, 1, "norm.weight", "norm.weight"));
    }
}
