using System.Text;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Data;
using OnnxInit.Training.Models;
using OnnxInit.Training.Optimization;

namespace OnnxInit.Tests.Training;

/// <summary>Training with <c>--diagnose</c>.</summary>
public sealed class DiagnosedRunTests : IDisposable
{
    private static readonly TrainingConfiguration EverySecondStep = SmallRun.Configuration with { DiagnoseEvery = 2 };

    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Every_so_many_steps_all_layers_are_measured_the_first_time_before_any_update()
    {
        _run.Train(EverySecondStep);

        SignalRecord[] signals = [.. _run.Folder.LoadSignals()];
        signals.Select(signal => signal.Step).Should().Equal(0, 2, 4, 6, 8, 10, 12, 14, 15);
        signals[0].Layers.Select(layer => layer.Name).Should().Equal("flatten1", "linear1", "batchnorm1", "relu1", "linear2");
        signals[0].Layers[1].Weight!.Values.Log10MeanSquare.Should().BeApproximately(Math.Log10(2.0 / 3072), 0.01, "Kaiming's variance is 2 / fan-in");
        signals[1].Layers[^1].Gradient!.NonFinite.Should().Be(0);
        signals.Should().OnlyContain(signal => signal.Layers[1].Weight!.UpdateRatio > 0);
    }

    [Fact]
    public void Every_training_measures_the_network_before_and_after_it_with_the_same_images()
    {
        RunManifest run = _run.Train();

        SignalRecord[] signals = [.. _run.Folder.LoadSignals()];
        signals.Select(signal => signal.Step).Should().Equal(0, 15);
        (SignalRecord start, SignalRecord end) = (signals[0], signals[1]);
        end.Layers[0].Forward.Should().Be(start.Layers[0].Forward, "flatten1 gives the images");
        end.Layers[1].Weight!.Values.Should().NotBe(start.Layers[1].Weight!.Values);
        end.Layers.Skip(1).Should().OnlyContain(layer => layer.Gradient != null && layer.Gradient.NonFinite == 0);
        end.Layers[1].Weight!.UpdateRatio.Should().BePositive();
        run.Epochs.Should().OnlyContain(epoch => epoch.Signals == null, "nobody asked for them in the metrics");
    }

    [Fact]
    public void A_run_that_goes_on_is_measured_at_its_new_end()
    {
        _run.Train();

        using (TrainingRun resumed = _run.Resume(epochs: 4))
        {
            resumed.Execute();
        }

        _run.Folder.LoadSignals().Select(signal => signal.Step).Should().Equal(0, 20);
    }

    [Fact]
    public void Measuring_a_step_leaves_weights_statistics_momentum_and_gradients_as_they_were()
    {
        using TorchSharp.Modules.Sequential model = ModelBuilder.Build(SmallRun.WithBatchNorm);
        using MomentumSgd optimizer = new(model, momentum: 0.9);
        using HostBatches batches = new(SmallRun.Images.Train, SmallRun.Images.Normalization);
        TrainingStep step = new(model, optimizer, batches, SmallRun.Configuration);
        step.Run([0, 1, 2, 3], learningRate: 0.1, step: 1);
        string[] before = State();
        int looked = 0;

        step.Measure([4, 5, 6], () => looked += model.parameters().Count(parameter => parameter.grad is not null));

        looked.Should().Be(model.parameters().Count());
        State().Should().Equal(before);
        model.parameters().Count(parameter => parameter.grad is not null).Should().Be(0);

        string[] State() =>
        [
            .. model.state_dict().Values.Concat(optimizer.Buffers.Select(buffer => buffer.Value)).Select(tensor => Convert.ToHexString(tensor.bytes)),
        ];
    }

    [Fact]
    public void A_line_of_metrics_has_the_last_measurement_of_its_epoch_in_short()
    {
        RunManifest run = _run.Train(EverySecondStep with { Initialization = "normal:1", LearningRate = 1e-12 }, ModelPresets.MlpDeep(depth: 10, width: 16, batchNorm: false));

        run.Epochs.Select(epoch => epoch.Signals!.Step).Should().Equal(4, 8, 14);
        SignalSummary first = run.Epochs[0].Signals!;
        (first.Forward, first.NonFinite).Should().Be((SignalVerdict.Exploding, 0));
        first.ForwardRate.Should().BeGreaterThan(0.4, "16 units of variance 1 multiply the mean square by 8, of which ReLU and chance take some");
        first.UpdateRatio.Should().BePositive();
        File.ReadAllText(_run.Folder.Metrics).Should().Contain("\"signals\":{\"step\":4,\"forward\":\"Exploding\"");
    }

    [Fact]
    public void Measuring_does_not_change_the_training()
    {
        using SmallRun plain = new();
        plain.Train();

        _run.Train(EverySecondStep);

        SmallRun.Tensors(_run.Folder.Checkpoint).Should().Equal(SmallRun.Tensors(plain.Folder.Checkpoint));
        _run.Folder.Load().TestLoss.Should().Be(plain.Folder.Load().TestLoss);
    }

    [Fact]
    public void A_run_that_was_interrupted_ends_with_the_measurements_of_one_that_was_not()
    {
        using SmallRun whole = new();
        whole.Train(EverySecondStep);
        using Watcher watcher = new() { CancelsAfterSteps = 7 };
        _run.Interrupt(() => _run.Start(EverySecondStep), watcher);
        string written = File.ReadAllText(_run.Folder.Signals);
        File.AppendAllText(_run.Folder.Signals, written.Split('\n')[2].Replace("\"step\":4", "\"step\":8", StringComparison.Ordinal) + "\n" + written[..200]); // as a process that was killed leaves it

        using (TrainingRun resumed = _run.Resume())
        {
            resumed.Execute();
        }

        _run.ShouldEqual(whole);
        File.ReadAllText(_run.Folder.Signals).Should().Be(File.ReadAllText(whole.Folder.Signals));
    }

    [Fact]
    public void TensorBoard_shows_the_layers()
    {
        _run.Train(EverySecondStep);

        string events = Encoding.Latin1.GetString(File.ReadAllBytes(Directory.GetFiles(_run.Folder.Path, "events.out.tfevents.*").Single()));
        events.Should().Contain("log10_mean_square/output/relu1").And.Contain("log10_mean_square/gradient/linear2").And.Contain("update_to_weight/linear1").And.Contain("dead_units/relu1");
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        _run.Train(EverySecondStep);
        File.WriteAllText(_run.Folder.Signals, File.ReadAllText(_run.Folder.Signals).Replace("{\"step\":2,", "{\"step\":2.5,", StringComparison.Ordinal));

        FluentActions.Invoking(() => _run.Folder.LoadSignals().ToArray()).Should().Throw<InvalidInputException>()
            .WithMessage($"'{_run.Folder.Signals}', line 2, cannot be read: * Remove the file to go on without it.");
    }
}
