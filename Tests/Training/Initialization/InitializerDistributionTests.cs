using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Initialization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Initialization;

public sealed class InitializerDistributionTests : IDisposable
{
    private const long Seed = 17;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, string, ScalarType> Rows()
    {
        TheoryData<string, string, ScalarType> rows = [];
        foreach (string initializer in InitializerCases.All.Keys)
        {
            foreach (string layer in LayerUnderTest.Names)
            {
                rows.Add(initializer, layer, ScalarType.Float32);
                rows.Add(initializer, layer, ScalarType.Float64);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_weight_has_the_distribution_of_its_initializer(string initializer, string layer, ScalarType type)
    {
        InitializerCase row = InitializerCases.All[initializer];
        LayerUnderTest under = LayerUnderTest.Create(layer, type);
        Tensor batch = randn(under.Input, type, generator: new Generator(Seed));
        nn.Module network = row.Network(under.Module);
        using IDisposable noGradient = no_grad();

        Action apply = () => Initializer.Apply(network, row.Scheme(batch), Seed);

        if (row.Refusal(under) is string refusal)
        {
            apply.Should().Throw<InvalidInputException>().WithMessage(refusal);
            return;
        }

        apply();
        under.Weight.dtype.Should().Be(type);
        row.Check(under, batch, type == ScalarType.Float64 ? 1e-12 : 1e-5);
    }

    [Fact]
    public void Every_named_scheme_has_a_row() => InitializationSchemes.ByName.Keys.Should().BeSubsetOf(InitializerCases.All.Keys);

    [Fact]
    public void Every_name_with_a_number_has_a_row() => InitializationSchemes.WithNumber.Keys.Should().BeSubsetOf(InitializerCases.All.Keys.Select(name => name.Split(':')[0]));

    [Fact]
    public void Every_type_of_scheme_has_a_row()
    {
        Tensor batch = zeros(1);
        IEnumerable<Type> types = typeof(InitializationScheme).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(InitializationScheme)) && !type.IsAbstract && !type.IsNestedPrivate);

        types.Should().BeSubsetOf(InitializerCases.All.Values.Select(row => row.Scheme(batch).GetType()));
    }

    [Fact]
    public void The_test_of_a_distribution_tells_a_uniform_from_a_normal_of_the_same_variance()
    {
        LayerUnderTest layer = LayerUnderTest.Create(LayerUnderTest.TransposedName, ScalarType.Float32);
        double deviation = Math.Sqrt(2.0 / layer.FanIn);

        Initializer.Apply(layer.Module, InitializationSchemes.KaimingUniform, Seed);
        Law.Normal(deviation).KolmogorovSmirnov(layer.Values).Should().BeGreaterThan(6);

        Initializer.Apply(layer.Module, InitializationSchemes.KaimingNormal, Seed);
        Law.Uniform(Math.Sqrt(3) * deviation).KolmogorovSmirnov(layer.Values).Should().BeGreaterThan(6);
        Law.TruncatedNormal(deviation, 2).KolmogorovSmirnov(layer.Values).Should().BeGreaterThan(1.95);
    }

    [Fact]
    public void Nothing_lies_beyond_the_bound_of_a_truncated_normal_and_something_comes_close()
    {
        double[] weights = new double[100_000];
        new TruncatedNormal(1, 0.1).Fill(weights, new([1000, 100]), new PhiloxRandom(Seed, "weights"));

        double bound = 2 * 0.1 / 0.87962566103423978;
        weights.Max(weight => Math.Abs(weight - 1)).Should().BeLessThanOrEqualTo(bound).And.BeGreaterThan(0.999 * bound);
    }

    [Theory]
    [InlineData(2, 0.87962566103423978)]
    [InlineData(40, 1)]
    [InlineData(0.01, 0.0057734642018)]
    public void The_correction_of_a_truncated_normal_is_its_deviation(double bound, double expected) =>
        TruncatedNormal.Deviation(bound).Should().BeApproximately(expected, 1e-10);

    [Fact]
    public void A_bound_of_0_is_refused() => FluentActions.Invoking(() => TruncatedNormal.Deviation(0)).Should().Throw<InvalidInputException>()
        .WithMessage("A truncated normal has a bound above 0, in standard deviations; found 0.");

    [Fact]
    public void Orthogonal_matrices_are_uniform_over_the_group()
    {
        // The first column of a 3x3 matrix is uniform on the sphere, and so, by Archimedes, every coordinate of it is uniform on [-1, 1].
        PhiloxRandom random = new(Seed, "matrices");
        double[] coordinates = [.. Enumerable.Range(0, 2000).Select(_ => Orthogonal.Matrix(3, 3, 1, random)[0])];

        Law.Uniform(1).Accepts(coordinates);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void A_narrower_type_gets_the_draw_of_float64_rounded(ScalarType type)
    {
        nn.Module wide = nn.Linear(30, 20, dtype: ScalarType.Float64);
        nn.Module narrow = nn.Linear(30, 20).to(type);

        Initializer.Apply(wide, InitializationSchemes.KaimingNormal, Seed);
        Initializer.Apply(narrow, InitializationSchemes.KaimingNormal, Seed);

        narrow.get_parameter("weight")!.dtype.Should().Be(type);
        narrow.get_parameter("weight")!.Equals(wide.get_parameter("weight")!.to(type)).Should().BeTrue();
    }
}
