using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using OnnxInit.Training.Studies;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training.Studies;

public sealed class ShortTrainingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly ImageDataset _images = SyntheticImages.CreateDataset(400, 50);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void It_learns_for_the_epochs_or_the_steps_whichever_are_fewer_and_tells_every_step()
    {
        List<int> seen = [];

        // 400 images are 6 full batches of 64 an epoch.
        LossCurve epochs = Train(new() { Epochs = 2 }, (step, _) => seen.Add(step));
        LossCurve steps = Train(new() { Epochs = 2, MaxSteps = 7 });

        epochs.Losses.Should().HaveCount(12);
        seen.Should().Equal(Enumerable.Range(1, 12));
        steps.Losses.Should().Equal(epochs.Losses.Take(7));
        epochs.FinalLoss.Should().Be(epochs.Losses.TakeLast(10).Average());
        epochs.Diverged.Should().BeFalse();
    }

    [Fact]
    public void A_divergence_ends_it_and_is_a_result()
    {
        LossCurve losses = Train(new() { Epochs = 100, LearningRate = 1e6 });

        losses.Diverged.Should().BeTrue();
        losses.Losses.Should().HaveCountLessThan(50);
        double.IsNaN(losses.FinalLoss).Should().BeTrue();
    }

    [Fact]
    public void It_says_how_much_was_clipped()
    {
        LossCurve norm = Train(new() { MaxSteps = 3, ClipNorm = 1e-3 });
        LossCurve none = Train(new() { MaxSteps = 3, ClipNorm = 1e9 });
        LossCurve value = Train(new() { MaxSteps = 3, ClipValue = 1e-12 });

        norm.ScaledFraction.Should().Be(1);
        norm.Norms.Should().OnlyContain(one => one > 1e-3);
        none.ScaledFraction.Should().Be(0);
        none.Norms[0].Should().Be(norm.Norms[0]);
        value.ClippedEntries.Should().OnlyContain(share => share > 0.5);
    }

    [Fact]
    public void It_stops_when_it_is_cancelled()
    {
        using CancellationTokenSource source = new();
        int steps = 0;

        FluentActions.Invoking(() => Train(
            new(),
            (_, _) =>
            {
                steps++;
                source.Cancel();
            },
            source.Token)).Should().Throw<OperationCanceledException>();

        steps.Should().Be(1);
    }

    [Fact]
    public void A_running_mean_begins_with_what_there_is() =>
        LossCurve.RunningMean([4, 2, 6, 1], 2).Should().Equal(4, 3, 4, 3.5);

    private LossCurve Train(TrainingConfiguration configuration, Action<int, double>? observe = null, CancellationToken cancellation = default)
    {
        using TorchSharp.Modules.Sequential network = ModelBuilder.Build(ModelPresets.MlpDeep(2, 20, batchNorm: false));
        Initializer.Apply(network, InitializationSchemes.KaimingNormal, seed: 1);
        using ShortTraining training = new(network, _images, configuration);
        return training.Run(observe, cancellation);
    }
}
