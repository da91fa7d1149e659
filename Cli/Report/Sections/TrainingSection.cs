using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>The loss, the accuracy and the learning rate, epoch by epoch.</summary>
internal static class TrainingSection
{
    public static Html Of(IReadOnlyList<RunEvidence> runs)
    {
        RunEvidence[] trained = [.. runs.Where(run => run.Manifest.Epochs.Count > 0)];
        return Html.Of($"""
            {runs.Where(run => run.Manifest.TestAccuracy is null).Select(run => PerRun.Missing(Unfinished(run), run.Command("train --resume")))}
            {(trained.Length == 0 ? Html.Empty : FigureElement.Of(runs.Count == 1 ? One(trained[0].Manifest) : Several(trained), titled: false))}
            {(trained.Length == 0 ? Html.Empty : PerRun.Of(trained, (run, _) => Table(run.Manifest)))}
            """);
    }

    private static string Unfinished(RunEvidence run) =>
        $"{run.Name}: {run.Manifest.Epochs.Count} of {run.Manifest.Configuration.Epochs} epochs are done, and the network was not tested.";

    /// <summary>From the first epoch to the last, with room for the points at both ends.</summary>
    private static Axis Epochs(int last) => new("epoch", 1 - (0.04 * last), last + (0.04 * last));

    private static Figure One(RunManifest run) => new(
        "training", "Loss, accuracy and learning rate", Caption(run),
        [
            new LinePanel("Loss", Epochs(run.Epochs.Count), new("cross-entropy"),
            [
                Line("training", run, epoch => epoch.TrainLoss, 0),
                Line("validation", run, epoch => epoch.ValidationLoss, 1),
                .. Best("best epoch", run, epoch => epoch.ValidationLoss, 1),
            ]),
            new LinePanel("Accuracy", Epochs(run.Epochs.Count), new("share of images"),
            [
                Line("validation", run, epoch => epoch.ValidationAccuracy, 1),
                .. Best("best epoch", run, epoch => epoch.ValidationAccuracy, 1),
            ]),
            new LinePanel("Learning rate", Epochs(run.Epochs.Count), Axis.OfDecades("step size"), [Line("learning rate", run, epoch => Math.Log10(epoch.LearningRate), 2)]),
        ],
        Columns: 3);

    private static Figure Several(IReadOnlyList<RunEvidence> runs)
    {
        Axis epoch = Epochs(runs.Max(run => run.Manifest.Epochs.Count));
        return new(
            "training", "Loss, accuracy and learning rate", "Points mark the epochs with the lowest validation loss: their weights were tested and exported.",
            [
                new LinePanel("Training loss", epoch, new("cross-entropy"), Lines(epoch => epoch.TrainLoss)),
                new LinePanel("Validation loss", epoch, new("cross-entropy"), [.. Lines(epoch => epoch.ValidationLoss), .. Points(epoch => epoch.ValidationLoss)]),
                new LinePanel("Validation accuracy", epoch, new("share of images"), [.. Lines(epoch => epoch.ValidationAccuracy), .. Points(epoch => epoch.ValidationAccuracy)]),
                new LinePanel("Learning rate", epoch, Axis.OfDecades("step size"), Lines(epoch => Math.Log10(epoch.LearningRate))),
            ],
            Columns: 2);

        Series[] Lines(Func<EpochRecord, double> value) => [.. runs.Select((run, i) => Line(run.Name, run.Manifest, value, i))];

        IEnumerable<Series> Points(Func<EpochRecord, double> value) => runs.SelectMany((run, i) => Best(string.Empty, run.Manifest, value, i));
    }

    private static string Caption(RunManifest run) => run.BestEpoch is int best
        ? $"Epoch {best} has the lowest validation loss, {Quantity.Number(run.Epochs[best - 1].ValidationLoss)}: its weights were tested and exported."
        : "No epoch has a validation loss that is a number.";

    private static Series Line(string label, RunManifest run, Func<EpochRecord, double> value, int color) =>
        new(label, SeriesStyle.Measured, [.. run.Epochs.Select(epoch => (double)epoch.Epoch)], [.. run.Epochs.Select(value)]) { Color = color };

    private static IEnumerable<Series> Best(string label, RunManifest run, Func<EpochRecord, double> value, int color) => run.BestEpoch is int best
        ? [new(label, SeriesStyle.Points, [best], [value(run.Epochs[best - 1])]) { Color = color }]
        : [];

    private static Html Table(RunManifest run) => Html.Of($"""
        <details>
        <summary>Every epoch in numbers</summary>
        <div class="table" tabindex="0" role="region" aria-label="Epochs"><table>
        <thead><tr><th scope="col">Epoch</th><th scope="col">Training loss</th><th scope="col">Validation loss</th><th scope="col">Validation accuracy</th><th scope="col">Learning rate</th><th scope="col">Time</th></tr></thead>
        <tbody>
        {run.Epochs.Select(epoch => Html.Of($"""
            <tr><th scope="row">{epoch.Epoch}{(epoch.Epoch == run.BestEpoch ? " (best)" : string.Empty)}</th><td>{epoch.TrainLoss:F4}</td><td>{epoch.ValidationLoss:F4}</td><td>{Quantity.Percent(epoch.ValidationAccuracy)}</td><td>{Quantity.Number(epoch.LearningRate)}</td><td>{Quantity.Duration(epoch.Seconds)}</td></tr>

            """))}</tbody>
        </table></div>
        </details>

        """);
}
