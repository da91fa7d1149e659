using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows what making a model smaller did to it.</summary>
internal static class QuantizationTables
{
    private const int MostLayers = 20;

    /// <summary>Prints both models side by side, then the layers, the worst first.</summary>
    /// <param name="report">The report.</param>
    /// <param name="console">Where.</param>
    public static void Show(QuantizationReport report, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("", "float32", report.Target);
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        Row("file", report.FloatModel, report.Model);
        Row("bytes", $"{report.FloatBytes:N0}", $"{report.Bytes:N0}");
        Row("share", "", $"{100 * report.Share:F1} %");
        if (report.Verification is { } both)
        {
            Row($"accuracy on {both.Images:N0} test images", $"{100 * both.FloatAccuracy:F2} %", $"{100 * both.Accuracy:F2} %");
            Row("same prediction", "", $"{both.Agreements:N0} of {both.Images:N0}");
            Row("signal to noise of the logits", "", Decibels(both.SignalToNoiseDecibels));
            Row("max absolute difference of two logits", "", $"{both.MaxAbsoluteDifference:G3}");
            if (both.SpeedRatio is double ratio)
            {
                Row($"images/s, ONNX Runtime {both.OnnxRuntimeVersion} ({both.Provider}), {both.BatchSize} at a time", $"{both.FloatImagesPerSecond:N0}", $"{both.ImagesPerSecond:N0}");
                Row("times as fast", "", $"{ratio:F2}");
            }

            if (both.NonFinite > 0)
            {
                Row("logits of both that are not finite", "", $"{both.NonFinite:N0}");
            }
        }

        if (report.Calibration is null)
        {
            Row("numbers that become 0: weights, activations", "", $"{report.UnderflowingWeights:N0}, {report.UnderflowingActivations:N0}");
        }

        Row("BatchNorm layers folded", "", $"{report.FoldedBatchNorms}");
        console.Write(table);
        if (report.Verification is { } verification)
        {
            ShowLayers(verification, console);
        }

        foreach (string layer in report.LayersInFloat)
        {
            console.WriteLine($"in float32: {layer}");
        }

        void Row(params ReadOnlySpan<string> cells) => table.AddRow([.. cells.ToArray().Select(Markup.Escape)]);
    }

    private static void ShowLayers(QuantizationVerification verification, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("value", "operator", "module", "signal to noise");
        table.Columns[3].RightAligned();
        foreach (LayerNoise layer in verification.Layers.OrderBy(layer => layer.SignalToNoiseDecibels ?? double.PositiveInfinity).Take(MostLayers))
        {
            table.AddRow(Markup.Escape(layer.Value), Markup.Escape(layer.Operator), Markup.Escape(layer.Place), Decibels(layer.SignalToNoiseDecibels));
        }

        console.Write(table);
        if (verification.Layers.Count > MostLayers)
        {
            console.WriteLine($"... and {verification.Layers.Count - MostLayers:N0} more, all above these; the report beside the model has them.");
        }
    }

    private static string Decibels(double? decibels) => decibels is double number ? $"{number:F1} dB" : "identical";
}
