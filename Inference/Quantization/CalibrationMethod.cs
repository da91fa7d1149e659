namespace OnnxInit.Inference.Quantization;

/// <summary>How the range of an activation follows from what was seen of it.</summary>
public enum CalibrationMethod
{
    /// <summary>From the least to the greatest element: nothing that was seen saturates, and one outlier costs everybody resolution.</summary>
    MinMax,

    /// <summary>The range that holds a share of all elements; the rest, half at each end, saturates.</summary>
    Percentile,

    /// <summary>The range whose integers express the distribution that was seen with the least Kullback-Leibler divergence.</summary>
    Entropy,
}
