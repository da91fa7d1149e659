using OnnxInit.Cli.Commands;
using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows what <c>doctor</c> found.</summary>
internal static class DoctorTables
{
    private const int MostRows = 24;

    /// <summary>Prints the layers, the findings, the advice and the verdict.</summary>
    /// <param name="model">The network's name.</param>
    /// <param name="examination">What was found.</param>
    /// <param name="everyLayer">Whether to list all layers, however many.</param>
    /// <param name="session">Where to.</param>
    public static void Show(string model, Examination examination, bool everyLayer, Session session)
    {
        DoctorReport report = examination.Report;
        Diagnosis diagnosis = report.Diagnosis;
        session.Say($"{model}, {examination.Initialization}: loss {report.Loss:G5} on the first batch");
        Layers(report.Signals.Layers, everyLayer, session);
        foreach (string finding in diagnosis.Findings)
        {
            session.Say(finding);
        }

        if (report.Jacobian is SingularValues jacobian)
        {
            session.Say(
                $"Jacobian at {jacobian.Inputs} images: {jacobian.PerInput} singular values each, from {jacobian.Min:G3} to {jacobian.Max:G3}, mean {jacobian.Mean:G3}, condition {jacobian.Condition:G3}.");
        }

        session.Say(diagnosis.Healthy
            ? "healthy: what goes in comes out, and gradients come back"
            : $"not healthy: {(diagnosis.Advice.Count == 0 ? "see above" : string.Join(" ", diagnosis.Advice))}");
    }

    private static void Layers(IReadOnlyList<LayerSignal> layers, bool every, Session session)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("layer", "type", "mean square", "mean", "zeros", "dead", "gradient's mean square", "weights' std");
        foreach (TableColumn column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        Block[] blocks = every || layers.Count <= MostRows ? [.. layers.Select(layer => new Block(layer, layer))] : [.. Blocks(layers)];
        Block[] rows = every || blocks.Length <= MostRows ? blocks : [.. Selection(blocks.Length).Select(i => blocks[i])];
        foreach ((LayerSignal first, LayerSignal last) in rows)
        {
            bool one = ReferenceEquals(first, last);
            table.AddRow(
                Markup.Escape(one ? first.Name : $"{first.Name} ... {last.Name}"), Markup.Escape(one ? first.Type : $"{first.Type} ... {last.Type}"),
                Power(first.Forward), $"{first.Forward.Mean:G3}", $"{100 * last.Forward.Zeros:F1} %",
                last.Forward.DeadUnits is int dead ? $"{dead} of {last.Forward.Units}" : string.Empty,
                first.Gradient is null ? string.Empty : Power(first.Gradient),
                first.Weight is null ? string.Empty : $"{Math.Sqrt(first.Weight.Values.Variance):G3}");
        }

        session.Console.Write(table);
        if (blocks.Length < layers.Count)
        {
            session.Say($"A row is a layer with weights, and the zeros of what stands behind it{(rows.Length < blocks.Length ? $"; {rows.Length} of {blocks.Length:N0} are shown" : string.Empty)}. --layers lists each of the {layers.Count:N0} layers.");
        }
    }

    /// <summary>From each layer with weights to the one before the next.</summary>
    private static IEnumerable<Block> Blocks(IReadOnlyList<LayerSignal> layers)
    {
        int[] starts = [.. Enumerable.Range(0, layers.Count).Where(i => i == 0 || layers[i].Weight is not null)];
        return starts.Zip([.. starts.Skip(1), layers.Count], (start, end) => new Block(layers[start], layers[end - 1]));
    }

    /// <summary>The first, the last, and some between at equal distances.</summary>
    private static IEnumerable<int> Selection(int count) => Enumerable.Range(0, MostRows).Select(row => (int)Math.Round(row * (count - 1) / (MostRows - 1.0)));

    private static string Power(SignalStatistics statistics) => statistics.NonFinite > 0
        ? $"{statistics.NonFinite:N0} not finite"
        : double.IsNegativeInfinity(statistics.Log10MeanSquare) ? "0" : $"10^{statistics.Log10MeanSquare:F2}";

    /// <summary>Layers of one row.</summary>
    private sealed record Block(LayerSignal First, LayerSignal Last);
}
