using OnnxInit.Cli.Commands;
using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows what <c>doctor</c> found.</summary>
internal static class DoctorTables
{
    private const int RowsOfSelection = 24;

    /// <summary>Prints the layers, the findings, the advice and the verdict.</summary>
    /// <param name="model">The network's name.</param>
    /// <param name="examination">What was found.</param>
    /// <param name="everyLayer">Whether to list all layers, however many.</param>
    /// <param name="console">Where to.</param>
    public static void Show(string model, Examination examination, bool everyLayer, IAnsiConsole console)
    {
        DoctorReport report = examination.Report;
        Diagnosis diagnosis = report.Diagnosis;
        console.WriteLine($"{model}, {examination.Initialization}: loss {report.Loss:G5} on the first batch");
        Layers(report.Signals.Layers, everyLayer, console);
        foreach (string finding in diagnosis.Findings)
        {
            console.WriteLine(finding);
        }

        if (report.Jacobian is SingularValues jacobian)
        {
            console.WriteLine(
                $"Jacobian at {jacobian.Inputs} images: {jacobian.PerInput} singular values each, from {jacobian.Min:G3} to {jacobian.Max:G3}, mean {jacobian.Mean:G3}, condition {jacobian.Condition:G3}.");
        }

        console.MarkupLine(diagnosis.Healthy
            ? "[green]healthy:[/] what goes in comes out, and gradients come back"
            : "[red]not healthy:[/] " + Markup.Escape(diagnosis.Advice.Count == 0 ? "see above" : string.Join(" ", diagnosis.Advice)));
    }

    private static void Layers(IReadOnlyList<LayerSignal> layers, bool every, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("layer", "type", "mean square", "mean", "zeros", "dead", "gradient's mean square", "weights' std");
        foreach (TableColumn column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        int last = -1;
        foreach (int i in every ? Enumerable.Range(0, layers.Count) : Selection(layers.Count))
        {
            if (i > last + 1)
            {
                table.AddRow(["...", .. Enumerable.Repeat(string.Empty, table.Columns.Count - 1)]);
            }

            last = i;
            LayerSignal layer = layers[i];
            table.AddRow(
                Markup.Escape(layer.Name), Markup.Escape(layer.Type), Power(layer.Forward), $"{layer.Forward.Mean:G3}", $"{100 * layer.Forward.Zeros:F1} %",
                layer.Forward.DeadUnits is int dead ? $"{dead} of {layer.Forward.Units}" : string.Empty,
                layer.Gradient is null ? string.Empty : Power(layer.Gradient),
                layer.Weight is null ? string.Empty : $"{Math.Sqrt(layer.Weight.Values.Variance):G3}");
        }

        console.Write(table);
    }

    /// <summary>All of a few layers; of many the first, the last, and some between at equal distances.</summary>
    private static IEnumerable<int> Selection(int count) => count <= RowsOfSelection
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, RowsOfSelection).Select(row => (int)Math.Round(row * (count - 1) / (RowsOfSelection - 1.0)));

    private static string Power(SignalStatistics statistics) => statistics.NonFinite > 0
        ? $"{statistics.NonFinite:N0} not finite"
        : double.IsNegativeInfinity(statistics.Log10MeanSquare) ? "0" : $"10^{statistics.Log10MeanSquare:F2}";
}
