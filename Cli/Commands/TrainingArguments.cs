using System.CommandLine;
using System.Globalization;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Initialization;

namespace OnnxInit.Cli.Commands;

/// <summary>The options of a training, which <c>train</c> and <c>run</c> share.</summary>
internal sealed class TrainingArguments
{
    private static readonly TrainingConfiguration Defaults = new();

    private readonly Option<string> _data = DataOption.Create();
    private readonly Option<string?> _out = new("--out") { Description = "The run's folder (default: runs/MODEL-TIME).", HelpName = "FOLDER" };
    private readonly ModelArguments _model = new();
    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the training set.", DefaultValueFactory = _ => Defaults.Epochs };
    private readonly Option<long?> _maxSteps = new("--max-steps") { Description = "Stop after this many steps, inside an epoch if need be (default: no limit)." };
    private readonly Option<int> _batchSize = new("--batch-size") { Description = "Images of one step.", DefaultValueFactory = _ => Defaults.BatchSize };
    private readonly Option<double> _learningRate = NumberOption.Create("--lr", "Learning rate.", Defaults.LearningRate);
    private readonly Option<double> _momentum = NumberOption.Create("--momentum", "Momentum, 0 to below 1.", Defaults.Momentum);
    private readonly Option<long> _seed = new("--seed") { Description = "Everything random is a function of it.", DefaultValueFactory = _ => Defaults.Seed };
    private readonly Option<string> _initialization = InitializationOption.Create("--init", "Initialisation", Defaults.Initialization);
    private readonly Option<double> _validation = NumberOption.Create("--validation-fraction", "Share of the training set that is held out.", Defaults.ValidationFraction);
    private readonly Option<double> _plateauFactor = NumberOption.Create("--plateau-factor", "On a plateau of the validation loss the learning rate is multiplied by this.", Defaults.Plateau.Factor);
    private readonly Option<int> _plateauPatience = new("--plateau-patience") { Description = "Epochs without improvement that make no plateau yet.", DefaultValueFactory = _ => Defaults.Plateau.Patience };
    private readonly Option<double?> _clipValue = NumberOption.CreateOptional("--clip-value", "Clamp every gradient entry to +-this (default: off).");
    private readonly Option<double?> _clipNorm = NumberOption.CreateOptional("--clip-norm", "Scale the gradient down to this norm (default: off).");
    private readonly Option<bool> _keepGoing = new("--keep-going") { Description = "Do not stop when a loss or a gradient is not finite." };
    private readonly Option<int> _checkpointEvery = new("--checkpoint-every") { Description = "Steps between checkpoints inside an epoch; 0: at its end only.", DefaultValueFactory = _ => Defaults.CheckpointEvery };
    private readonly Option<int> _histogramEvery = new("--histogram-every") { Description = "Steps between TensorBoard histograms of weights and gradients; 0: none.", DefaultValueFactory = _ => Defaults.HistogramEvery };
    private readonly Option<int> _diagnoseEvery = new("--diagnose") { Description = "Steps between two measurements of what flows through every layer, into signals.jsonl and TensorBoard; 0: only at the start and at the end, into signals.jsonl.", HelpName = "STEPS", DefaultValueFactory = _ => Defaults.DiagnoseEvery };
    private readonly Option<string> _device = new("--device") { Description = "auto (cuda, then mps, then cpu), cuda[:INDEX], mps or cpu.", DefaultValueFactory = _ => "auto" };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads on the CPU (default: one per core)." };
    private readonly Option<string?> _resume = new("--resume") { Description = "Go on with the run in this folder. Only --data, --device, --epochs and --max-steps may be given with it.", HelpName = "FOLDER" };

    private Option[] OnlyForNewRuns =>
    [
        _out, .. _model.Options, _batchSize, _learningRate, _momentum, _seed, _initialization, _validation, _plateauFactor,
        _plateauPatience, _clipValue, _clipNorm, _keepGoing, _checkpointEvery, _histogramEvery, _diagnoseEvery, _threads,
    ];

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="resumable">Whether it can go on with a run.</param>
    public void AddTo(Command command, bool resumable)
    {
        foreach (Option option in (Option[])[_data, _epochs, _maxSteps, _device, .. OnlyForNewRuns])
        {
            command.Options.Add(option);
        }

        if (resumable)
        {
            command.Options.Add(_resume);
        }
    }

    /// <summary>Opens the run that the options describe, and its images.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">Is told what is opened.</param>
    public (TrainingRun Run, RunFolder Folder, ImageDataset Dataset) Open(ParseResult parsed, Session session) =>
        parsed.GetResult(_resume) is not null && parsed.GetValue(_resume) is string folder ? Resume(new(folder), parsed, session) : Start(parsed, session);

    private (TrainingRun Run, RunFolder Folder, ImageDataset Dataset) Start(ParseResult parsed, Session session)
    {
        string source = parsed.GetValue(_data)!;
        TrainingConfiguration configuration = Configuration(parsed);
        configuration.Validate();
        _ = InitializationSchemes.Get(configuration.Initialization);
        ModelSpec model = _model.Model(parsed);
        int? threads = parsed.GetValue(_threads) is int count and < 1 ? throw new InvalidInputException($"--threads is {count}; expected at least 1.") : parsed.GetValue(_threads);
        RunFolder folder = new(parsed.GetValue(_out) ?? Path.Combine("runs", $"{model.Name}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}"));
        TorchSharp.torch.Device device = TrainingDevice.Resolve(parsed.GetValue(_device)!);
        ImageDataset dataset = DatasetSource.Open(source);
        TrainingRun run = TrainingRun.Start(folder, model, configuration, dataset, Anchored(source), device, threads);
        session.Say($"{model.Name}, {run.Manifest.Parameters:N0} parameters, on {run.Manifest.Device}; {run.Manifest.Dataset.TrainImages:N0} images of {dataset.Name}, {run.Manifest.Dataset.ValidationImages:N0} to validate; into {folder.Path}");
        return (run, folder, dataset);
    }

    private (TrainingRun Run, RunFolder Folder, ImageDataset Dataset) Resume(RunFolder folder, ParseResult parsed, Session session)
    {
        string[] refused = [.. OnlyForNewRuns.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        if (refused.Length > 0)
        {
            throw new InvalidInputException($"A run is resumed as it began: {string.Join(", ", refused)} cannot be given with --resume.");
        }

        RunManifest manifest = folder.Load();
        string source = parsed.GetResult(_data) is { Implicit: false } ? parsed.GetValue(_data)! : manifest.Dataset.Source;
        ImageDataset dataset = DatasetSource.Open(source);
        TrainingRun run = TrainingRun.Resume(
            folder, dataset,
            parsed.GetResult(_device) is { Implicit: false } ? TrainingDevice.Resolve(parsed.GetValue(_device)!) : null,
            parsed.GetResult(_epochs) is { Implicit: false } ? parsed.GetValue(_epochs) : null,
            parsed.GetValue(_maxSteps));
        session.Say($"{manifest.Model.Name}, resumed at step {run.Step:N0} in epoch {run.Epoch} of {run.Manifest.Configuration.Epochs}; {folder.Path}");
        return (run, folder, dataset);
    }

    private TrainingConfiguration Configuration(ParseResult parsed) => new()
    {
        Epochs = parsed.GetValue(_epochs),
        MaxSteps = parsed.GetValue(_maxSteps),
        BatchSize = parsed.GetValue(_batchSize),
        LearningRate = parsed.GetValue(_learningRate),
        Momentum = parsed.GetValue(_momentum),
        Seed = parsed.GetValue(_seed),
        Initialization = parsed.GetValue(_initialization)!,
        ValidationFraction = parsed.GetValue(_validation),
        Plateau = Defaults.Plateau with { Factor = parsed.GetValue(_plateauFactor), Patience = parsed.GetValue(_plateauPatience) },
        ClipValue = parsed.GetValue(_clipValue),
        ClipNorm = parsed.GetValue(_clipNorm),
        KeepGoing = parsed.GetValue(_keepGoing),
        CheckpointEvery = parsed.GetValue(_checkpointEvery),
        HistogramEvery = parsed.GetValue(_histogramEvery),
        DiagnoseEvery = parsed.GetValue(_diagnoseEvery),
    };

    /// <summary>A path is recorded in full, so that the run can be resumed from another folder.</summary>
    private static string Anchored(string source) => Path.Exists(source) ? Path.GetFullPath(source) : source;
}
