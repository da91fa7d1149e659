using System.Globalization;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>What was done, on what, with what: enough to do it again.</summary>
internal static class ProvenanceSection
{
    public static Html Of(IReadOnlyList<RunEvidence> runs) => Html.Of($"""
        {(runs.Count == 1 ? Html.Empty : Html.Of($"<p>Rows in which the runs differ are marked.</p>"))}
        <h3>Circumstances</h3>
        {RunTable.Of("Circumstances", runs, Circumstances, marksDifferences: true)}
        <h3>Configuration</h3>
        {RunTable.Of("Configuration", runs, Configuration, marksDifferences: true)}
        """);

    private static RunRow[] Circumstances { get; } =
    [
        Row("Begun", run => run.Created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        Row("OnnxInit", run => run.Versions.OnnxInit, "with the source revision"),
        Row("TorchSharp", run => run.Versions.TorchSharp),
        RunRow.Text("ONNX Runtime", run => run.Parity?.OnnxRuntimeVersion),
        Row(".NET", run => run.Versions.Runtime),
        Row("Operating system", run => run.Versions.OperatingSystem),
        Row("Device", run => run.Device),
        Row("Threads", run => $"{run.Threads}"),
        Row("Images", run => $"{run.Dataset.Name} from {run.Dataset.Source}"),
        Row("Number of images", run => $"{Quantity.Count(run.Dataset.TrainImages)} to train, {Quantity.Count(run.Dataset.ValidationImages)} to validate, {Quantity.Count(run.Dataset.TestImages)} to test"),
        Row("Digest of the images", run => run.Dataset.Digest, "SHA-256 of labels and pixels"),
        RunRow.Text("Digest of the model", run => run.Model?.Digest, "SHA-256 of model.onnx"),
    ];

    private static RunRow[] Configuration { get; } =
    [
        Row("Network", run => run.Model.Name),
        Option("Seed", run => $"{run.Seed}"),
        Option("Initialisation", run => run.Initialization),
        Option("Epochs", run => $"{run.Epochs}"),
        Option("Limit of steps", run => run.MaxSteps is long steps ? Quantity.Count(steps) : "none"),
        Option("Batch size", run => $"{run.BatchSize}"),
        Option("Learning rate", run => Quantity.Number(run.LearningRate)),
        Option("Momentum", run => Quantity.Number(run.Momentum)),
        Option("Plateau", run => $"times {Quantity.Number(run.Plateau.Factor)} after {run.Plateau.Patience} epochs without a loss below {Quantity.Number(1 - run.Plateau.Threshold)} of the best"),
        Option("Held out to validate", run => Quantity.Percent(run.ValidationFraction)),
        Option("Clipping by value", run => run.ClipValue is double value ? Quantity.Number(value) : "none"),
        Option("Clipping by norm", run => run.ClipNorm is double norm ? Quantity.Number(norm) : "none"),
    ];

    private static RunRow Row(string name, Func<RunManifest, string> value, string explanation = "") => RunRow.Text(name, run => value(run.Manifest), explanation);

    private static RunRow Option(string name, Func<TrainingConfiguration, string> value) => Row(name, run => value(run.Configuration));
}
