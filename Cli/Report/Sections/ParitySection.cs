using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>Whether the exported model is the trained one, and every number behind the verdict.</summary>
internal static class ParitySection
{
    private const int MostDisagreements = 20;

    public static Html Of(IReadOnlyList<RunEvidence> runs)
    {
        RunEvidence[] verified = [.. runs.Where(run => run.Parity is not null)];
        return Html.Of($"""
            {runs.Except(verified).Select(Missing)}
            {(verified.Length == 0 ? Html.Empty : Verified(verified))}
            """);
    }

    private static Html Missing(RunEvidence run) => run.Model is null
        ? PerRun.Missing($"{run.Name}: there is no model.onnx to verify.", $"{run.Command("export")} && {run.Command("verify")}")
        : PerRun.Missing($"{run.Name}: there is no verdict on model.onnx.", run.Command("verify"));

    private static Html Verified(RunEvidence[] runs) => Html.Of($"""
        {PerRun.Of(runs, (run, _) => Verdict(run))}
        {FigureElement.Of(Histogram(runs), titled: false)}
        {RunTable.Of("Parity", runs, Rows)}
        {runs.Where(run => run.Parity!.Disagreements.Count > 0).Select(Disagreements)}
        """);

    private static Html Verdict(RunEvidence run)
    {
        ParityReport parity = run.Parity!;
        string difference = $"No logit differs by more than {Quantity.Number(parity.MaxAbsoluteDifference)} (tolerance {Quantity.Number(parity.Tolerance)}), and {Quantity.Count(parity.Agreements)} of {Quantity.Count(parity.Images)} images are put into the same class.";
        return Html.Of($"""
            <p class="verdict{(parity.Passed ? string.Empty : " failed")}">{Headline.Verdict(run)} – the exported model {(parity.Passed ? "is" : "is not")} the trained one. {difference}</p>

            """);
    }

    private static Figure Histogram(RunEvidence[] runs) => new(
        "differences", "Differences of logits",
        $"How many logits of the exported model differ by how much from TorchSharp's. {string.Join(' ', runs.Select(run => $"{(runs.Length == 1 ? string.Empty : $"{run.Name}: ")}{Quantity.Count(run.Parity!.Differences.Equal)} are exactly equal, and in no bar."))}",
        [
            .. runs.Select(run => new LinePanel(
                runs.Length == 1 ? string.Empty : run.Name, Axis.OfDecades("absolute difference of a logit"), new("logits"),
                [
                    new("logits", SeriesStyle.Bars, Edges(run.Parity!.Differences), [.. run.Parity!.Differences.Counts.Select(count => (double)count)]) { Color = 0 },
                    new("tolerance", SeriesStyle.Theory, [Math.Log10(run.Parity!.Tolerance), Math.Log10(run.Parity!.Tolerance)], [0, run.Parity!.Differences.Counts.DefaultIfEmpty(1).Max()]) { Color = 1 },
                ])),
        ],
        Columns: Math.Min(2, runs.Length));

    private static double[] Edges(DifferenceHistogram differences) => [.. Enumerable.Range(0, differences.Counts.Count + 1).Select(bin => differences.Log10Lower + ((double)bin / DifferenceHistogram.BinsPerDecade))];

    private static RunRow[] Rows { get; } =
    [
        Row("Images", parity => Quantity.Count(parity.Images), "test images that both sides were given"),
        Row("Same prediction", parity => Quantity.Count(parity.Agreements), "images that both sides put into the same class"),
        Row("Accuracy of TorchSharp", parity => Quantity.Percent(parity.TorchSharpAccuracy)),
        Row("Accuracy of ONNX Runtime", parity => Quantity.Percent(parity.OnnxRuntimeAccuracy)),
        Row("Largest absolute difference", parity => Quantity.Number(parity.MaxAbsoluteDifference), "of any logit; this decides the verdict"),
        Row("Tolerance", parity => Quantity.Number(parity.Tolerance), "the largest absolute difference that passes"),
        Row("Mean absolute difference", parity => Quantity.Number(parity.MeanAbsoluteDifference), "over all images and classes"),
        Row("99th percentile", parity => Quantity.Number(parity.Percentile99AbsoluteDifference), "99 of 100 logits differ by no more"),
        Row("Largest relative difference", parity => Quantity.Number(parity.MaxRelativeDifference), "a difference by the size of its logit; large where the logit is close to 0"),
        Row("Largest distance in ULP", parity => Quantity.Count(parity.MaxUlp), "float32 numbers between the two; large where the logit is close to 0"),
        Row("Cosine similarity", parity => parity.CosineSimilarity.ToString("F12", System.Globalization.CultureInfo.InvariantCulture), "1: the logits point in the same direction"),
        Row("Signal to noise", parity => parity.SignalToNoiseDecibels is double decibels ? $"{Quantity.Number(decibels)} dB" : "identical, or not finite", "the power of the logits over that of the differences; the higher the closer"),
        Row("Not finite", parity => Quantity.Count(parity.NonFinite), "logits of either side that are infinite or not a number"),
        Row("Images per second", parity => Quantity.Count((long)parity.ImagesPerSecond), "in ONNX Runtime, normalisation included"),
        Row("Time of a batch, median", parity => Milliseconds(parity.BatchLatency.P50), "half of the batches take no longer"),
        Row("Time of a batch, 90th percentile", parity => Milliseconds(parity.BatchLatency.P90)),
        Row("Time of a batch, 99th percentile", parity => Milliseconds(parity.BatchLatency.P99)),
        Row("Batch", parity => $"{parity.BatchSize} images"),
        RunRow.Text("Computed by", run => $"ONNX Runtime {run.Parity!.OnnxRuntimeVersion} on {run.Parity.Provider}, {(run.Parity.Threads == 0 ? "a thread per core" : $"{run.Parity.Threads} threads")}, graph optimisation {run.Parity.Optimization}"),
    ];

    private static RunRow Row(string name, Func<ParityReport, string> value, string explanation = "") => RunRow.Number(name, run => value(run.Parity!), explanation);

    private static string Milliseconds(double milliseconds) => $"{Quantity.Number(milliseconds)} ms";

    private static Html Disagreements(RunEvidence run)
    {
        IReadOnlyList<ParityDisagreement> all = run.Parity!.Disagreements;
        return Html.Of($"""
            <h3>Where the two sides of {run.Name} disagree</h3>
            <ul>
            {all.Take(MostDisagreements).Select(other => Html.Of($"<li>Image {other.Image}, {Name(other.Label)}: TorchSharp says {Name(other.TorchSharp)}, ONNX Runtime {Name(other.OnnxRuntime)}; margin {Quantity.Number(other.Margin)}.</li>\n"))}</ul>
            {(all.Count <= MostDisagreements ? Html.Empty : Html.Of($"<p>And {Quantity.Count(all.Count - MostDisagreements)} more; parity.json has all of them.</p>"))}

            """);

        string Name(int label) => label < 0 ? "nothing (not a number)" : run.ClassNames[label];
    }
}
