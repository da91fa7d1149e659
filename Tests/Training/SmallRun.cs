using System.Security.Cryptography;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Tests.Data;
using OnnxInit.Training;
using OnnxInit.Training.Checkpoints;
using TorchSharp;

namespace OnnxInit.Tests.Training;

/// <summary>
/// Runs that take milliseconds, in a folder of their own: 60 synthetic images, of which 12 validate, in batches of 10: 5 steps an epoch,
/// the last of 8 images.
/// </summary>
internal sealed class SmallRun : IDisposable
{
    public const string Source = "synthetic:60";
    public const int StepsPerEpoch = 5;

    public static readonly ImageDataset Images = DatasetSource.Open(Source);
    public static readonly ModelSpec WithBatchNorm = ModelPresets.MlpDeep(depth: 1, width: 16, batchNorm: true);
    public static readonly ModelSpec WithoutBatchNorm = ModelPresets.MlpDeep(depth: 3, width: 16, batchNorm: false);
    public static readonly TrainingConfiguration Configuration = new() { Epochs = 3, BatchSize = 10, ValidationFraction = 0.2, LearningRate = 0.01 };

    private readonly TemporaryFolder _folder = new();

    public SmallRun() => Folder = new(_folder["run"]);

    public RunFolder Folder { get; }

    public TrainingRun Start(TrainingConfiguration? configuration = null, ModelSpec? model = null, ImageDataset? images = null) =>
        TrainingRun.Start(Folder, model ?? WithBatchNorm, configuration ?? Configuration, images ?? Images, Source, torch.CPU, threads: 1);

    public TrainingRun Resume(int? epochs = null, long? maxSteps = null) => TrainingRun.Resume(Folder, Images, device: null, epochs, maxSteps);

    public RunManifest Train(TrainingConfiguration? configuration = null, ModelSpec? model = null, ITrainingObserver? observer = null)
    {
        using TrainingRun run = Start(configuration, model);
        return run.Execute(observer);
    }

    /// <summary>Starts or resumes, and cancels when the observer says so; a run that ends before that is an error.</summary>
    public void Interrupt(Func<TrainingRun> open, Watcher watcher)
    {
        using TrainingRun run = open();
        FluentActions.Invoking(() => run.Execute(watcher, watcher.Cancellation)).Should().Throw<OperationCanceledException>();
    }

    /// <summary>Changes tensors of the checkpoint on disk.</summary>
    public void EditCheckpoint(Action<Dictionary<string, torch.Tensor>> edit)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Dictionary<string, string> metadata;
        using (SafetensorsFile file = SafetensorsFile.Open(Folder.Checkpoint))
        {
            metadata = new(file.Metadata);
        }

        Dictionary<string, torch.Tensor> tensors = new(TensorFile.Load(Folder.Checkpoint));
        edit(tensors);
        TensorFile.Save(Folder.Checkpoint, tensors, metadata);
    }

    /// <summary>The tensors of a checkpoint, byte by byte.</summary>
    public static Dictionary<string, string> Tensors(string path)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return TensorFile.Load(path).ToDictionary(pair => pair.Key, pair => Convert.ToHexString(SHA256.HashData(pair.Value.bytes)));
    }

    public bool CheckpointIsFinite()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return TensorFile.Load(Folder.Checkpoint).Values.All(tensor => tensor.isfinite().all().item<bool>());
    }

    /// <summary>Two runs have the same weights, momentum, statistics, numbers and logits.</summary>
    public void ShouldEqual(SmallRun other)
    {
        Tensors(Folder.Checkpoint).Should().Equal(Tensors(other.Folder.Checkpoint));
        Tensors(Folder.BestCheckpoint).Should().Equal(Tensors(other.Folder.BestCheckpoint));
        Tensors(Folder.Reference).Should().Equal(Tensors(other.Folder.Reference));
        (RunManifest left, RunManifest right) = (Folder.Load(), other.Folder.Load());
        Numbers(left).Should().Equal(Numbers(right));
        (left.BestEpoch, left.TestAccuracy, left.TestLoss).Should().Be((right.BestEpoch, right.TestAccuracy, right.TestLoss));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<EpochRecord> Numbers(RunManifest run) => run.Epochs.Select(epoch => epoch with { Seconds = 0, ImagesPerSecond = 0 });
}

/// <summary>Writes down what it is told, and cancels at a step or at an epoch's end.</summary>
internal sealed class Watcher : ITrainingObserver, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public int? CancelsAfterSteps { get; init; }

    public int? CancelsAfterEpochs { get; init; }

    public Action? AtStep { get; init; }

    public Action? AtEpochEnd { get; init; }

    public CancellationToken Cancellation => _source.Token;

    public List<(int Epoch, long FirstImage, long Images)> Started { get; } = [];

    public List<(long Images, double MeanLoss)> Steps { get; } = [];

    public List<(EpochRecord Epoch, bool Best)> Epochs { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Has cancelled before anything began.</summary>
    public Watcher CancelNow()
    {
        _source.Cancel();
        return this;
    }

    public void EpochStarted(int epoch, long firstImage, long images) => Started.Add((epoch, firstImage, images));

    public void StepDone(long images, double meanLoss)
    {
        Steps.Add((images, meanLoss));
        AtStep?.Invoke();
        if (Steps.Count == CancelsAfterSteps)
        {
            _source.Cancel();
        }
    }

    public void EpochDone(EpochRecord epoch, bool best)
    {
        Epochs.Add((epoch, best));
        AtEpochEnd?.Invoke();
        if (Epochs.Count == CancelsAfterEpochs)
        {
            _source.Cancel();
        }
    }

    public void Warning(string message) => Warnings.Add(message);

    public void Dispose() => _source.Dispose();
}
