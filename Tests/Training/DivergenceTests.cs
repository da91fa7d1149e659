using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Checkpoints;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

/// <summary>A training that leaves the finite numbers stops, says where, and keeps a checkpoint of before.</summary>
public sealed class DivergenceTests : IDisposable
{
    private const string Remedy = "The last checkpoint is of before. Train again with a lower learning rate, with the gradient clipped (by norm, to 1) or with another initialisation.";

    private static readonly TrainingConfiguration FarTooFast = SmallRun.Configuration with { LearningRate = 1e30 };

    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_learning_rate_of_1e30_is_stopped_at_the_first_layer_that_overflows()
    {
        // Step 1 leaves weights of about 1e28, all finite. In step 2 linear1 gives about 1e29, and linear2 overflows at 1e57.
        NonFiniteException exception = Diverge(FarTooFast, SmallRun.WithoutBatchNorm);

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((2, "linear2", "output"));
        exception.Message.Should().Be($"The training stopped at step 2: the loss is NaN. The first layer whose output is not finite is 'linear2'. {Remedy}");
        _run.CheckpointIsFinite().Should().BeTrue();
        Checkpoint.ReadState(_run.Folder.Checkpoint).State.Step.Should().Be(0);
    }

    [Fact]
    public void The_same_with_BatchNorm()
    {
        NonFiniteException exception = Diverge(FarTooFast, SmallRun.WithBatchNorm);

        exception.Layer.Should().NotBeNull();
        _run.CheckpointIsFinite().Should().BeTrue();
    }

    [Fact]
    public void A_gradient_that_overflows_while_the_loss_is_finite_is_found_a_step_later_and_attributed_to_its_own_step_and_layer()
    {
        NonFiniteException exception = DivergeFrom(Exploding, SmallRun.Configuration);

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((1, "linear2.bias", "gradient"));
        exception.Message.Should().Be($"The training stopped at step 2: the loss is NaN. The first thing to be so was the gradient of 'linear2.bias' at step 1. {Remedy}");
        _run.CheckpointIsFinite().Should().BeTrue();
    }

    [Fact]
    public void Without_momentum_it_is_found_in_the_weights()
    {
        NonFiniteException exception = DivergeFrom(Exploding, SmallRun.Configuration with { Momentum = 0 });

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((1, "linear2.bias", "weight"));
    }

    [Theory]
    [InlineData(null, 1.0)]
    [InlineData(1.0, null)] // infinity would be clamped, and pass for a large gradient
    public void With_clipping_it_is_found_before_the_update(double? value, double? norm)
    {
        NonFiniteException exception = DivergeFrom(Exploding, SmallRun.Configuration with { ClipValue = value, ClipNorm = norm });

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((1, "linear2.bias", "gradient"));
        exception.Message.Should().Be($"The training stopped at step 1: the gradient of 'linear2.bias' is not finite. {Remedy}");
    }

    [Fact]
    public void A_norm_may_overflow_though_every_gradient_is_finite()
    {
        // Gradients of about 1e20: their squares overflow float32.
        NonFiniteException exception = DivergeFrom(
            tensors =>
            {
                Exploding(tensors);
                tensors["linear3.weight"].fill_(1);
                tensors["linear2.bias"].fill_(1e-6f);
            },
            SmallRun.Configuration with { ClipNorm = 1 });

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((1, null, "norm"));
        exception.Message.Should().Be($"The training stopped at step 1: the gradient's norm is infinite. Every gradient is finite, and the sum of their squares is not. {Remedy}");
    }

    [Fact]
    public void What_overflows_in_the_last_step_before_a_checkpoint_is_found_before_it_is_saved()
    {
        NonFiniteException exception = DivergeFrom(Exploding, SmallRun.Configuration with { CheckpointEvery = 1 });

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((1, "linear2.bias", "gradient"));
        exception.Message.Should().Be($"The training stopped after step 1: the gradient of 'linear2.bias' is not finite. {Remedy}");
        Checkpoint.ReadState(_run.Folder.Checkpoint).State.Step.Should().Be(0);
    }

    [Fact]
    public void Running_statistics_that_overflow_are_found_before_they_are_saved()
    {
        // Outputs of about 1e21 have a variance of 1e42; normalised they are as ever, and the loss is finite.
        NonFiniteException exception = DivergeFrom(tensors => tensors["linear1.weight"].mul_(1e20), SmallRun.Configuration, SmallRun.WithBatchNorm);

        (exception.Step, exception.Layer, exception.Statistic).Should().Be((5, "batchnorm1.running_var", "running statistic"));
        exception.Message.Should().Be($"The training stopped after step 5: the running statistic of 'batchnorm1.running_var' is not finite. {Remedy}");
        _run.CheckpointIsFinite().Should().BeTrue();
    }

    [Fact]
    public void Keep_going_goes_on()
    {
        using Watcher watcher = new();

        RunManifest run = _run.Train(FarTooFast with { KeepGoing = true }, SmallRun.WithoutBatchNorm, watcher);

        watcher.Steps.Should().HaveCount(15);
        run.Epochs.Should().HaveCount(3).And.OnlyContain(epoch => double.IsNaN(epoch.TrainLoss) && double.IsNaN(epoch.ValidationLoss));
        run.BestEpoch.Should().BeNull();
        run.TestLoss.Should().Be(double.NaN);
        _run.Folder.Load().Epochs.Should().Equal(run.Epochs);
    }

    [Fact]
    public void Keep_going_can_be_resumed()
    {
        using Watcher watcher = new() { CancelsAfterSteps = 7 };
        _run.Interrupt(() => _run.Start(FarTooFast with { KeepGoing = true }, SmallRun.WithoutBatchNorm), watcher);

        using TrainingRun run = _run.Resume();

        run.Execute().Epochs.Should().HaveCount(3);
    }

    /// <summary>
    /// Four layers whose loss is finite and whose gradient overflows at the second: it gives 1e-30 whatever comes in; the third makes
    /// 16 x 1e25 x 1e-30 = 1.6e-4 of that, the fourth logits of 2.56e17 (k + 1). Backwards: about 1e20 out of the fourth layer, times 1e25
    /// out of the third: infinite. The first layer's gradient then is infinite or NaN as well.
    /// </summary>
    private static void Exploding(Dictionary<string, Tensor> tensors)
    {
        tensors["linear2.weight"].mul_(1e-36);
        tensors["linear2.bias"].fill_(1e-30f);
        tensors["linear3.weight"].fill_(1e25f);
        tensors["linear4.weight"].copy_(arange(1, 11).unsqueeze(1).mul(1e20));
    }

    private NonFiniteException DivergeFrom(Action<Dictionary<string, Tensor>> edit, TrainingConfiguration configuration, ModelSpec? model = null)
    {
        _run.Start(configuration, model ?? SmallRun.WithoutBatchNorm).Dispose();
        _run.EditCheckpoint(edit);
        using TrainingRun run = _run.Resume();
        return FluentActions.Invoking(() => run.Execute()).Should().Throw<NonFiniteException>().Which;
    }

    private NonFiniteException Diverge(TrainingConfiguration configuration, ModelSpec model)
    {
        using TrainingRun run = _run.Start(configuration, model);
        return FluentActions.Invoking(() => run.Execute()).Should().Throw<NonFiniteException>().Which;
    }
}
