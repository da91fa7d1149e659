using System.Text.Json.Serialization;
using OnnxInit.Cli.Report;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Studies;

namespace OnnxInit.Cli.Studies;

/// <summary>NAME.json: what a study found, and all that it takes to run it again.</summary>
internal sealed record StudyRecord
{
    /// <summary>The version of this format that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>Everything random is a function of it.</summary>
    public required long Seed { get; init; }

    /// <summary>Whether the settings are those that take seconds.</summary>
    public required bool Quick { get; init; }

    /// <summary>Threads that libtorch used.</summary>
    public required int Threads { get; init; }

    /// <summary>The images; null when it used none.</summary>
    public StudyImages? Images { get; init; }

    /// <summary>What was running.</summary>
    public required VersionsRecord Versions { get; init; }

    /// <summary>What was found.</summary>
    public required StudyResult Result { get; init; }
}

/// <summary>The images that a study trained on.</summary>
/// <param name="Source">What <c>--data</c> said.</param>
/// <param name="Name">cifar10 or synthetic.</param>
/// <param name="TrainImages">How many.</param>
/// <param name="Digest">SHA-256 over labels and pixels.</param>
internal sealed record StudyImages(string Source, string Name, int TrainImages, string Digest)
{
    /// <summary>Whether the bounds of the findings, which are for CIFAR-10, may not be those of these images.</summary>
    [JsonIgnore]
    public bool Synthetic => Name != Contracts.Data.Cifar10.Name;
}

/// <summary>How a study ended: with a record, or with an error.</summary>
/// <param name="Study">The study.</param>
/// <param name="Record">What it found; null when it ended with an error.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
internal sealed record StudyOutcome(Study Study, StudyRecord? Record, string? Error)
{
    /// <summary>Whether it ran and its findings hold.</summary>
    public bool Agrees => Record is { Result.Agrees: true };

    /// <summary>Its part of the page: made once, since the page is written anew after each study.</summary>
    public Html Section => field ??= StudyPage.Section(this);
}
