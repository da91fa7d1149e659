using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using OnnxInit.Training.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class ModelBuilderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Presets => [.. ModelPresets.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_preset_gives_ten_logits_for_an_image(string name)
    {
        Sequential network = ModelBuilder.Build(ModelPresets.Create(name)!);

        network.call(rand(4, 3, 32, 32)).shape.Should().Equal(4, 10);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_shapes_inside_are_those_of_the_trace(string name)
    {
        ModelSpec spec = ModelPresets.Create(name, depth: 3)!;
        Tensor value = rand(2, 3, 32, 32);
        foreach (((string layer, nn.Module module), TracedLayer traced) in ModelBuilder.Build(spec).named_children().Zip(spec.Trace()))
        {
            value = ((nn.Module<Tensor, Tensor>)module).call(value);

            layer.Should().Be(traced.Name);
            value.shape.Skip(1).Should().Equal(traced.Output.Select(axis => (long)axis), layer);
        }
    }

    [Fact]
    public void Parameters_are_called_after_their_layer()
    {
        Sequential network = ModelBuilder.Build(ModelPresets.Mlp);

        network.state_dict().Select(pair => $"{pair.Key} [{string.Join(", ", pair.Value.shape)}]").Should().BeEquivalentTo(
            "linear1.weight [100, 3072]",
            "batchnorm1.weight [100]", "batchnorm1.bias [100]", "batchnorm1.running_mean [100]", "batchnorm1.running_var [100]", "batchnorm1.num_batches_tracked []",
            "linear2.weight [10, 100]", "linear2.bias [10]");
        network.parameters().Sum(parameter => parameter.NumberOfElements).Should().Be((3072 * 100) + 200 + 1010);
    }

    [Fact]
    public void The_options_of_every_layer_arrive()
    {
        Sequential network = ModelBuilder.Build(new("all", [2, 9, 9],
        [
            new Conv2dSpec(6, KernelSize: 3, Stride: 2, Padding: 1, Bias: false) { Name = "edges" },
            new BatchNormSpec(Eps: 1e-3, Momentum: 0.2),
            new ActivationSpec(Activation.Tanh),
            new MaxPool2dSpec(3, Stride: 2),
            new FlattenSpec(),
            new LinearSpec(5, Bias: false),
            new ActivationSpec(Activation.Sigmoid),
        ]));

        network.named_children().Select(child => child.name).Should().Equal("edges", "batchnorm1", "tanh1", "maxpool1", "flatten1", "linear1", "sigmoid1");
        Conv2d conv = network.named_children().Select(child => child.module).OfType<Conv2d>().Single();
        BatchNorm2d norm = network.named_children().Select(child => child.module).OfType<BatchNorm2d>().Single();
        (conv.in_channels, conv.out_channels, conv.bias is null).Should().Be((2, 6, true));
        (norm.eps, norm.momentum).Should().Be((1e-3, 0.2));
        network.call(rand(3, 2, 9, 9)).shape.Should().Equal(3, 5); // [6, 5, 5] -> [6, 2, 2] -> 24 -> 5
    }

    [Fact]
    public void An_impossible_specification_is_refused() =>
        FluentActions.Invoking(() => ModelBuilder.Build(new("none", [3], []))).Should().Throw<InvalidInputException>().WithMessage("The network 'none' is impossible: there are no layers.");
}
