using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class LeavesTheModuleTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mode_parameters_statistics_and_gradients_stay(bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> model = PresetTests.Trained(ModelPresets.Cnn);
        model.forward(ones(2, 3, 32, 32)).sum().backward();
        model.train(training);
        Dictionary<string, float[]> before = State(model);

        OnnxExporter.Export(model, zeros(1, 3, 32, 32), options => options with { FoldBatchNorm = true });

        model.modules().Append(model).Should().OnlyContain(module => module.training == training);
        model.parameters().Should().OnlyContain(parameter => parameter.requires_grad);
        State(model).Should().BeEquivalentTo(before);
    }

    private static Dictionary<string, float[]> State(nn.Module model) =>
        model.state_dict().Concat(model.named_parameters().Select(pair => KeyValuePair.Create($"{pair.name}.grad", (Tensor)pair.parameter.grad!)))
            .ToDictionary(pair => pair.Key, pair => pair.Value.detach().to(float32).data<float>().ToArray());
}
