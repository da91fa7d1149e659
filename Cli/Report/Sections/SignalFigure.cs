using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>Mean squares layer by layer: of outputs and of gradients, before and after the training.</summary>
internal static class SignalFigure
{
    private const int MostLayers = 40;
    private const string Before = "before the training";
    private const string After = "after the training";

    /// <summary>The figure.</summary>
    /// <param name="runs">Runs that measured.</param>
    public static Figure Of(IReadOnlyList<RunEvidence> runs)
    {
        bool all = runs.All(run => Measured(run).All(record => record.Layers.Count <= MostLayers));
        Axis layers = new(all ? "layer" : "layer with weights");
        return new(
            "signals", "What flows through the network",
            $"The mean square of {(all ? "every layer's output" : "the outputs of the layers with weights")}, from the input on, and of the gradient of the loss with respect to it, on the first batch of the training.",
            runs.Count == 1
                ?
                [
                    Panel("Outputs", layers, [.. Series(runs[0].Start, Before, 0, Output, all), .. Series(runs[0].End, After, 1, Output, all)]),
                    Panel("Gradients", layers, [.. Series(runs[0].Start, Before, 0, Gradient, all), .. Series(runs[0].End, After, 1, Gradient, all)]),
                ]
                :
                [
                    Panel($"Outputs {Before}", layers, [.. runs.SelectMany((run, i) => Series(run.Start, run.Name, i, Output, all))]),
                    Panel($"Gradients {Before}", layers, [.. runs.SelectMany((run, i) => Series(run.Start, run.Name, i, Gradient, all))]),
                    Panel($"Outputs {After}", layers, [.. runs.SelectMany((run, i) => Series(run.End, run.Name, i, Output, all))]),
                    Panel($"Gradients {After}", layers, [.. runs.SelectMany((run, i) => Series(run.End, run.Name, i, Gradient, all))]),
                ],
            Columns: 2);
    }

    private static IEnumerable<SignalRecord> Measured(RunEvidence run) => new[] { run.Start, run.End }.OfType<SignalRecord>();

    private static LinePanel Panel(string title, Axis layers, IReadOnlyList<Series> series) => new(title, layers, Axis.OfDecades("mean square"), series);

    private static SignalStatistics? Output(LayerSignal layer) => layer.Forward;

    private static SignalStatistics? Gradient(LayerSignal layer) => layer.Gradient;

    private static IEnumerable<Series> Series(SignalRecord? record, string label, int color, Func<LayerSignal, SignalStatistics?> statistics, bool all)
    {
        if (record is null)
        {
            return [];
        }

        LayerSignal[] layers = [.. record.Layers.Where(layer => all || layer.Weight is not null)];
        return
        [
            new(label, SeriesStyle.Measured, [.. Enumerable.Range(1, layers.Length).Select(layer => (double)layer)], [.. layers.Select(layer => statistics(layer)?.Log10MeanSquare ?? double.NaN)]) { Color = color },
        ];
    }
}
