namespace OnnxInit.Training.Studies;

/// <summary>What was seen step by step in a training.</summary>
/// <param name="Losses">The mean loss of every batch, before its update; the last one is not finite where the training diverged.</param>
/// <param name="Norms">The gradient's Euclidean norm before it was scaled; NaN where clipping by norm is off, and without an entry for the step that diverged.</param>
/// <param name="ClippedEntries">The share of the gradient's entries that were clamped, by step; 0 where clipping by value is off.</param>
/// <param name="ScaledSteps">Whether the gradient was scaled down, by step.</param>
public sealed record LossCurve(IReadOnlyList<double> Losses, IReadOnlyList<double> Norms, IReadOnlyList<double> ClippedEntries, IReadOnlyList<bool> ScaledSteps)
{
    private const int LastSteps = 10;

    /// <summary>Whether a loss or a gradient was not finite; the training ended there.</summary>
    public bool Diverged => Losses.Count == 0 || !double.IsFinite(Losses[^1]);

    /// <summary>The mean of the last ten losses; NaN where the training diverged.</summary>
    public double FinalLoss => Diverged ? double.NaN : Losses.TakeLast(LastSteps).Average();

    /// <summary>The share of the steps whose gradient was scaled down.</summary>
    public double ScaledFraction => ScaledSteps.Count == 0 ? 0 : ScaledSteps.Average(scaled => scaled ? 1.0 : 0);

    /// <summary>The means of the last so many losses at every step, of fewer at the beginning.</summary>
    /// <param name="steps">How many, at least 1.</param>
    public IReadOnlyList<double> Smoothed(int steps) => RunningMean(Losses, steps);

    /// <summary>The means of the last so many values at every step, of fewer at the beginning.</summary>
    /// <param name="values">The values.</param>
    /// <param name="steps">How many, at least 1.</param>
    public static IReadOnlyList<double> RunningMean(IReadOnlyList<double> values, int steps)
    {
        double[] means = new double[values.Count];
        for (int i = 0; i < means.Length; i++)
        {
            // No running sum: one infinity would stay in it.
            int first = Math.Max(0, i + 1 - steps);
            double sum = 0;
            for (int j = first; j <= i; j++)
            {
                sum += values[j];
            }

            means[i] = sum / (i + 1 - first);
        }

        return means;
    }
}
