using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows verdicts.</summary>
internal static class ParityTable
{
    private const int MostDisagreements = 20;

    /// <summary>Every number by name, and how it is written.</summary>
    private static readonly (string Name, Func<ParityReport, string> Value)[] Rows =
    [
        ("images", report => $"{report.Images:N0}"),
        ("accuracy of TorchSharp", report => Percent(report.TorchSharpAccuracy)),
        ("accuracy of ONNX Runtime", report => Percent(report.OnnxRuntimeAccuracy)),
        ("true class among the first 5", report => Percent(report.OnnxRuntimeClassification.Top5Accuracy)),
        ("expected calibration error", report => Percent(report.OnnxRuntimeClassification.ExpectedCalibrationError)),
        ("same prediction", report => $"{report.Agreements:N0} of {report.Images:N0}"),
        ("tolerance", report => $"{report.Tolerance:G2}"),
        ("max absolute difference", report => $"{report.MaxAbsoluteDifference:G3}"),
        ("mean absolute difference", report => $"{report.MeanAbsoluteDifference:G3}"),
        ("99th percentile", report => $"{report.Percentile99AbsoluteDifference:G3}"),
        ("max relative difference", report => $"{report.MaxRelativeDifference:G3}"),
        ("max ULP", report => $"{report.MaxUlp:N0}"),
        ("cosine similarity", report => $"{report.CosineSimilarity:F12}"),
        ("signal to noise", report => report.SignalToNoiseDecibels is double decibels ? $"{decibels:F1} dB" : "identical, or not finite"),
        ("logits that are not finite", report => $"{report.NonFinite:N0}"),
        ("a batch takes: 50 / 90 / 99 %", report => $"{report.BatchLatency.P50:F2} / {report.BatchLatency.P90:F2} / {report.BatchLatency.P99:F2} ms"),
        ("speed, normalisation included", report => $"{report.ImagesPerSecond:N0} images/s"),
    ];

    /// <summary>Prints the numbers, a column for every report.</summary>
    /// <param name="reports">The verdicts.</param>
    /// <param name="console">Where.</param>
    public static void ShowNumbers(IReadOnlyList<ParityReport> reports, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn(string.Empty);
        foreach (ParityReport report in reports)
        {
            table.AddColumn(new TableColumn(Markup.Escape($"{Name(report)}\nbatches of {report.BatchSize}, {(report.Threads == 0 ? "a thread per core" : $"{report.Threads} thread{(report.Threads == 1 ? string.Empty : "s")}")}")).RightAligned());
        }

        foreach ((string name, Func<ParityReport, string> value) in Rows)
        {
            table.AddRow([name, .. reports.Select(report => Markup.Escape(value(report)))]);
        }

        console.Write(table);
        console.WriteLine($"ONNX Runtime {reports[0].OnnxRuntimeVersion}, optimisation {reports[0].Optimization}");
    }

    /// <summary>Prints every disagreement, and the verdict.</summary>
    /// <param name="report">The verdict.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="console">Where.</param>
    /// <param name="named">Whether to say which model it is on: it is one of several.</param>
    public static void ShowVerdict(ParityReport report, IReadOnlyList<string> classNames, IAnsiConsole console, bool named = false)
    {
        foreach (ParityDisagreement other in report.Disagreements.Take(MostDisagreements))
        {
            console.WriteLine($"image {other.Image}, {classNames[other.Label]}: TorchSharp says {Class(other.TorchSharp)}, ONNX Runtime {Class(other.OnnxRuntime)}; margin {other.Margin:G3}");
        }

        if (report.Disagreements.Count > MostDisagreements)
        {
            console.WriteLine($"... and {report.Disagreements.Count - MostDisagreements:N0} more; the report as JSON has all of them.");
        }

        string name = named ? Markup.Escape($"{Name(report)}: ") : string.Empty;
        console.MarkupLine(report.Passed ? $"{name}[green]passed:[/] the exported model is the trained one" : $"{name}[red]failed:[/] the exported model is not the trained one");

        string Class(int label) => label < 0 ? "nothing (NaN)" : classNames[label];
    }

    private static string Name(ParityReport report) => $"{report.Model} on {report.Provider}";

    private static string Percent(double share) => $"{100 * share:F2} %";
}
