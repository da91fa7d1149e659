using OnnxInit.Contracts.Data;
using OnnxInit.Training.Studies;

namespace OnnxInit.Tests.Training.Studies;

/// <summary>Runs studies on 2,000 synthetic images.</summary>
internal static class SmallStudy
{
    private static readonly Lazy<ImageDataset> Images = new(() => SyntheticImages.CreateDataset(2000, 400));

    /// <summary>Runs a study.</summary>
    /// <param name="study">The study.</param>
    public static StudyResult Run(Study study) => study.Run(new(() => Images.Value, _ => { }));

    /// <summary>A context that is cancelled when so many lines were reported.</summary>
    /// <param name="lines">How many.</param>
    /// <param name="reported">What was reported.</param>
    /// <param name="source">What cancels it.</param>
    public static StudyContext CancelledAfter(int lines, List<string> reported, CancellationTokenSource source) => new(
        () => Images.Value,
        line =>
        {
            reported.Add(line);
            if (reported.Count == lines)
            {
                source.Cancel();
            }
        },
        source.Token);

    /// <summary>Every number of every line of the figures, in order.</summary>
    /// <param name="result">What a study found.</param>
    public static IEnumerable<double> Numbers(StudyResult result) =>
        result.Figures.SelectMany(figure => figure.Panels).OfType<OnnxInit.Contracts.Figures.LinePanel>().SelectMany(panel => panel.Series).SelectMany(series => series.X.Concat(series.Y));
}
