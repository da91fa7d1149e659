using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Checkpoints;

namespace OnnxInit.Tests.Training;

/// <summary>However a run is interrupted, it ends in the bits of one that was not.</summary>
public sealed class TrainingRunResumeTests : IDisposable
{
    private readonly SmallRun _whole = new();
    private readonly SmallRun _run = new();

    public TrainingRunResumeTests() => _whole.Train();

    public void Dispose()
    {
        _whole.Dispose();
        _run.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)] // the first epoch's last: its validation is what is cancelled
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(15)] // the last validation
    public void A_run_cancelled_after_a_step(int step)
    {
        using Watcher watcher = new() { CancelsAfterSteps = step };
        _run.Interrupt(() => _run.Start(), watcher);

        watcher.Steps.Should().HaveCount(step);
        Checkpoint.ReadState(_run.Folder.Checkpoint).State.Step.Should().Be(step);
        Finish();
        _run.ShouldEqual(_whole);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)] // the test is what is cancelled
    public void A_run_cancelled_at_the_end_of_an_epoch(int epoch)
    {
        using Watcher watcher = new() { CancelsAfterEpochs = epoch };
        _run.Interrupt(() => _run.Start(), watcher);

        _run.Folder.Load().Epochs.Should().HaveCount(epoch);
        _run.Folder.Load().TestAccuracy.Should().BeNull();
        Finish();
        _run.ShouldEqual(_whole);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)] // the limit: the validation of the short epoch is what is cancelled
    public void A_run_with_a_limit_of_steps(int step)
    {
        TrainingConfiguration limited = SmallRun.Configuration with { MaxSteps = 7 };
        using SmallRun whole = new();
        whole.Train(limited);
        using Watcher watcher = new() { CancelsAfterSteps = step };
        _run.Interrupt(() => _run.Start(limited), watcher);

        Finish();

        _run.ShouldEqual(whole);
        _run.Folder.Load().Epochs.Should().HaveCount(2);
    }

    [Fact]
    public void A_run_at_its_limit_of_steps_goes_on_with_a_higher_one()
    {
        _run.Train(SmallRun.Configuration with { MaxSteps = 5 });

        using (TrainingRun resumed = _run.Resume(maxSteps: 12))
        {
            resumed.Execute();
        }

        _run.Folder.Load().Epochs.Select(epoch => epoch.Step).Should().Equal(5, 10, 12);
    }

    [Fact]
    public void A_run_cancelled_before_its_first_step()
    {
        using Watcher watcher = new();
        _run.Interrupt(() => _run.Start(), watcher.CancelNow());

        watcher.Steps.Should().BeEmpty();
        Finish();
        _run.ShouldEqual(_whole);
    }

    [Fact]
    public void A_run_cancelled_again_and_again()
    {
        using Watcher first = new() { CancelsAfterSteps = 3 };
        using Watcher second = new() { CancelsAfterSteps = 2 };
        using Watcher third = new();
        using Watcher fourth = new() { CancelsAfterSteps = 8 };

        _run.Interrupt(() => _run.Start(), first);
        _run.Interrupt(() => _run.Resume(), second); // during the first validation
        _run.Interrupt(() => _run.Resume(), third.CancelNow()); // again during it
        _run.Interrupt(() => _run.Resume(), fourth);

        second.Started.Should().Equal((1, 30, 48));
        third.Started.Should().Equal((1, 48, 48));
        Finish();
        _run.ShouldEqual(_whole);
    }

    [Fact]
    public void A_run_killed_between_two_checkpoints_repeats_the_steps_in_between()
    {
        TrainingConfiguration often = SmallRun.Configuration with { CheckpointEvery = 2 };
        using Watcher watcher = new() { AtStep = () => File.Copy(_run.Folder.Checkpoint, _run.Folder.Path + ".old", overwrite: true), CancelsAfterSteps = 8 };
        _run.Interrupt(() => _run.Start(often), watcher);
        File.Move(_run.Folder.Path + ".old", _run.Folder.Checkpoint, overwrite: true);

        Checkpoint.ReadState(_run.Folder.Checkpoint).State.Step.Should().Be(6);
        Finish();
        _run.ShouldEqual(_whole);
    }

    [Fact]
    public void A_run_killed_between_the_checkpoint_of_an_epoch_and_its_run_json()
    {
        using (TrainingRun started = _run.Start())
        {
            File.Copy(_run.Folder.Manifest, _run.Folder.Path + ".old");
        }

        using Watcher watcher = new() { CancelsAfterEpochs = 1 };
        _run.Interrupt(() => _run.Resume(), watcher);
        File.Move(_run.Folder.Path + ".old", _run.Folder.Manifest, overwrite: true);

        Finish();
        _run.ShouldEqual(_whole);
    }

    [Fact]
    public void A_run_without_momentum_and_with_clipping()
    {
        TrainingConfiguration configuration = SmallRun.Configuration with { Momentum = 0, ClipNorm = 1, ClipValue = 0.01 };
        using SmallRun whole = new();
        whole.Train(configuration);
        using Watcher watcher = new() { CancelsAfterSteps = 8 };
        _run.Interrupt(() => _run.Start(configuration), watcher);

        Finish();

        _run.ShouldEqual(whole);
    }

    [Fact]
    public void A_run_that_is_prolonged_equals_a_longer_one()
    {
        using SmallRun longer = new();
        longer.Train(SmallRun.Configuration with { Epochs = 5 });
        _run.Train();

        Finish(epochs: 5);

        _run.ShouldEqual(longer);
        _run.Folder.Load().Configuration.Epochs.Should().Be(5);
    }

    [Fact]
    public void A_run_that_is_prolonged_and_cancelled_keeps_its_new_length_and_has_no_result_yet()
    {
        using SmallRun longer = new();
        longer.Train(SmallRun.Configuration with { Epochs = 5 });
        _run.Train();
        using Watcher watcher = new() { CancelsAfterSteps = 2 };
        _run.Interrupt(() => _run.Resume(epochs: 5), watcher);

        _run.Folder.Load().TestAccuracy.Should().BeNull();
        Finish();

        _run.ShouldEqual(longer);
    }

    [Fact]
    public void A_run_that_is_done_is_tested_again_and_stays_as_it_was()
    {
        using Watcher watcher = new();
        _run.Train();

        using (TrainingRun run = _run.Resume())
        {
            run.Execute(watcher);
        }

        watcher.Started.Should().BeEmpty();
        _run.ShouldEqual(_whole);
    }

    [Fact]
    public void The_seconds_of_an_epoch_are_those_of_all_its_parts()
    {
        using Watcher watcher = new() { CancelsAfterSteps = 3 };
        _run.Interrupt(() => _run.Start(), watcher);
        double before = Checkpoint.ReadState(_run.Folder.Checkpoint).State.Sums.Seconds;

        Finish();

        before.Should().BePositive();
        _run.Folder.Load().Epochs[0].Seconds.Should().BeGreaterThan(before);
    }

    private void Finish(int? epochs = null)
    {
        using TrainingRun run = _run.Resume(epochs);
        run.Execute();
    }
}
