using System.Text;
using System.Text.Json;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Checkpoints;
using OnnxInit.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_run_leaves_its_files_and_no_temporary_ones()
    {
        _run.Train();

        string[] files = [.. Directory.EnumerateFileSystemEntries(_run.Folder.Path).Select(path => Path.GetFileName(path)!)];
        files.Where(file => !file.StartsWith("events.out.tfevents.", StringComparison.Ordinal)).Should()
            .BeEquivalentTo("run.json", "metrics.jsonl", "checkpoint.safetensors", "best.safetensors", "reference.safetensors", "signals.jsonl");
        files.Should().ContainSingle(file => file.StartsWith("events.out.tfevents.", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_json_says_what_was_trained_and_what_came_of_it()
    {
        _run.Train();

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_run.Folder.Manifest));
        JsonElement run = document.RootElement;
        run.GetProperty("formatVersion").GetInt32().Should().Be(1);
        run.GetProperty("seed").GetInt64().Should().Be(17);
        run.GetProperty("device").GetString().Should().Be("cpu");
        run.GetProperty("threads").GetInt32().Should().Be(1);
        run.GetProperty("parameters").GetInt64().Should().Be((3072 * 16) + 16 + 16 + (16 * 10) + 10);
        run.GetProperty("configuration").GetProperty("initialization").GetString().Should().Be("kaiming-uniform");
        run.GetProperty("versions").GetProperty("torchSharp").GetString().Should().StartWith("0.107.0");
        run.GetProperty("testAccuracy").GetDouble().Should().BeInRange(0, 1);
        run.GetProperty("testLoss").GetDouble().Should().BePositive();
        JsonElement[] epochs = [.. run.GetProperty("epochs").EnumerateArray()];
        epochs.Select(epoch => epoch.GetProperty("epoch").GetInt32()).Should().Equal(1, 2, 3);
        epochs.Select(epoch => epoch.GetProperty("step").GetInt32()).Should().Equal(5, 10, 15);
        foreach (JsonElement epoch in epochs)
        {
            epoch.GetProperty("trainLoss").GetDouble().Should().BePositive();
            epoch.GetProperty("validationLoss").GetDouble().Should().BePositive();
            (epoch.GetProperty("validationAccuracy").GetDouble() * 12 % 1).Should().BeApproximately(0, 1e-9, "12 images validate");
            epoch.GetProperty("learningRate").GetDouble().Should().Be(0.01);
            epoch.GetProperty("seconds").GetDouble().Should().BePositive();
            epoch.GetProperty("imagesPerSecond").GetDouble().Should().BePositive();
        }
    }

    [Fact]
    public void Run_json_says_what_every_parameter_was_given()
    {
        RunManifest run = _run.Train();

        run.Initialization.Should().Equal(
            new InitializationSummary("VarianceScaling { Scale = 2, Mode = FanIn, Distribution = Uniform }", 2, (3072 * 16) + (16 * 10), "linear1.weight", "linear2.weight"),
            new InitializationSummary("Constant { Value = 1 }", 1, 16, "batchnorm1.weight", "batchnorm1.weight"),
            new InitializationSummary("Constant { Value = 0 }", 2, 16 + 10, "batchnorm1.bias", "linear2.bias"));
    }

    [Fact]
    public void Lsuv_looks_at_training_images_and_its_run_resumes_as_any_other()
    {
        TrainingConfiguration lsuv = SmallRun.Configuration with { Initialization = "lsuv" };
        using SmallRun whole = new();
        whole.Train(lsuv);

        using Watcher watcher = new() { CancelsAfterSteps = 3 };
        _run.Interrupt(() => _run.Start(lsuv), watcher);
        using (TrainingRun resumed = _run.Resume())
        {
            resumed.Execute();
        }

        _run.ShouldEqual(whole);
        _run.Folder.Load().Initialization![0].Initializer.Should().StartWith("Lsuv");
    }

    [Fact]
    public void A_limit_of_steps_ends_the_training_inside_an_epoch_which_is_validated_tested_and_kept()
    {
        using Watcher watcher = new();

        RunManifest run = _run.Train(SmallRun.Configuration with { MaxSteps = 7 }, observer: watcher);

        run.Epochs.Select(epoch => epoch.Step).Should().Equal(5, 7);
        watcher.Started.Should().Equal((1, 0, 48), (2, 0, 20));
        watcher.Steps[^1].Images.Should().Be(20, "two steps of ten images");
        run.TestAccuracy.Should().NotBeNull();
    }

    [Fact]
    public void The_steps_before_a_limit_are_those_of_a_run_without_it()
    {
        using SmallRun whole = new();
        RunManifest expected = whole.Train(SmallRun.Configuration with { Epochs = 1 });

        RunManifest run = _run.Train(SmallRun.Configuration with { MaxSteps = 5 });

        run.Epochs.Select(epoch => epoch.TrainLoss).Should().Equal(expected.Epochs.Select(epoch => epoch.TrainLoss));
        SmallRun.Tensors(_run.Folder.BestCheckpoint).Should().Equal(SmallRun.Tensors(whole.Folder.BestCheckpoint));
    }

    [Fact]
    public void The_images_are_split_and_counted()
    {
        RunManifest run = _run.Train();

        // 0.2 x 60 = 12; a fifth of 60 to test.
        (run.Dataset.TrainImages, run.Dataset.ValidationImages, run.Dataset.TestImages).Should().Be((48, 12, 12));
        (run.Dataset.Source, run.Dataset.Name, run.Dataset.Digest).Should().Be(("synthetic:60", "synthetic", SmallRun.Images.Digest));
    }

    [Fact]
    public void Metrics_jsonl_has_a_line_per_epoch_with_the_record_of_run_json()
    {
        RunManifest run = _run.Train();

        string text = File.ReadAllText(_run.Folder.Metrics);
        text.Should().EndWith("\n");
        text.TrimEnd().Split('\n').Select(line => JsonSerializer.Deserialize(line, RunJson.Default.EpochRecord)).Should().Equal(run.Epochs);
    }

    [Fact]
    public void Run_json_reads_back_as_it_was_returned()
    {
        RunManifest run = _run.Train();

        RunManifest read = _run.Folder.Load();
        read.Should().BeEquivalentTo(run);
        read.Model.Should().Be(SmallRun.WithBatchNorm);
    }

    [Fact]
    public void Before_the_first_step_there_is_a_checkpoint_and_a_run_json_without_results()
    {
        using TrainingRun run = _run.Start();

        _run.Folder.Load().Epochs.Should().BeEmpty();
        _run.Folder.Load().TestAccuracy.Should().BeNull();
        (RunManifest recorded, TrainingState state) = Checkpoint.ReadState(_run.Folder.Checkpoint);
        (recorded.Parameters, state.Step, state.Schedule.LearningRate).Should().Be((run.Manifest.Parameters, 0, 0.01));
    }

    [Fact]
    public void The_observer_is_told_of_every_step_and_epoch()
    {
        using Watcher watcher = new();

        RunManifest run = _run.Train(observer: watcher);

        watcher.Started.Should().Equal((1, 0, 48), (2, 0, 48), (3, 0, 48));
        watcher.Steps.Select(step => step.Images).Should().Equal(10, 20, 30, 40, 48, 10, 20, 30, 40, 48, 10, 20, 30, 40, 48);
        watcher.Steps[4].MeanLoss.Should().Be(run.Epochs[0].TrainLoss);
        watcher.Epochs.Select(told => told.Epoch).Should().Equal(run.Epochs);
        watcher.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void The_train_loss_counts_every_image_the_same()
    {
        // At a learning rate of nearly 0 the weights stay, so the epoch's loss is that of the first weights over all 48 images.
        TrainingConfiguration still = SmallRun.Configuration with { Epochs = 1, LearningRate = 1e-30 };
        RunManifest run = _run.Train(still, SmallRun.WithoutBatchNorm);
        using DisposeScope scope = NewDisposeScope();
        (nn.Module<Tensor, Tensor> model, _, _) = Checkpoint.LoadModel(_run.Folder.Checkpoint);
        using HostBatches batches = new(SmallRun.Images.Train, SmallRun.Images.Normalization);
        DataSplit split = DataSplit.Create(60, 0.2, seed: 17);

        Evaluation expected = Evaluation.Of(model, batches, split.Train.ToArray());

        run.Epochs[0].TrainLoss.Should().BeApproximately(expected.Loss, 1e-5);
        run.Epochs[0].ValidationLoss.Should().BeApproximately(Evaluation.Of(model, batches, split.Validation.ToArray()).Loss, 1e-6);
    }

    [Fact]
    public void The_weights_of_the_epoch_with_the_lowest_validation_loss_are_tested()
    {
        RunManifest run = _run.Train(SmallRun.Configuration with { Epochs = 6, LearningRate = 0.3 });

        run.BestEpoch.Should().Be(run.Epochs.MinBy(epoch => epoch.ValidationLoss)!.Epoch);
        using DisposeScope scope = NewDisposeScope();
        (nn.Module<Tensor, Tensor> model, _, TrainingState state) = Checkpoint.LoadModel(_run.Folder.BestCheckpoint);
        using HostBatches batches = new(SmallRun.Images.Test, SmallRun.Images.Normalization);
        Evaluation test = Evaluation.Of(model, batches, Enumerable.Range(0, 12).ToArray());
        state.Epochs.Should().HaveCount(run.BestEpoch!.Value);
        (run.TestLoss, run.TestAccuracy).Should().Be((test.Loss, test.Accuracy));
    }

    [Fact]
    public void The_learning_rate_drops_on_a_plateau()
    {
        // A threshold of 0.9 makes every epoch after the first a bad one; patience 1: bad 1, bad 2 > 1.
        RunManifest run = _run.Train(SmallRun.Configuration with { Epochs = 5, Plateau = new() { Patience = 1, Threshold = 0.9, Factor = 0.5 } });

        run.Epochs.Select(epoch => epoch.LearningRate).Should().Equal(0.01, 0.01, 0.01, 0.005, 0.005);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        using SmallRun again = new();
        using SmallRun other = new();

        _run.Train();
        again.Train();
        other.Train(SmallRun.Configuration with { Seed = 18 });

        _run.ShouldEqual(again);
        SmallRun.Tensors(other.Folder.Checkpoint)["linear1.weight"].Should().NotBe(SmallRun.Tensors(_run.Folder.Checkpoint)["linear1.weight"]);
    }

    [Fact]
    public void No_tensor_is_left_behind_by_an_epoch_or_by_a_run()
    {
        long before = Live();
        List<long> live = [];
        using Watcher watcher = new() { AtEpochEnd = () => live.Add(Live()) };

        _run.Train(SmallRun.Configuration with { Epochs = 5, ClipNorm = 1, ClipValue = 1, HistogramEvery = 3, CheckpointEvery = 2 }, observer: watcher);

        live.Skip(1).Should().OnlyContain(count => count == live[0]);
        Live().Should().Be(before);
    }

    [Fact]
    public void Clipping_is_recorded_and_often_clipping_warned_of()
    {
        using Watcher watcher = new();

        RunManifest run = _run.Train(SmallRun.Configuration with { Epochs = 1, ClipNorm = 1e-9 }, observer: watcher);

        (run.Epochs[0].ClippedSteps, run.Epochs[0].ClippedEntries).Should().Be((1.0, null));
        watcher.Warnings.Should().Equal("Epoch 1: 100.0 % of the steps were clipped by norm. Clipping should not happen often: look at the initialisation or lower the learning rate.");
    }

    [Fact]
    public void Clipped_entries_are_recorded_and_warned_of_above_a_hundredth()
    {
        using Watcher watcher = new();

        RunManifest run = _run.Train(SmallRun.Configuration with { Epochs = 1, ClipValue = 1e-3 }, observer: watcher);

        run.Epochs[0].ClippedEntries.Should().BeInRange(0.01, 1);
        run.Epochs[0].ClippedSteps.Should().BeNull();
        watcher.Warnings.Should().Equal($"Epoch 1: {run.Epochs[0].ClippedEntries:P1} of the gradient entries were clipped. Clipping should not happen often: look at the initialisation or lower the learning rate.");
    }

    [Fact]
    public void Bounds_that_are_never_reached_are_recorded_as_0_and_change_no_bit()
    {
        using Watcher watcher = new();
        using SmallRun without = new();
        without.Train();

        RunManifest run = _run.Train(SmallRun.Configuration with { ClipValue = 1e6, ClipNorm = 1e6 }, observer: watcher);

        run.Epochs.Should().OnlyContain(epoch => epoch.ClippedEntries == 0 && epoch.ClippedSteps == 0);
        watcher.Warnings.Should().BeEmpty();
        SmallRun.Tensors(_run.Folder.Checkpoint).Should().Equal(SmallRun.Tensors(without.Folder.Checkpoint));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 3)] // steps 4, 8 and 12 of 15
    public void Histograms_are_written_every_so_many_steps(int every, int expected)
    {
        _run.Train(SmallRun.Configuration with { HistogramEvery = every });

        string events = Encoding.Latin1.GetString(File.ReadAllBytes(Directory.GetFiles(_run.Folder.Path, "events.out.tfevents.*").Single()));
        events.Split("weights/linear1.weight").Should().HaveCount(expected + 1);
        events.Split("gradients/batchnorm1.bias").Should().HaveCount(expected + 1);
        events.Split("loss/validation").Should().HaveCount(3 + 1);
    }

    [Fact]
    public void Checkpoints_inside_an_epoch_come_every_so_many_steps()
    {
        List<long> steps = [];
        using Watcher watcher = new() { AtStep = () => steps.Add(Checkpoint.ReadState(_run.Folder.Checkpoint).State.Step) };

        _run.Train(SmallRun.Configuration with { Epochs = 1, CheckpointEvery = 2 }, observer: watcher);

        // The observer is told before the checkpoint is written.
        steps.Should().Equal(0, 0, 2, 2, 4);
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
