using System.Globalization;
using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>The confusion matrix, row by row in percent, so that classes of any size compare.</summary>
internal static class ConfusionFigure
{
    public static Figure Of(RunEvidence run)
    {
        ClassificationReport answers = run.Classification!;
        double[][] shares = [.. answers.Confusion.Select((row, label) => Shares(row, run.Answers!.Labels.Count(own => own == label)))];
        return new(
            "confusion", $"Confusion of {run.Name}",
            "Of the images of the class at the left, how many in a hundred are put into the class below. The diagonal is right.",
            [
                new HeatMapPanel(string.Empty, run.ClassNames, run.ClassNames, shares, "% of the true class")
                {
                    Min = 0,
                    Max = 100,
                    Texts = [.. shares.Select(row => (IReadOnlyList<string>)[.. row.Select(share => share >= 0.5 ? share.ToString("F0", CultureInfo.InvariantCulture) : string.Empty)])],
                },
            ]);
    }

    private static double[] Shares(IReadOnlyList<int> row, int images) => [.. row.Select(count => images == 0 ? double.NaN : 100.0 * count / images)];
}
