using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training;

/// <summary>Is told how a training goes: a progress bar, a log, a test. Called on the training's thread, so it had better be quick.</summary>
public interface ITrainingObserver
{
    /// <summary>An epoch begins, or goes on from a checkpoint inside it.</summary>
    /// <param name="epoch">1 for the first.</param>
    /// <param name="firstImage">Images of the epoch that are done already.</param>
    /// <param name="images">Images of the epoch.</param>
    void EpochStarted(int epoch, long firstImage, long images);

    /// <summary>A step was made.</summary>
    /// <param name="images">Images of the epoch that are done.</param>
    /// <param name="meanLoss">Mean loss of the epoch so far.</param>
    void StepDone(long images, double meanLoss);

    /// <summary>An epoch was validated and saved.</summary>
    /// <param name="epoch">Its line of metrics.jsonl.</param>
    /// <param name="best">Whether its validation loss is the lowest so far.</param>
    void EpochDone(EpochRecord epoch, bool best);

    /// <summary>Something that deserves attention but stops nothing.</summary>
    /// <param name="message">One sentence or two.</param>
    void Warning(string message);
}
