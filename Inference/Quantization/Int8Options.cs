using OnnxInit.Contracts;

namespace OnnxInit.Inference.Quantization;

/// <summary>How a model is turned into integers.</summary>
public sealed record Int8Options
{
    /// <summary>The fewest bins with which a histogram tells enough.</summary>
    public const int FewestBins = 2048;

    /// <summary>How ranges of activations are found. Default: <see cref="CalibrationMethod.Percentile"/>.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Percentile;

    /// <summary>The share of an activation's elements that <see cref="CalibrationMethod.Percentile"/> keeps inside the range, in percent, above 50 to 100. Default: 99.999.</summary>
    public double Percentile { get; init; } = 99.999;

    /// <summary>Bins of the histograms of <see cref="CalibrationMethod.Percentile"/> and <see cref="CalibrationMethod.Entropy"/>, at least <see cref="FewestBins"/>. Default: 2,048.</summary>
    public int Bins { get; init; } = FewestBins;

    /// <summary>Whether the first layer with weights stays in float32. Default: false.</summary>
    public bool KeepFirstFloat { get; init; }

    /// <summary>Whether the last layer with weights stays in float32. Default: false.</summary>
    public bool KeepLastFloat { get; init; }

    /// <summary>Throws when a value makes no sense.</summary>
    /// <exception cref="InvalidInputException">The method is none, the percentile is not above 50 to 100, or there are fewer than 2,048 bins.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Method))
        {
            throw new InvalidInputException($"The calibration method is {Method}; expected MinMax, Percentile or Entropy.");
        }

        if (!(Percentile is > 50 and <= 100))
        {
            throw new InvalidInputException($"The percentile is {Percentile}; expected above 50 to 100 (default 99.999).");
        }

        if (Bins is < FewestBins or > 1 << 20)
        {
            throw new InvalidInputException($"The number of bins is {Bins}; expected {FewestBins} to {1 << 20} (default {FewestBins}).");
        }
    }
}
