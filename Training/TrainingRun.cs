using System.Diagnostics;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Checkpoints;
using OnnxInit.Training.Data;
using OnnxInit.Training.Diagnostics;
using OnnxInit.Training.Logging;
using OnnxInit.Training.Models;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training;

/// <summary>
/// A training in a folder: started anew, or resumed where its checkpoint stands. Interrupted at any moment and resumed, it ends in the same
/// bits as if it had not been: everything random is a function of (seed, name), and everything else is in the checkpoint.
/// </summary>
public sealed partial class TrainingRun : IDisposable
{
    private readonly RunFolder _folder;
    private readonly ImageDataset _dataset;
    private readonly Device _device;
    private readonly TorchSharp.Modules.Sequential _model;
    private readonly MomentumSgd _optimizer;
    private readonly DataSplit _split;
    private readonly IBatches _batches;
    private readonly TrainingStep _step;
    private readonly TensorBoardLog _tensorBoard;
    private RunManifest _run;
    private TrainingState _state;

    private TrainingRun(RunFolder folder, RunManifest run, ImageDataset dataset, Device device)
    {
        const int mostThreads = 1024;
        if (run.Threads is < 1 or > mostThreads)
        {
            throw new InvalidInputException($"The number of threads is {run.Threads}; expected 1 to {mostThreads}."); // libtorch would end the process, or the machine
        }

        set_num_threads(run.Threads);
        _folder = folder;
        _run = run;
        _dataset = dataset;
        _device = device;
        _split = DataSplit.Create(dataset.Train.Count, run.Configuration.ValidationFraction, run.Seed);
        _model = ModelBuilder.Build(run.Model, device);
        _optimizer = new(_model, run.Configuration.Momentum);
        _batches = Batches(dataset.Train);
        _step = new(_model, _optimizer, _batches, run.Configuration);
        _tensorBoard = new(folder.Path);
        _state = new() { Schedule = new(run.Configuration.LearningRate) };
    }

    /// <summary>The run as recorded so far.</summary>
    public RunManifest Manifest => _run;

    /// <summary>Steps done.</summary>
    public long Step => _state.Step;

    /// <summary>The epoch under way, from 1; one more than the last when all are done.</summary>
    public int Epoch => _state.Epochs.Count + 1;

    private TrainingConfiguration Configuration => _run.Configuration;

    private bool Diagnoses => Configuration.DiagnoseEvery > 0;

    private long MaxSteps => Configuration.MaxSteps ?? long.MaxValue;

    /// <summary>Trains to the last epoch, tests the best weights, and writes everything that the run leaves behind.</summary>
    /// <param name="observer">Is told how it goes; null for nobody.</param>
    /// <param name="cancellation">Saves a checkpoint and stops.</param>
    /// <returns>The run with its results.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the checkpoint is of the step before.</exception>
    /// <exception cref="NonFiniteException">The training diverged.</exception>
    public RunManifest Execute(ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        while (_state.Epochs.Count < Configuration.Epochs && (_state.Step < MaxSteps || _state.StepInEpoch > 0))
        {
            TrainEpoch(observer, cancellation);
            FinishEpoch(observer, cancellation);
        }

        MeasureEnd();
        return Test(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batches.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }

    private void TrainEpoch(ITrainingObserver? observer, CancellationToken cancellation)
    {
        int epoch = _state.Epochs.Count + 1;
        int[] order = EpochOrder.Of(_split.Train, Configuration.Seed, epoch);
        long started = Stopwatch.GetTimestamp();
        double secondsBefore = _state.Sums.Seconds;
        long stepsAllowed = Math.Min(MaxSteps - _state.Step, order.Length);
        int end = (int)Math.Min(order.Length, (_state.StepInEpoch + stepsAllowed) * Configuration.BatchSize);
        observer?.EpochStarted(epoch, _state.Sums.Images, end);
        _model.train();
        for (int start = _state.StepInEpoch * Configuration.BatchSize; start < end; start += Configuration.BatchSize)
        {
            if (cancellation.IsCancellationRequested)
            {
                SaveCheckpoint();
                throw new OperationCanceledException(cancellation);
            }

            long step = _state.Step + 1;
            ReadOnlySpan<int> indices = order.AsSpan(start, Math.Min(Configuration.BatchSize, end - start));
            (double loss, ClippedGradient clipped, SignalSummary? signals) = RunStep(indices, step);
            EpochSums sums = _state.Sums;
            sums = sums with
            {
                Loss = sums.Loss + (loss * indices.Length),
                Images = sums.Images + indices.Length,
                ClippedEntries = sums.ClippedEntries + clipped.ClippedEntries,
                Entries = sums.Entries + clipped.Entries,
                ClippedSteps = sums.ClippedSteps + (clipped.Scaled ? 1 : 0),
                Signals = signals ?? sums.Signals,
                Seconds = secondsBefore + Stopwatch.GetElapsedTime(started).TotalSeconds,
            };
            _state = _state with { Step = step, StepInEpoch = _state.StepInEpoch + 1, Sums = sums };
            observer?.StepDone(sums.Images, sums.Loss / sums.Images);
            if (Configuration.CheckpointEvery > 0 && step % Configuration.CheckpointEvery == 0)
            {
                SaveCheckpoint();
            }
        }
    }

    /// <summary>Makes a step, and measures and logs what is due with it.</summary>
    private (double Loss, ClippedGradient Clipped, SignalSummary? Signals) RunStep(ReadOnlySpan<int> indices, long step)
    {
        bool histograms = Configuration.HistogramEvery > 0 && step % Configuration.HistogramEvery == 0;
        using SignalProbe? probe = step == 1 || (Diagnoses && (step - 1) % Configuration.DiagnoseEvery == 0) ? SignalProbe.Attach(_model) : null;
        (double loss, ClippedGradient clipped) = _step.Run(indices, _state.Schedule.LearningRate, step, () =>
        {
            Look(probe);
            if (histograms)
            {
                _tensorBoard.Histograms(_optimizer, step);
            }
        });
        return (loss, clipped, probe is null ? null : Log(probe.Record(step - 1)));
    }

    /// <summary>Measures the trained network with the images that the first step measured the untrained one with, so that the two compare.</summary>
    private void MeasureEnd()
    {
        using SignalProbe probe = SignalProbe.Attach(_model);
        int[] order = EpochOrder.Of(_split.Train, Configuration.Seed, epoch: 1);
        _model.train();
        _step.Measure(order.AsSpan(0, Math.Min(Configuration.BatchSize, order.Length)), () => Look(probe));
        Log(probe.Record(_state.Step));
    }

    private void Look(SignalProbe? probe)
    {
        probe?.AfterBackward();
        probe?.BeforeUpdate(_optimizer, _state.Schedule.LearningRate);
    }

    /// <summary>Writes a measurement down; its summary is only for those who asked for measurements.</summary>
    private SignalSummary? Log(SignalRecord signals)
    {
        _folder.Append(signals);
        if (!Diagnoses)
        {
            return null;
        }

        SignalSummary summary = NetworkDiagnosis.Summarize(signals);
        _tensorBoard.Signals(signals, summary);
        return summary;
    }

    private void FinishEpoch(ITrainingObserver? observer, CancellationToken cancellation)
    {
        ThrowIfDiverged();
        long started = Stopwatch.GetTimestamp();
        Evaluation validation = ValidateOrSave(cancellation);
        EpochSums sums = _state.Sums;
        EpochRecord record = new()
        {
            Epoch = _state.Epochs.Count + 1,
            Step = _state.Step,
            TrainLoss = sums.Loss / sums.Images,
            ValidationLoss = validation.Loss,
            ValidationAccuracy = validation.Accuracy,
            LearningRate = _state.Schedule.LearningRate,
            Seconds = sums.Seconds + Stopwatch.GetElapsedTime(started).TotalSeconds,
            ImagesPerSecond = sums.Images / sums.Seconds,
            ClippedEntries = Configuration.ClipValue is null ? null : (double)sums.ClippedEntries / sums.Entries,
            ClippedSteps = Configuration.ClipNorm is null ? null : (double)sums.ClippedSteps / _state.StepInEpoch,
            Signals = sums.Signals,
        };
        bool best = validation.Loss < _state.BestLoss;
        _state = new()
        {
            Step = _state.Step,
            Schedule = _state.Schedule.Next(validation.Loss, Configuration.Plateau),
            Epochs = [.. _state.Epochs, record],
            BestEpoch = best ? record.Epoch : _state.BestEpoch,
            BestLoss = best ? validation.Loss : _state.BestLoss,
        };
        if (best)
        {
            Checkpoint.Save(_folder.BestCheckpoint, _model, _optimizer, _run, _state);
        }

        SaveCheckpoint();
        SaveManifest();
        _tensorBoard.Epoch(record);
        observer?.EpochDone(record, best);
        WarnOfClipping(record, observer);
    }

    private Evaluation ValidateOrSave(CancellationToken cancellation)
    {
        try
        {
            return Evaluation.Of(_model, _batches, _split.Validation.ToArray(), cancellation);
        }
        catch (OperationCanceledException)
        {
            SaveCheckpoint();
            throw;
        }
    }

    private RunManifest Test(CancellationToken cancellation)
    {
        string weights = _state.BestEpoch is null ? _folder.Checkpoint : _folder.BestCheckpoint;
        long step = Checkpoint.Load(weights, _model, optimizer: null).Step;
        using IBatches batches = Batches(_dataset.Test);
        List<float> logits = new(_dataset.Test.Count * _dataset.ClassNames.Count);
        Evaluation test = Evaluation.Of(
            _model, batches, Enumerable.Range(0, _dataset.Test.Count).ToArray(), batch => logits.AddRange(batch.cpu().data<float>().ToArray()), cancellation);
        new ReferenceLogits(logits.ToArray(), _dataset.Test.Labels, _dataset.ClassNames.Count, ImageDigest.Compute(_dataset.Test), "test") { Step = step }.Save(_folder.Reference);
        _run = _run with { Epochs = _state.Epochs, BestEpoch = _state.BestEpoch, TestAccuracy = test.Accuracy, TestLoss = test.Loss };
        _folder.Save(_run);
        return _run;
    }

    /// <summary>Writes run.json and metrics.jsonl as they are before the end of a run: without a test.</summary>
    private void SaveManifest()
    {
        _run = _run with { Epochs = _state.Epochs, BestEpoch = _state.BestEpoch, TestAccuracy = null, TestLoss = null };
        _folder.Save(_run);
    }

    private void SaveCheckpoint()
    {
        ThrowIfDiverged();
        Checkpoint.Save(_folder.Checkpoint, _model, _optimizer, _run, _state);
    }

    private void ThrowIfDiverged()
    {
        if (!Configuration.KeepGoing)
        {
            Divergence.ThrowIfDiverged(_model, _optimizer, _state.Step);
        }
    }

    private IBatches Batches(ImageSet images) => _device.type == DeviceType.CPU
        ? new HostBatches(images, _dataset.Normalization)
        : new DeviceBatches(images, _dataset.Normalization, _device);

    private static void WarnOfClipping(EpochRecord epoch, ITrainingObserver? observer)
    {
        const double often = 0.01;
        if (epoch.ClippedEntries > often)
        {
            observer?.Warning($"Epoch {epoch.Epoch}: {epoch.ClippedEntries:P1} of the gradient entries were clipped. Clipping should not happen often: look at the initialisation or lower the learning rate.");
        }

        if (epoch.ClippedSteps > often)
        {
            observer?.Warning($"Epoch {epoch.Epoch}: {epoch.ClippedSteps:P1} of the steps were clipped by norm. Clipping should not happen often: look at the initialisation or lower the learning rate.");
        }
    }
}
