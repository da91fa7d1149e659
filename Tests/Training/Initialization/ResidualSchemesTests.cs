using OnnxInit.Contracts;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using TorchSharp;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Initialization;

public sealed class ResidualSchemesTests : IDisposable
{
    private const int Blocks = 16;
    private const int Width = 60;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Fixup_scales_the_branches_by_their_number_and_depth_and_ends_each_with_0()
    {
        Sequential network = Residual(layersPerBranch: 3);

        IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(network, new Fixup(), seed: 17);

        // m = 3: L^(-1/4) on the standard deviation.
        double deviation = Math.Sqrt(2.0 / Width) * Math.Pow(Blocks, -0.25);
        Law.Normal(deviation).Accepts([.. Enumerable.Range(0, Blocks).SelectMany(block => Values(network, $"block{block}.branch.0.weight").Concat(Values(network, $"block{block}.branch.2.weight")))]);
        Law.Normal(Math.Sqrt(2.0 / 30)).Accepts(Values(network, "stem.weight"));
        Values(network, "classifier.weight").Should().OnlyContain(weight => weight == 0);
        Enumerable.Range(0, Blocks).SelectMany(block => Values(network, $"block{block}.branch.4.weight")).Should().OnlyContain(weight => weight == 0);
        Enumerable.Range(0, Blocks).SelectMany(block => Values(network, $"block{block}.alpha")).Should().OnlyContain(alpha => alpha == 1);
        applied.Where(parameter => parameter.Parameter.EndsWith("bias", StringComparison.Ordinal)).Should().HaveCount((3 * Blocks) + 2)
            .And.OnlyContain(parameter => parameter.Initializer == "Constant { Value = 0 }");
    }

    [Fact]
    public void The_only_layer_of_a_branch_is_its_last_and_a_network_may_end_with_a_block()
    {
        Sequential network = nn.Sequential(("stem", nn.Linear(30, 30)), ("block", new ResidualBlock(nn.Linear(30, 30))));

        Initializer.Apply(network, new Fixup(), seed: 17);

        Values(network, "block.branch.weight").Should().OnlyContain(weight => weight == 0);
        Law.Normal(Math.Sqrt(2.0 / 30)).Accepts(Values(network, "stem.weight"));
    }

    [Fact]
    public void A_weight_belongs_to_the_innermost_block()
    {
        ResidualBlock inner = new(nn.Sequential(("a", nn.Linear(30, 30)), ("b", nn.Linear(30, 30))));
        Sequential network = nn.Sequential(("outer", new ResidualBlock(nn.Sequential(("x", nn.Linear(30, 30)), ("inner", inner), ("y", nn.Linear(30, 30))))));

        Initializer.Apply(network, new Fixup(), seed: 17);

        // Both have two weights, and there are two blocks: 2 / 30 times 1/2.
        foreach ((string weight, bool isLast) in new[] { ("x", false), ("y", true), ("inner.branch.a", false), ("inner.branch.b", true) })
        {
            double[] values = Values(network, $"outer.branch.{weight}.weight");
            if (isLast)
            {
                values.Should().OnlyContain(value => value == 0, weight);
            }
            else
            {
                Law.Normal(Math.Sqrt(1.0 / 30)).Accepts(values);
            }
        }
    }

    [Fact]
    public void ReZero_makes_every_block_the_identity_and_another_scheme_afterwards_an_ordinary_block_again()
    {
        Sequential network = Residual(layersPerBranch: 1);
        Tensor signal = randn([5, Width], generator: new Generator(3));

        Initializer.Apply(network, new ReZero(InitializationSchemes.KaimingNormal), seed: 17);
        foreach (nn.Module<Tensor, Tensor> block in network.children().OfType<ResidualBlock>())
        {
            block.call(signal).Equals(signal).Should().BeTrue();
        }

        Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed: 17);
        Values(network, "block3.alpha").Should().Equal(1);
    }

    [Theory]
    [InlineData("fixup", "Fixup is for residual networks, and this one has no ResidualBlock. Use a residual network, or another initialisation.")]
    [InlineData("rezero", "ReZero is for residual networks, and this one has no ResidualBlock. Use a residual network, or another initialisation.")]
    public void A_network_without_blocks_is_refused(string scheme, string message) =>
        FluentActions.Invoking(() => Initializer.Apply(nn.Linear(3, 3), InitializationSchemes.Get(scheme), seed: 17)).Should().Throw<InvalidInputException>().WithMessage(message);

    private static Sequential Residual(int layersPerBranch) => nn.Sequential(
    [
        ("stem", nn.Linear(30, Width)),
        .. Enumerable.Range(0, Blocks).Select(block => ($"block{block}", (nn.Module<Tensor, Tensor>)new ResidualBlock(nn.Sequential(
            [.. Enumerable.Range(0, layersPerBranch).SelectMany(_ => new nn.Module<Tensor, Tensor>[] { nn.Linear(Width, Width), nn.ReLU() })])))),
        ("classifier", nn.Linear(Width, 10)),
    ]);

    private static double[] Values(nn.Module network, string name) => [.. network.get_parameter(name)!.to(ScalarType.Float64).data<double>().ToArray()];
}
