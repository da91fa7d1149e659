using System.CommandLine;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using OnnxInit.Training.Data;
using OnnxInit.Training.Diagnostics;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using static TorchSharp.torch;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit doctor</c>.</summary>
internal static class DoctorCommand
{
    private const string KaimingFix = "kaiming";

    public static Command Create()
    {
        ModelArguments model = new();
        Option<string> data = DataOption.Create();
        Option<string> initialization = InitializationOption.Create("--init", "Initialisation to examine", new TrainingConfiguration().Initialization);
        Option<string?> fix = new("--fix") { Description = $"Initialise anew and examine again: lsuv, {KaimingFix} (the same as kaiming-normal), or any other initialisation.", HelpName = "SCHEME" };
        Option<int> batchSize = new("--batch-size") { Description = "Training images to look at.", DefaultValueFactory = _ => 256 };
        Option<long> seed = new("--seed") { Description = "The weights are a function of it.", DefaultValueFactory = _ => new TrainingConfiguration().Seed };
        Option<int> jacobian = new("--jacobian") { Description = "Images to take the singular values of the input-output Jacobian at; 0: none.", DefaultValueFactory = _ => 0 };
        Option<bool> layers = new("--layers") { Description = "List every layer, instead of a selection." };
        Option<string> device = new("--device") { Description = "auto (cuda, then mps, then cpu), cuda[:INDEX], mps or cpu.", DefaultValueFactory = _ => "auto" };
        Command command = Verb.Create(
            "doctor", "Examine what flows through a network before it is trained: whether signals or gradients vanish or explode, where, and what to change.",
            "onnxinit doctor --model mlp-deep --depth 50 --no-batchnorm --init xavier-uniform --fix kaiming",
            (parsed, session) =>
            {
                string scheme = parsed.GetValue(initialization)!;
                string? cure = parsed.GetValue(fix) is KaimingFix ? "kaiming-normal" : parsed.GetValue(fix);
                int images = AtLeast(1, batchSize, parsed);
                DoctorOptions options = new() { JacobianInputs = AtLeast(0, jacobian, parsed) };
                Array.ForEach([scheme, cure ?? scheme], name => _ = InitializationSchemes.Get(name));
                ModelSpec spec = model.Model(parsed);
                Device where = TrainingDevice.Resolve(parsed.GetValue(device)!);
                using Patient patient = new(spec, DatasetSource.Open(parsed.GetValue(data)!), images, parsed.GetValue(seed), where);
                Examination before = patient.Examine(scheme, options);
                Examination? after = cure is null ? null : patient.Examine(cure, options);
                session.Result(new(spec.Name, before, after), CliJson.Default.DoctorSummary, () => Show(spec, before, after, parsed.GetValue(layers), session));
                return (after ?? before).Report.Diagnosis.Healthy ? ExitCode.Done : ExitCode.Failed;
            });
        foreach (Option option in (Option[])[.. model.Options, initialization, fix, data, batchSize, seed, jacobian, layers, device])
        {
            command.Options.Add(option);
        }

        return command;
    }

    private static void Show(ModelSpec spec, Examination before, Examination? after, bool everyLayer, Session session)
    {
        DoctorTables.Show(spec.Name, before, everyLayer, session);
        if (after is not null)
        {
            session.Say(string.Empty);
            DoctorTables.Show(spec.Name, after, everyLayer, session);
            if (after.Report.Diagnosis.Healthy)
            {
                session.Say($"Train with it: --init {after.Initialization}");
            }
        }
    }

    private static int AtLeast(int least, Option<int> option, ParseResult parsed) =>
        parsed.GetValue(option) is int value && value >= least ? value : throw new InvalidInputException($"{option.Name} is {parsed.GetValue(option)}; expected at least {least}.");

    /// <summary>The network and the images that it is examined with.</summary>
    private sealed class Patient : IDisposable
    {
        private readonly TorchSharp.Modules.Sequential _model;
        private readonly Tensor _images;
        private readonly Tensor _labels;
        private readonly long _seed;

        public Patient(ModelSpec spec, ImageDataset dataset, int images, long seed, Device device)
        {
            DatasetFit.Check(spec, dataset);
            int count = Math.Min(images, dataset.Train.Count);
            if (count == 1 && DatasetFit.NeedsTwoImages(spec))
            {
                throw new InvalidInputException($"The network '{spec.Name}' has BatchNorm, which leaves nothing of a batch of one image. Look at more: --batch-size.");
            }

            _seed = seed;
            _model = ModelBuilder.Build(spec, device);
            using HostBatches batches = new(dataset.Train, dataset.Normalization);
            (Tensor pixels, Tensor labels) = batches.Gather([.. Enumerable.Range(0, count)]);
            _images = pixels.to(device, copy: true).DetachFromDisposeScope();
            _labels = labels.to(device, copy: true).DetachFromDisposeScope();
        }

        public Examination Examine(string scheme, DoctorOptions options)
        {
            IReadOnlyList<AppliedInitialization> applied = Initializer.Apply(_model, InitializationSchemes.Get(scheme, () => _images), _seed);
            return new(scheme, AppliedInitialization.Summarize(applied), Doctor.Examine(_model, _images, _labels, options));
        }

        public void Dispose()
        {
            _images.Dispose();
            _labels.Dispose();
            _model.Dispose();
        }
    }
}

/// <summary>What <c>doctor --json</c> prints.</summary>
/// <param name="Model">The network's name.</param>
/// <param name="Examined">The network as asked for.</param>
/// <param name="Fixed">The same after <c>--fix</c>; null when nobody asked.</param>
internal sealed record DoctorSummary(string Model, Examination Examined, Examination? Fixed);

/// <summary>A network with one initialisation, and what is wrong with it.</summary>
/// <param name="Initialization">The scheme.</param>
/// <param name="Applied">What the parameters were given.</param>
/// <param name="Report">What was measured, and the verdict.</param>
internal sealed record Examination(string Initialization, IReadOnlyList<InitializationSummary> Applied, DoctorReport Report);
