using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows where a model departs from TorchSharp, in 100 columns.</summary>
internal static class LocalizationTable
{
    private const int MostDepartures = 5;
    private const int MostNodes = 12;

    /// <summary>Prints what was compared, each departure with the values around it, and the verdict.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="console">Where.</param>
    public static void Show(LocalizationReport report, IAnsiConsole console)
    {
        console.WriteLine($"{report.Model}: {report.Values.Count:N0} values on {report.Sample}, every node given TorchSharp's values");
        console.WriteLine($"ONNX Runtime {report.OnnxRuntimeVersion} ({report.Provider}), its optimisation off; "
            + (report.IsExportedFile ? "the file is the one that was exported" : "the file is not the one that was exported (SHA-256 differs)"));
        if (report.Departures.Count > 0)
        {
            console.Write(Around(report));
        }

        foreach (Departure departure in report.Departures.Take(MostDepartures))
        {
            Show(departure, report, console);
        }

        if (report.Departures.Count > MostDepartures)
        {
            console.WriteLine($"... and {report.Departures.Count - MostDepartures:N0} more departures.");
        }

        foreach (LocalizedNode missing in report.Missing.Take(MostNodes))
        {
            console.WriteLine($"not in the model any more: {missing}");
        }

        foreach (ChangedOperator changed in report.Changed.Take(MostNodes))
        {
            console.WriteLine($"exported as {changed.Exported}: {changed.Node}");
        }

        console.MarkupLine(report.Verdict switch
        {
            LocalizationVerdict.NodeDeparts => $"[red]departs:[/] {(report.Departures.Count == 1 ? "one node" : $"{report.Departures.Count:N0} nodes")} of {Markup.Escape(report.Model)}, first {Markup.Escape(Names(report.Departures[0]))}",
            LocalizationVerdict.RoundingBuildsUp => $"[green]every node alone agrees:[/] what differs at the output, {Number(report.Output.Accumulated)}, builds up by rounding",
            _ => "[green]no difference:[/] every node alone agrees, and the outputs are TorchSharp's to the bit",
        });
    }

    private static void Show(Departure departure, LocalizationReport report, IAnsiConsole console)
    {
        ComparedValue value = departure.Value;
        foreach (LocalizedNode node in departure.Nodes.Take(MostNodes))
        {
            console.WriteLine($"{(departure.Nodes.Count == 1 ? "departs" : "one of these departs")}: {node.Name} ({node.Operator})");
            console.WriteLine($"  module  {(node.Origin is not { } origin ? "not known" : origin.ModulePath.Length == 0 ? $"the model itself ({origin.Operation})" : $"{origin.ModulePath} ({origin.Operation})")}");
            console.WriteLine($"  source  {node.Origin?.Source ?? "not known"}");
        }

        if (departure.Nodes.Count > MostNodes)
        {
            console.WriteLine($"  ... or {departure.Nodes.Count - MostNodes:N0} nodes more");
        }

        console.WriteLine($"  there   {departure.Form ?? $"{Number(value.Alone)}, where up to {Number(value.Rounding)} is rounding and the greatest value {Number(value.Magnitude)}"}");
        console.WriteLine($"  before  {(departure.Before is { } before ? $"{Number(before.Accumulated)} ({before.Name})" : "the model's input")}");
        console.WriteLine($"  output  {Number(report.Output.Accumulated)} ({report.Output.Name})");
        foreach (LocalizedNode missing in departure.MissingBefore)
        {
            console.WriteLine($"  lacks   {missing}, which TorchSharp computes before it");
        }
    }

    // The value before each departure, its own, and the output.
    private static Table Around(LocalizationReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("value", "difference alone", "rounding up to", "as it accumulates", "greatest value");
        foreach (TableColumn column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        HashSet<string> departing = [.. report.Departures.Take(MostDepartures).Select(departure => departure.Value.Name)];
        HashSet<string> shown = [.. departing, .. report.Departures.Take(MostDepartures).Select(departure => departure.Before?.Name).OfType<string>(), report.Output.Name];
        foreach (ComparedValue value in report.Values.Where(value => shown.Contains(value.Name)))
        {
            string style = departing.Contains(value.Name) ? "red" : "default";
            table.AddRow([.. ((string[])[value.Name, Number(value.Alone), Number(value.Rounding), Number(value.Accumulated), Number(value.Magnitude)]).Select(text => $"[{style}]{Markup.Escape(text)}[/]")]);
        }

        return table;
    }

    private static string Names(Departure departure) => departure.Nodes.Count == 1 ? $"{departure.Nodes[0].Name}" : $"one of {departure.Nodes.Count:N0} nodes from {departure.Nodes[0].Name} to {departure.Nodes[^1].Name}";

    private static string Number(double number) => double.IsInfinity(number) ? "infinite" : double.IsNaN(number) ? "-" : $"{number:G3}";
}
