using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using OnnxInit.Tests.Export.Networks;
using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>Networks of the kinds that people write, at three batch sizes that were not traced.</summary>
public sealed class NetworkTests
{
    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void ResNet_with_basic_blocks(int opset) => AssertExports(() => new ResNet(new()), Float(2, 3, 32, 32), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void ResNet_with_bottleneck_blocks(int opset) => AssertExports(() => new ResNet(new() { Bottleneck = true, Blocks = [1, 2, 1] }), Float(2, 3, 32, 32), opset);

    [Theory]
    [InlineData(17)]
    [InlineData(21)]
    public void ResNet_of_dynamic_height_and_width(int opset) =>
        AssertExports(() => new ResNet(new()), Float(2, 3, 24, 28).Dynamic((0, "N"), (2, "H"), (3, "W")), opset, [11, 18, 25]);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void DenseNet_like(int opset) => AssertExports(() => new DenseNet(new()), Float(2, 3, 16, 16), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void Inception_like(int opset) => AssertExports(() => new Inception(), Float(2, 3, 35, 35).Within(0, 1), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void MobileNet_like(int opset) => AssertExports(() => new MobileNet(), Float(2, 3, 32, 32), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void UNet_with_transposed_convolutions(int opset) => AssertExports(() => new UNet(learned: true), Float(2, 3, 20, 24), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void UNet_with_interpolation(int opset) => AssertExports(() => new UNet(learned: false), Float(2, 3, 20, 26), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void Autoencoder_with_two_outputs(int opset) => AssertExports(() => new Autoencoder(), Float(2, 1, 28, 28).Within(0, 1), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void MLP_Mixer_like(int opset) => AssertExports(() => new MlpMixer(new()), Float(2, 3, 24, 24), opset);

    private static void AssertExports(Func<nn.Module> make, TestInput input, int opset, long[]? sizes = null)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(11);
        using nn.Module model = make();
        MoveStatistics(model, input);
        ExportedModel exported = ExportAssertions.AssertAgrees(model, [input], sizes ?? [4, 7, 11], configure: options => options with { Opset = opset });
        exported.Graph.Nodes.Should().NotContain(node => node.OpType == "Identity");
    }

    // BatchNorm's mean and variance begin at 0 and 1, where much that is wrong looks right.
    private static void MoveStatistics(nn.Module model, TestInput input)
    {
        using IDisposable noGradient = no_grad();
        model.train();
        for (int i = 0; i < 3; i++)
        {
            _ = OrtRun.Forward(model, [(input.At(new Dictionary<string, long>(), seed: 900 + i) * (1.5 + i)) + 0.3]);
        }

        model.eval();
    }
}
