using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Diagnostics;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>What flowed through the network before the training and after it, and whether that was healthy.</summary>
internal static class SignalSection
{
    private const int MostRows = 40;

    public static Html Of(IReadOnlyList<RunEvidence> runs)
    {
        RunEvidence[] measured = [.. runs.Where(run => (run.Start ?? run.End) is not null)];
        return Html.Of($"""
            {runs.Select(Missing)}
            {(measured.Length == 0 ? Html.Empty : Html.Of($"{FigureElement.Of(SignalFigure.Of(measured), titled: false)}{PerRun.Of(measured, One)}"))}
            """);
    }

    private static Html Missing(RunEvidence run) => Html.Of($"""
        {(run.Start is null ? Html.Of($"<p class=\"missing\">{run.Name}: nothing was measured before the first step, as in runs of older versions. A new training measures it: <code>onnxinit train</code>.</p>\n") : Html.Empty)}
        {(run.End is null ? PerRun.Missing($"{run.Name}: nothing was measured after the last step.", run.Command("train --resume")) : Html.Empty)}
        """);

    private static Html One(RunEvidence run, int level) => Html.Of($"""
        <div class="pair">
        {Diagnosed("Before the training", run.Start, level)}
        {Diagnosed("After the training", run.End, level)}
        </div>
        {Layers(run)}
        """);

    private static Html Diagnosed(string when, SignalRecord? signals, int level)
    {
        if (signals is null)
        {
            return Html.Empty;
        }

        Diagnosis diagnosis = NetworkDiagnosis.Of(signals);
        string[] advice = diagnosis.Healthy ? [] : [.. diagnosis.Advice];
        LayerSignal[] dying = [.. signals.Layers.Where(layer => layer.Forward.DeadUnits > 0)];
        return Html.Of($"""
            <div class="verdict{(diagnosis.Healthy ? string.Empty : " failed")}">
            {PerRun.Heading(level, when)}
            <p>{(diagnosis.Healthy ? Html.Of($"<span class=\"good\">Healthy</span>: what goes in comes out, and gradients come back.") : Html.Of($"<span class=\"bad\">Not healthy.</span>"))} {(dying.Length == 0 ? "No unit is dead: 0 for every image of the batch." : $"{Quantity.Count(dying.Sum(layer => (long)layer.Forward.DeadUnits!))} units in {Quantity.Count(dying.Length)} of {Quantity.Count(signals.Layers.Count)} layers are dead: 0 for every image of the batch.")}</p>
            <ul>
            {diagnosis.Findings.Concat(advice).Select(sentence => Html.Of($"<li>{sentence}</li>\n"))}</ul>
            </div>
            """);
    }

    private static Html Layers(RunEvidence run)
    {
        LayerSignal[] start = [.. (run.Start ?? run.End)!.Layers];
        Dictionary<string, LayerSignal> end = run.End?.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal) ?? [];
        int[] rows = start.Length <= MostRows ? [.. Enumerable.Range(0, start.Length)] : [.. Enumerable.Range(0, MostRows).Select(row => (int)Math.Round(row * (start.Length - 1) / (MostRows - 1.0)))];
        return Html.Of($"""
            <details>
            <summary>{(rows.Length == start.Length ? "Every layer" : $"{rows.Length} of {Quantity.Count(start.Length)} layers")} in numbers</summary>
            <div class="table" tabindex="0" role="region" aria-label="Layers"><table>
            <thead><tr><th scope="col" rowspan="2">Layer</th><th scope="colgroup" colspan="2">Mean square of the output</th><th scope="colgroup" colspan="2">Mean square of its gradient</th><th scope="colgroup" colspan="2">Dead units</th></tr>
            <tr>{Enumerable.Range(0, 3).Select(_ => Html.Of($"<th scope=\"col\">before</th><th scope=\"col\">after</th>"))}</tr></thead>
            <tbody>
            {rows.Select(row => Row(row + 1, run.Start is null ? null : start[row], end.GetValueOrDefault(start[row].Name), start[row]))}</tbody>
            </table></div>
            </details>

            """);
    }

    private static Html Row(int number, LayerSignal? before, LayerSignal? after, LayerSignal layer) => Html.Of($"""
        <tr><th scope="row">{number} {layer.Name} <small>{layer.Type}</small></th>{Cell(Power(before?.Forward))}{Cell(Power(after?.Forward))}{Cell(Power(before?.Gradient))}{Cell(Power(after?.Gradient))}{Cell(Dead(before))}{Cell(Dead(after))}</tr>

        """);

    private static Html Cell(string? text) => Html.Of($"<td>{text ?? Quantity.None}</td>");

    private static string? Power(SignalStatistics? signal) => signal is null ? null
        : signal.NonFinite > 0 ? $"{Quantity.Count(signal.NonFinite)} not finite"
        : Quantity.FromLog10(signal.Log10MeanSquare);

    private static string? Dead(LayerSignal? layer) => layer?.Forward.DeadUnits is int dead ? $"{dead} of {layer.Forward.Units}" : null;
}
