using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using OnnxInit.Training.Studies;
using TorchSharp;
using TorchSharp.Modules;

namespace OnnxInit.Tests.Training.Studies;

public sealed class ObservedTrainingTests
{
    private static readonly ImageDataset Images = SyntheticImages.CreateDataset(25, 5);

    [Fact]
    public void It_looks_before_the_first_update_and_after_each_one()
    {
        List<int> observed = [];

        IReadOnlyList<double> losses = Train(new(Steps: 5, BatchSize: 10, LearningRate: 0.01), observed.Add);

        observed.Should().Equal(0, 1, 2, 3, 4, 5);
        losses.Should().HaveCount(5);
        losses[0].Should().BeApproximately(Math.Log(10), 2);
    }

    [Fact]
    public void It_stops_when_the_loss_is_not_finite()
    {
        IReadOnlyList<double> losses = Train(new(Steps: 50, BatchSize: 10, LearningRate: 1e10, Momentum: 0.9));

        losses.Should().HaveCountLessThan(50);
        losses.SkipLast(1).Should().OnlyContain(loss => double.IsFinite(loss));
        double.IsFinite(losses[^1]).Should().BeFalse();
    }

    [Fact]
    public void Batches_may_be_larger_than_the_set() => Train(new(Steps: 2, BatchSize: 100, LearningRate: 0.01)).Should().HaveCount(2);

    private static IReadOnlyList<double> Train(TrainingBudget budget, Action<int>? observe = null)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using Sequential network = ModelBuilder.Build(ModelPresets.MlpDeep(depth: 1, width: 10, batchNorm: false));
        _ = Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed: 1);
        return ObservedTraining.Run(network, Images.Train, Images.Normalization, budget, seed: 1, observe, TestContext.Current.CancellationToken);
    }
}
