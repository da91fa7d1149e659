using System.Globalization;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Training;
using OnnxInit.Training.Studies;
using TorchSharp;

namespace OnnxInit.Cli.Studies;

/// <summary>Runs studies, and tells how they go. Images are opened when the first study asks for them, and once.</summary>
internal sealed class StudyRunner
{
    private readonly StudySettings _settings;
    private readonly Session _session;
    private readonly Lazy<ImageDataset> _images;

    /// <summary>A runner.</summary>
    /// <param name="settings">What all studies have in common.</param>
    /// <param name="session">Is told, and cancels.</param>
    public StudyRunner(StudySettings settings, Session session)
    {
        (_settings, _session) = (settings, session);
        _images = new(() => DatasetSource.Open(settings.Data));
    }

    /// <summary>Opens the images now, and not when the first study asks for them.</summary>
    /// <exception cref="InvalidInputException">They cannot be opened.</exception>
    public void OpenImages() => _ = _images.Value;

    /// <summary>Runs a study, writes its files and shows its findings.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">Where its files go.</param>
    public StudyRecord Run(Study study, StudyFolder folder)
    {
        int threads = torch.get_num_threads();
        bool imagesUsed = false;
        try
        {
            torch.set_num_threads(_settings.Threads ?? (_settings.Quick ? 1 : threads)); // quick settings are matrices too small to share
            StudyContext context = new(Open, line => _session.Say("  " + line), _session.Cancellation) { Seed = _settings.Seed };
            _session.Say($"{study.Name}: {study.Question}");
            StudyResult result = study.Run(context);
            StudyRecord record = new()
            {
                Seed = _settings.Seed,
                Quick = _settings.Quick,
                Threads = torch.get_num_threads(),
                Images = imagesUsed ? new(_settings.Data, _images.Value.Name, _images.Value.Train.Count, _images.Value.Digest) : null,
                Versions = RunningVersions.Current,
                Result = result,
            };
            folder.Save(record);
            Show(record, folder);
            return record;
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        ImageDataset Open()
        {
            imagesUsed = true;
            return _images.Value;
        }
    }

    /// <summary>Runs a study among others: an error in it is told and kept, and the others still run.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">Where its files go.</param>
    /// <param name="trace">Whether an error's stack trace is shown.</param>
    public StudyOutcome Try(Study study, StudyFolder folder, bool trace)
    {
        try
        {
            return new(study, Run(study, folder), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
        {
            string error = exception is InvalidInputException or NonFiniteException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
            _session.Say($"  error: {error}");
            if (trace)
            {
                _session.Say(exception.ToString());
            }

            return new(study, null, error);
        }
    }

    private void Show(StudyRecord record, StudyFolder folder)
    {
        foreach (Finding finding in record.Result.Findings)
        {
            _session.Say($"  {(finding.Holds ? "ok " : "NOT")}  {finding.Claim}: {finding.Measured.ToString("G4", CultureInfo.InvariantCulture)}, expected {finding.Expected}");
        }

        if (record.Images is { Synthetic: true })
        {
            _session.Say("  The images are synthetic, and the bounds are for CIFAR-10: a finding may fail for that alone. Use --data cifar10.");
        }

        _session.Say($"  {record.Result.Verdict}");
        _session.Say($"  {folder.Path}");
    }
}

/// <summary>What all studies of a command line have in common.</summary>
/// <param name="Data">What <c>--data</c> says.</param>
/// <param name="Quick">Whether seconds matter more than error bars.</param>
/// <param name="Seed">Everything random is a function of it.</param>
/// <param name="Threads">Threads on the CPU; null for one with quick settings, else one per core.</param>
internal sealed record StudySettings(string Data, bool Quick, long Seed, int? Threads);
