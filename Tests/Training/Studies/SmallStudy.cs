using OnnxInit.Contracts.Data;
using OnnxInit.Training.Studies;

namespace OnnxInit.Tests.Training.Studies;

/// <summary>Runs studies on 2,000 synthetic images.</summary>
internal static class SmallStudy
{
    private static readonly Lazy<ImageDataset> Images = new(() => SyntheticImages.CreateDataset(2000, 400));

    /// <summary>Runs a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="seed">Its seed.</param>
    public static StudyResult Run(Study study, long seed = 17) => OnOneThread(() => study.Run(Context(seed)));

    /// <summary>What a study runs with.</summary>
    /// <param name="seed">Its seed.</param>
    public static StudyContext Context(long seed = 17) => new(() => Images.Value, _ => { }) { Seed = seed };

    /// <summary>Matrices this small are done before a second thread wakes up.</summary>
    /// <param name="run">What is run.</param>
    public static StudyResult OnOneThread(Func<StudyResult> run)
    {
        int threads = TorchSharp.torch.get_num_threads();
        try
        {
            TorchSharp.torch.set_num_threads(1);
            return run();
        }
        finally
        {
            TorchSharp.torch.set_num_threads(threads);
        }
    }

    /// <summary>A study that is cancelled at the first line that it reports reports no other.</summary>
    /// <param name="study">The study.</param>
    public static void ShouldStop(Study study)
    {
        using CancellationTokenSource source = new();
        List<string> reported = [];
        FluentActions.Invoking(() => study.Run(CancelledAfter(1, reported, source))).Should().Throw<OperationCanceledException>();
        reported.Should().HaveCount(1);
    }

    /// <summary>Every claim of a study holds.</summary>
    /// <param name="result">What it found.</param>
    public static void ShouldHold(StudyResult result)
    {
        result.Findings.Should().NotBeEmpty();
        result.Findings.Where(finding => !finding.Holds).Should().BeEmpty();
    }

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
