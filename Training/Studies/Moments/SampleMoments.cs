namespace OnnxInit.Training.Studies.Moments;

/// <summary>The first two moments of a sample or of a distribution.</summary>
/// <param name="Mean">E[y].</param>
/// <param name="MeanSquare">E[y^2].</param>
/// <param name="FourthPower">E[y^4].</param>
internal sealed record SampleMoments(double Mean, double MeanSquare, double FourthPower)
{
    /// <summary>E[y^2] - E[y]^2.</summary>
    public double Variance => MeanSquare - (Mean * Mean);

    /// <summary>Of a sample.</summary>
    /// <param name="sample">The values.</param>
    public static SampleMoments Of(double[] sample) => new(sample.Average(), sample.Average(y => y * y), sample.Average(y => y * y * y * y));

    /// <summary>The standard error of the mean of so many values.</summary>
    /// <param name="count">The values.</param>
    public double MeanError(int count) => Math.Sqrt(Variance / count);

    /// <summary>The standard error of the mean square of so many values.</summary>
    /// <param name="count">The values.</param>
    public double MeanSquareError(int count) => Math.Sqrt((FourthPower - (MeanSquare * MeanSquare)) / count);
}
