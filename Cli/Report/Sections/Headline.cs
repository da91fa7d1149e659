using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>What a reader wants to know in the first five seconds.</summary>
internal static class Headline
{
    /// <summary>The page's title.</summary>
    /// <param name="runs">The runs.</param>
    public static string Title(IReadOnlyList<RunEvidence> runs) => runs.Count == 1
        ? $"{runs[0].Manifest.Model.Name} on {runs[0].Manifest.Dataset.Name}"
        : $"{runs.Count} runs compared";

    /// <summary>The headline.</summary>
    /// <param name="runs">The runs.</param>
    public static Html Of(IReadOnlyList<RunEvidence> runs) => runs.Count == 1 ? One(runs[0]) : Several(runs);

    /// <summary>The verdict, in a word and a colour.</summary>
    /// <param name="run">The run.</param>
    public static Html Verdict(RunEvidence run) => run.Parity switch
    {
        null => Html.Of($"<span class=\"pale\">not verified</span>"),
        { Passed: true } => Html.Of($"<span class=\"good\">✓ passed</span>"),
        _ => Html.Of($"<span class=\"bad\">✗ failed</span>"),
    };

    private static Html One(RunEvidence run)
    {
        RunManifest manifest = run.Manifest;
        return Html.Of($"""
            <p class="kicker">OnnxInit report</p>
            <h1>{Title([run])}</h1>
            <p class="lead">{Lead(manifest)}</p>
            <dl class="tiles">
            {Tile("Test accuracy", Html.Of($"{Accuracy(run) ?? Quantity.None}"), manifest.TestAccuracy is null ? "the training is not finished" : $"of {Quantity.Count(manifest.Dataset.TestImages)} test images")}
            {Tile("Parity with TorchSharp", Verdict(run), ParityNote(run))}
            {Tile("Size", Html.Of($"{(run.Model is null ? Quantity.None : Quantity.Bytes(run.Model.Bytes))}"), $"{Quantity.Count(manifest.Parameters)} trainable parameters")}
            {Tile("Training", Html.Of($"{Quantity.Duration(Seconds(run))}"), TrainingNote(manifest))}
            </dl>

            """);
    }

    private static Html Several(IReadOnlyList<RunEvidence> runs) => Html.Of($"""
        <p class="kicker">OnnxInit report</p>
        <h1>{Title(runs)}</h1>
        {RunTable.Of("Runs", runs,
        [
            RunRow.Text("Network", run => run.Manifest.Model.Name),
            RunRow.Text("Data set", run => run.Manifest.Dataset.Name),
            RunRow.Text("Initialisation", run => run.Manifest.Configuration.Initialization),
            RunRow.Number("Test accuracy", Accuracy),
            new("Parity with TorchSharp", run => Verdict(run)),
            RunRow.Number("Trainable parameters", run => Quantity.Count(run.Manifest.Parameters)),
            RunRow.Number("Model file", run => run.Model is null ? null : Quantity.Bytes(run.Model.Bytes)),
            RunRow.Number("Training time", run => Quantity.Duration(Seconds(run))),
        ])}
        """);

    private static string Lead(RunManifest run) =>
        $"{run.Configuration.Initialization}, {Epochs(run.Configuration.Epochs)} in batches of {run.Configuration.BatchSize}, learning rate {Quantity.Number(run.Configuration.LearningRate)}, seed {run.Seed}";

    private static string? Accuracy(RunEvidence run) => run.Manifest.TestAccuracy is double accuracy ? Quantity.Percent(accuracy) : null;

    private static double Seconds(RunEvidence run) => run.Manifest.Epochs.Sum(epoch => epoch.Seconds);

    private static string ParityNote(RunEvidence run) => run.Parity is ParityReport parity
        ? $"same prediction for {Quantity.Count(parity.Agreements)} of {Quantity.Count(parity.Images)} images"
        : run.Model is null ? "there is no model.onnx" : "there is no verdict on model.onnx";

    private static string TrainingNote(RunManifest run) => run.Epochs.Count < run.Configuration.Epochs
        ? $"for {run.Epochs.Count} of {Epochs(run.Configuration.Epochs)}"
        : $"for {Epochs(run.Epochs.Count)}{(run.BestEpoch is int best ? $", the best was number {best}" : string.Empty)}";

    private static string Epochs(int count) => count == 1 ? "1 epoch" : $"{count} epochs";

    private static Html Tile(string name, Html value, string note) => Html.Of($"<div><dt>{name}</dt><dd><strong>{value}</strong> {note}</dd></div>");
}
