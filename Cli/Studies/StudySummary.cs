using OnnxInit.Training.Studies;

namespace OnnxInit.Cli.Studies;

/// <summary>What <c>study --json</c> prints of a study: the record without the figures' data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Agrees">Whether it ran and its findings hold.</param>
/// <param name="Verdict">Its verdict; null when it ended with an error.</param>
/// <param name="Error">The error; null when there is none.</param>
/// <param name="Seed">Everything random is a function of it.</param>
/// <param name="Quick">Whether the settings are those that take seconds.</param>
/// <param name="Images">The images; null when it used none.</param>
/// <param name="Findings">Its findings.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Folder">Where its files are.</param>
/// <param name="Files">Their names.</param>
internal sealed record StudySummary(
    string Name, bool Agrees, string? Verdict, string? Error, long? Seed, bool? Quick, StudyImages? Images, IReadOnlyList<Finding> Findings,
    IReadOnlyDictionary<string, string> Settings, string Folder, IReadOnlyList<string> Files)
{
    /// <summary>The summary of how a study ended.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="folder">Where its files are.</param>
    public static StudySummary Of(StudyOutcome outcome, StudyFolder folder) => new(
        outcome.Study.Name, outcome.Agrees, outcome.Record?.Result.Verdict, outcome.Error, outcome.Record?.Seed, outcome.Record?.Quick, outcome.Record?.Images,
        outcome.Record?.Result.Findings ?? [], outcome.Record?.Result.Settings ?? new Dictionary<string, string>(), folder.Path,
        outcome.Record is null ? [] : StudyFolder.Files(outcome.Record));
}

/// <summary>What <c>study all --json</c> prints.</summary>
/// <param name="Agrees">Whether all ran and all findings hold.</param>
/// <param name="Page">index.html.</param>
/// <param name="Studies">The studies.</param>
internal sealed record StudiesSummary(bool Agrees, string Page, IReadOnlyList<StudySummary> Studies);
