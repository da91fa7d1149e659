using OnnxInit.Contracts.Data;

namespace OnnxInit.Training.Studies;

/// <summary>What a study runs with.</summary>
/// <param name="openData">Opens the images; called by the studies that train on images, once.</param>
/// <param name="report">Is told how it goes, a line at a time.</param>
/// <param name="cancellation">Stops it.</param>
public sealed class StudyContext(Func<ImageDataset> openData, Action<string> report, CancellationToken cancellation = default)
{
    private readonly Lazy<ImageDataset> _data = new(openData);

    /// <summary>Everything random is a function of it. Default 17.</summary>
    public long Seed { get; init; } = 17;

    /// <summary>The images to train on.</summary>
    public ImageDataset Data => _data.Value;

    /// <summary>Stops the study.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Says how it goes.</summary>
    /// <param name="line">One line.</param>
    public void Report(string line)
    {
        Cancellation.ThrowIfCancellationRequested();
        report(line);
    }

    /// <summary>Tells the loss of a training every so many steps.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="every">Steps between two lines.</param>
    /// <returns>Takes the number of updates made, and the loss before the last of them.</returns>
    internal Action<int, double> ReportLosses(string training, int every) => (step, loss) =>
    {
        if (step % every == 0)
        {
            Report($"{training}: step {step}, loss {loss:G4}");
        }
    };
}
