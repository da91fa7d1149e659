using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Checkpoints;
using OnnxInit.Training.Initialization;
using static TorchSharp.torch;

namespace OnnxInit.Training;

// How a run begins: anew, or from its checkpoint.
public sealed partial class TrainingRun
{
    private const int ImagesToInitializeWith = 256; // for the schemes that look at data

    /// <summary>Begins a run: draws the weights and writes the first checkpoint and run.json.</summary>
    /// <param name="folder">Where it goes; a folder that holds a run is refused.</param>
    /// <param name="model">The network.</param>
    /// <param name="configuration">How to train it.</param>
    /// <param name="dataset">What on.</param>
    /// <param name="source">What the user called the images, for run.json.</param>
    /// <param name="device">Where.</param>
    /// <param name="threads">Threads for libtorch on the CPU; null takes its choice, one per core.</param>
    /// <exception cref="InvalidInputException">The options, the network, the images or the folder do not allow it.</exception>
    public static TrainingRun Start(
        RunFolder folder, ModelSpec model, TrainingConfiguration configuration, ImageDataset dataset, string source, Device device, int? threads = null)
    {
        configuration.Validate();
        _ = InitializationSchemes.Get(configuration.Initialization);
        if (File.Exists(folder.Manifest))
        {
            throw new InvalidInputException($"'{folder.Path}' already holds a run. Go on with it (--resume), or choose another folder (--out).");
        }

        DataSplit split = DataSplit.Create(dataset.Train.Count, configuration.ValidationFraction, configuration.Seed);
        CheckFit(model, configuration, dataset, split);
        RunManifest manifest = new()
        {
            FormatVersion = RunManifest.CurrentVersion,
            Created = DateTimeOffset.UtcNow,
            Seed = configuration.Seed,
            Device = device.ToString(),
            Threads = threads ?? get_num_threads(),
            Configuration = configuration,
            Dataset = new()
            {
                Source = source,
                Name = dataset.Name,
                Digest = dataset.Digest,
                ClassNames = dataset.ClassNames,
                Normalization = dataset.Normalization,
                TrainImages = split.Train.Count,
                ValidationImages = split.Validation.Count,
                TestImages = dataset.Test.Count,
            },
            Model = model,
            Parameters = 0,
            Versions = RunningVersions.Current,
        };
        return Prepare(new(folder, manifest, dataset, device), run =>
        {
            run._run = manifest with { Parameters = run._model.parameters().Sum(parameter => parameter.NumberOfElements) };
            run.Initialize();
            run.SaveCheckpoint();
            folder.Save(run._run);
        });
    }

    /// <summary>Goes on with a run from its checkpoint.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="dataset">The same images as before; checked by digest.</param>
    /// <param name="device">Where; null for the device that it began on. Only there are the weights bit-identical.</param>
    /// <param name="epochs">Another number of epochs, to go on longer, recorded from now on; null keeps it.</param>
    /// <param name="maxSteps">Another limit of steps, likewise.</param>
    /// <exception cref="InvalidInputException">
    /// The folder holds no run, or one of another version; the images are others; the checkpoint is damaged; more epochs are done than asked for.
    /// </exception>
    public static TrainingRun Resume(RunFolder folder, ImageDataset dataset, Device? device = null, int? epochs = null, long? maxSteps = null)
    {
        RunManifest manifest = folder.Load();
        if (manifest.Dataset.Digest != dataset.Digest)
        {
            throw new InvalidInputException(
                $"The run '{folder.Path}' was trained on {manifest.Dataset.Name} with digest {manifest.Dataset.Digest}, and these images have {dataset.Digest}. Name the same data with --data.");
        }

        TrainingConfiguration configuration = manifest.Configuration with { Epochs = epochs ?? manifest.Configuration.Epochs, MaxSteps = maxSteps ?? manifest.Configuration.MaxSteps };
        configuration.Validate();
        device ??= TrainingDevice.Resolve(manifest.Device);
        return Prepare(new(folder, manifest with { Configuration = configuration, Device = device.ToString(), Versions = RunningVersions.Current }, dataset, device), run =>
        {
            run._state = Checkpoint.Load(folder.Checkpoint, run._model, run._optimizer);
            if (configuration.Epochs < run._state.Epochs.Count)
            {
                throw new InvalidInputException(
                    $"The run '{folder.Path}' has {run._state.Epochs.Count} epochs behind it; expected at least as many, and {configuration.Epochs} were asked for.");
            }

            if (run._state.Step > configuration.MaxSteps)
            {
                throw new InvalidInputException($"The run '{folder.Path}' has {run._state.Step} steps behind it; expected at least as many, and {configuration.MaxSteps} were asked for.");
            }

            if (epochs > run._state.Epochs.Count && run._state.Step == configuration.MaxSteps)
            {
                throw new InvalidInputException($"The run '{folder.Path}' has made the {configuration.MaxSteps} steps that it was limited to. Go on with more: --max-steps.");
            }

            folder.ForgetSignalsFrom(run._state.Step);
            if (configuration != manifest.Configuration)
            {
                run.SaveManifest();
            }
        });
    }

    private void Initialize()
    {
        InitializationScheme scheme = InitializationSchemes.Get(
            Configuration.Initialization, () => _batches.Gather([.. _split.Train.Take(ImagesToInitializeWith)]).Images);
        IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(_model, scheme, Configuration.Seed);
        _run = _run with { Initialization = AppliedInitialization.Summarize(applied) };
    }

    private static TrainingRun Prepare(TrainingRun run, Action<TrainingRun> prepare)
    {
        try
        {
            AtomicFile.RemoveLeftovers(run._folder.Path);
            prepare(run);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private static void CheckFit(ModelSpec model, TrainingConfiguration configuration, ImageDataset dataset, DataSplit split)
    {
        DatasetFit.Check(model, dataset);
        if (split.Validation.Count == 0)
        {
            throw new InvalidInputException(
                $"A validation fraction of {configuration.ValidationFraction} of {dataset.Train.Count:N0} images holds none out. Use a larger fraction or more images.");
        }

        int last = split.Train.Count % configuration.BatchSize;
        if (DatasetFit.NeedsTwoImages(model) && (configuration.BatchSize == 1 || last == 1))
        {
            throw new InvalidInputException(
                $"{split.Train.Count} training images in batches of {configuration.BatchSize} leave a batch of one image, which BatchNorm cannot train on. Choose another batch size.");
        }
    }
}
