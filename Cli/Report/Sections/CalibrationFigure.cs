using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>The reliability diagram (Guo et al. 2017, arXiv 1706.04599), and how many images stand behind each of its bars.</summary>
internal static class CalibrationFigure
{
    public static Figure Of(RunEvidence run)
    {
        ClassificationReport answers = run.Classification!;
        IReadOnlyList<CalibrationBin> bins = answers.Calibration;
        double[] edges = [.. Enumerable.Range(0, bins.Count + 1).Select(edge => (double)edge / bins.Count)];
        Axis confidence = new("probability of the answer", 0, 1);
        double tilt = bins.Sum(bin => bin.Images * (bin.Confidence - bin.Accuracy)) / Math.Max(1, answers.Images);
        return new(
            "calibration", $"Calibration of {run.Name}",
            $"How often answers of a probability are right; on the dashed line, as often as they say. On the whole the network is {(tilt > 0 ? "surer than it is right" : "less sure than it is right")}, by {Quantity.Number(100 * Math.Abs(tilt))} points.",
            [
                new LinePanel("Reliability", confidence, new("share that is right", 0, 1),
                [
                    new("measured", SeriesStyle.Bars, edges, [.. bins.Select(bin => bin.Images == 0 ? double.NaN : bin.Accuracy)]) { Color = 0 },
                    new("perfectly calibrated", SeriesStyle.Theory, [0, 1], [0, 1]) { Color = 6 },
                ]),
                new LinePanel("Images", confidence, new("images"), [new(string.Empty, SeriesStyle.Bars, edges, [.. bins.Select(bin => (double)bin.Images)]) { Color = 0 }]),
            ],
            Columns: 2);
    }
}
