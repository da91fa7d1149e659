using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows a verdict.</summary>
internal static class ParityTable
{
    private const int MostDisagreements = 20;

    /// <summary>Prints the numbers, every disagreement, and the verdict.</summary>
    /// <param name="report">The verdict.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="console">Where.</param>
    public static void Show(ParityReport report, IReadOnlyList<string> classNames, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "value");
        table.Columns[1].RightAligned();
        Row("images", $"{report.Images:N0}");
        Row("accuracy of TorchSharp", $"{100 * report.TorchSharpAccuracy:F2} %");
        Row($"accuracy of ONNX Runtime {report.OnnxRuntimeVersion} ({report.Provider})", $"{100 * report.OnnxRuntimeAccuracy:F2} %");
        Row("same prediction", $"{report.Agreements:N0} of {report.Images:N0}");
        Row($"max absolute difference (tolerance {report.Tolerance:G2})", $"{report.MaxAbsoluteDifference:G3}");
        Row("mean absolute difference", $"{report.MeanAbsoluteDifference:G3}");
        Row("99th percentile", $"{report.Percentile99AbsoluteDifference:G3}");
        Row("max relative difference", $"{report.MaxRelativeDifference:G3}");
        Row("max ULP", $"{report.MaxUlp:N0}");
        Row("cosine similarity", $"{report.CosineSimilarity:F12}");
        Row("signal to noise", report.SignalToNoiseDecibels is double decibels ? $"{decibels:F1} dB" : "identical, or not finite");
        if (report.NonFinite > 0)
        {
            Row("logits that are not finite", $"{report.NonFinite:N0}");
        }

        Row("speed, normalisation included", $"{report.ImagesPerSecond:N0} images/s");
        console.Write(table);
        foreach (ParityDisagreement other in report.Disagreements.Take(MostDisagreements))
        {
            console.WriteLine($"image {other.Image}, {classNames[other.Label]}: TorchSharp says {Name(other.TorchSharp)}, ONNX Runtime {Name(other.OnnxRuntime)}; margin {other.Margin:G3}");
        }

        if (report.Disagreements.Count > MostDisagreements)
        {
            console.WriteLine($"... and {report.Disagreements.Count - MostDisagreements:N0} more; parity.json has all of them.");
        }

        console.MarkupLine(report.Passed ? "[green]passed:[/] the exported model is the trained one" : "[red]failed:[/] the exported model is not the trained one");

        string Name(int label) => label < 0 ? "nothing (NaN)" : classNames[label];

        void Row(string what, string value) => table.AddRow(Markup.Escape(what), Markup.Escape(value));
    }
}
