using OnnxInit.Contracts.Runs;

namespace OnnxInit.Training.Optimization;

/// <summary>
/// The state of PyTorch's scheduler of that name (mode min, threshold mode rel), as a value: <see cref="Next"/> gives the state after one
/// more epoch, and a checkpoint writes it down as it is.
/// </summary>
/// <param name="LearningRate">The learning rate in force.</param>
/// <param name="Best">The lowest validation loss that counted as an improvement; +infinity at first.</param>
/// <param name="BadEpochs">Epochs since then.</param>
/// <param name="CooldownLeft">Epochs in which nothing is counted.</param>
public sealed record ReduceLROnPlateau(double LearningRate, double Best = double.PositiveInfinity, int BadEpochs = 0, int CooldownLeft = 0)
{
    private const double SmallestDrop = 1e-8; // PyTorch's eps: a smaller change of the learning rate is not made

    /// <summary>The state after an epoch.</summary>
    /// <param name="loss">The epoch's validation loss; NaN is no improvement.</param>
    /// <param name="plateau">Factor, patience, threshold, cooldown and floor.</param>
    public ReduceLROnPlateau Next(double loss, PlateauConfiguration plateau)
    {
        bool better = loss < Best * (1 - plateau.Threshold);
        double best = better ? loss : Best;
        int bad = better ? 0 : BadEpochs + 1;
        int cooldown = CooldownLeft;
        if (cooldown > 0)
        {
            cooldown--;
            bad = 0;
        }

        if (bad <= plateau.Patience)
        {
            return new(LearningRate, best, bad, cooldown);
        }

        double lowered = Math.Max(LearningRate * plateau.Factor, plateau.MinLearningRate);
        return new(LearningRate - lowered > SmallestDrop ? lowered : LearningRate, best, BadEpochs: 0, plateau.Cooldown);
    }
}
