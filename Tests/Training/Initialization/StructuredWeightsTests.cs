using OnnxInit.Contracts;
using OnnxInit.Training.Initialization;
using TorchSharp;
using static TorchSharp.torch;
using Sequential = TorchSharp.Modules.Sequential;

namespace OnnxInit.Tests.Training.Initialization;

/// <summary>What structured weights are for, seen in what the layers do to a signal.</summary>
public sealed class StructuredWeightsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _image = randn([2, 6, 5, 5], ScalarType.Float64, generator: new Generator(3));

    public void Dispose()
    {
        _image.Dispose();
        _scope.Dispose();
    }

    public static TheoryData<bool, int> Convolutions => new() { { false, 1 }, { false, 3 }, { true, 1 }, { true, 3 } };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void A_Dirac_passes_the_image_on(bool transposed, int groups)
    {
        nn.Module<Tensor, Tensor> layer = Convolution(6, transposed, groups);

        Initializer.Apply(layer, new Dirac(), seed: 17);

        layer.call(_image).Equals(_image).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void A_delta_orthogonal_convolution_keeps_the_length_at_every_pixel(bool transposed, int groups)
    {
        nn.Module<Tensor, Tensor> layer = Convolution(12, transposed, groups);

        Initializer.Apply(layer, new DeltaOrthogonal(), seed: 17);

        layer.call(_image).norm(1).allclose(_image.norm(1), rtol: 1e-12).Should().BeTrue();
    }

    [Fact]
    public void Fewer_outputs_than_inputs_are_refused_by_delta_orthogonal_with_the_name_and_the_shape()
    {
        Sequential network = nn.Sequential(("conv1", nn.Conv2d(8, 16, 3)), ("conv2", nn.Conv2d(16, 8, 3, groups: 2)));

        FluentActions.Invoking(() => Initializer.Apply(network, new DeltaOrthogonal(), seed: 17)).Should().Throw<InvalidInputException>().WithMessage(
            "Cannot initialise 'conv2.weight': delta-orthogonal needs at least as many outputs as inputs, per group, and [8, 8, 3, 3] in 2 groups has 4 outputs for 8 inputs. Use orthogonal for it.");
    }

    [Fact]
    public void Looks_linear_makes_a_deep_ReLU_network_linear_and_keeps_lengths()
    {
        Sequential network = nn.Sequential(
        [
            ("first", nn.Linear(10, 40, dtype: ScalarType.Float64)), ("relu", nn.ReLU()),
            .. Enumerable.Range(0, 200).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[] { ($"linear{i}", nn.Linear(40, 40, dtype: ScalarType.Float64)), ($"relu{i}", nn.ReLU()) }),
            ("last", nn.Linear(40, 20, dtype: ScalarType.Float64)),
        ]);
        using IDisposable noGradient = no_grad();
        Tensor x = randn([7, 10], ScalarType.Float64, generator: new Generator(3));
        Tensor y = randn([7, 10], ScalarType.Float64, generator: new Generator(4));

        Initializer.Apply(network, InitializationSchemes.LooksLinear, seed: 17);

        network.call(x - (3 * y)).allclose(network.call(x) - (3 * network.call(y)), rtol: 1e-10, atol: 1e-10).Should().BeTrue();
        network.call(x).norm(1).allclose(x.norm(1), rtol: 1e-10).Should().BeTrue();
    }

    [Fact]
    public void Looks_linear_refuses_what_it_cannot_pair()
    {
        FluentActions.Invoking(() => Initializer.Apply(nn.Sequential(("a", nn.Linear(4, 5)), ("b", nn.Linear(5, 4))), InitializationSchemes.LooksLinear, seed: 17))
            .Should().Throw<InvalidInputException>().WithMessage("Cannot initialise 'a.weight': looks-linear initialisation pairs the units of hidden layers, and there are 5 outputs. Use an even number.");
        FluentActions.Invoking(() => Initializer.Apply(nn.Sequential(("a", nn.Conv1d(4, 4, 3)), ("b", nn.Conv1d(4, 4, 3, groups: 2))), InitializationSchemes.LooksLinear, seed: 17))
            .Should().Throw<InvalidInputException>().WithMessage(
                "Cannot initialise 'b.weight': looks-linear initialisation mirrors the first half of the channels in the second, and [4, 2, 3] in 2 groups keeps them apart. Use one group.");
    }

    private static nn.Module<Tensor, Tensor> Convolution(int outputs, bool transposed, int groups) => transposed
        ? nn.ConvTranspose2d(6, outputs, 3, padding: 1, groups: groups, dtype: ScalarType.Float64)
        : nn.Conv2d(6, outputs, 3, padding: 1, groups: groups, dtype: ScalarType.Float64);
}
