using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class ExportLeavesTheModuleTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mode_parameters_statistics_and_gradients_stay(bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> model = ExportPresetTests.Trained(ModelPresets.Cnn);
        model.forward(ones(2, 3, 32, 32)).sum().backward();
        model.train(training);
        Dictionary<string, float[]> before = State(model);

        OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with { FoldBatchNorm = true });

        model.modules().Append(model).Should().OnlyContain(module => module.training == training);
        model.parameters().Should().OnlyContain(parameter => parameter.requires_grad);
        State(model).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using nn.Module<Tensor, Tensor> model = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(4, affine: false), nn.Linear(15, 3), nn.Flatten(), nn.Linear(180, 10));
        using Tensor example = zeros(1, 3, 32, 32);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        OnnxExporter.Export(model, example, options => options with { FoldBatchNorm = true });

        DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount.Should().Be(before);
    }

    private static Dictionary<string, float[]> State(nn.Module model) =>
        model.state_dict().Concat(model.named_parameters().Select(pair => KeyValuePair.Create($"{pair.name}.grad", (Tensor)pair.parameter.grad!)))
            .ToDictionary(pair => pair.Key, pair => ExportParity.Floats(pair.Value.detach().to(float32)));
}
