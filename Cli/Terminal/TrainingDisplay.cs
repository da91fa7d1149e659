using System.Diagnostics;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows a training: a live bar per epoch on a terminal, and one line when it is done; lines only where there is no terminal.</summary>
/// <param name="session">Where.</param>
/// <param name="epochs">Epochs in all.</param>
internal sealed class TrainingDisplay(Session session, int epochs) : ITrainingObserver
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private ProgressContext? _progress;
    private ProgressTask? _bar;
    private long _epochStarted;
    private long _shown;
    private long _firstImage;

    /// <summary>Trains to the end.</summary>
    /// <param name="run">The run.</param>
    public RunManifest Execute(TrainingRun run)
    {
        if (!session.Live)
        {
            return run.Execute(this, session.Cancellation);
        }

        return session.Console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                _progress = progress;
                return run.Execute(this, session.Cancellation);
            });
    }

    /// <inheritdoc/>
    public void EpochStarted(int epoch, long firstImage, long images)
    {
        _epochStarted = Stopwatch.GetTimestamp();
        _shown = 0;
        _firstImage = firstImage;
        _bar = _progress?.AddTask($"epoch {epoch}/{epochs}", maxValue: images);
        _bar?.Value = firstImage;
    }

    /// <inheritdoc/>
    public void StepDone(long images, double meanLoss)
    {
        if (_bar is null || (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < Refresh))
        {
            return;
        }

        _shown = Stopwatch.GetTimestamp();
        double rate = (images - _firstImage) / Stopwatch.GetElapsedTime(_epochStarted).TotalSeconds;
        _bar.Value = images;
        _bar.Description = $"{_bar.Description.Split("  ")[0]}  loss {meanLoss:F4}  {rate,9:N0} images/s";
    }

    /// <inheritdoc/>
    public void EpochDone(EpochRecord epoch, bool best)
    {
        _bar?.StopTask();
        session.Say(
            $"epoch {epoch.Epoch,3}/{epochs}  train loss {epoch.TrainLoss:F4}  validation loss {epoch.ValidationLoss:F4}  accuracy {100 * epoch.ValidationAccuracy,5:F2} %"
            + $"  lr {epoch.LearningRate:G3}  {epoch.Seconds,6:F2} s  {epoch.ImagesPerSecond,8:N0} images/s{(best ? "  best" : string.Empty)}");
    }

    /// <inheritdoc/>
    public void Warning(string message) => session.Console.MarkupLine($"[yellow]warning:[/] {Markup.Escape(message)}");
}
