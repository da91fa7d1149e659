using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;

namespace OnnxInit.Tests.Models;

public class ModelPresetsTests
{
    [Fact]
    public void Mlp_is_the_network_of_the_lecture() => ModelPresets.Mlp.Layers.Should().Equal(
        new FlattenSpec(), new LinearSpec(100, Bias: false), new BatchNormSpec(), new ActivationSpec(Activation.Relu), new LinearSpec(10));

    [Fact]
    public void Every_name_is_a_preset_that_takes_images_and_gives_ten_logits()
    {
        foreach (string name in ModelPresets.Names)
        {
            ModelSpec spec = ModelPresets.Create(name)!;
            spec.Name.Should().Be(name);
            spec.Input.Should().Equal(3, 32, 32);
            spec.OutputShape().Should().Equal(10);
        }
    }

    [Fact]
    public void Another_name_is_none() => ModelPresets.Create("resnet").Should().BeNull();

    [Theory]
    [InlineData(1, 7, true)]
    [InlineData(5, 64, false)]
    [InlineData(100, 3, true)]
    public void MlpDeep_has_so_many_hidden_layers_of_such_a_width(int depth, int width, bool batchNorm)
    {
        ModelSpec spec = ModelPresets.MlpDeep(depth, width, batchNorm);

        LinearSpec[] linear = [.. spec.Layers.OfType<LinearSpec>()];
        linear.Should().Equal([.. Enumerable.Repeat(new LinearSpec(width, Bias: !batchNorm), depth), new LinearSpec(10)]);
        spec.Layers.OfType<BatchNormSpec>().Should().HaveCount(batchNorm ? depth : 0);
        spec.Layers.OfType<ActivationSpec>().Should().HaveCount(depth);
        spec.OutputShape().Should().Equal(10);
    }

    [Fact]
    public void A_width_of_0_is_refused() =>
        FluentActions.Invoking(ModelPresets.MlpDeep(2, 0, batchNorm: false).Trace).Should().Throw<InvalidInputException>()
            .WithMessage("The network 'mlp-deep' is impossible: layer 1 'linear1' has outFeatures 0; expected at least 1.");
}
