namespace OnnxInit.Inference.Quantization.Calibration;

/// <summary>The range of real numbers that a value's integers stand for; what lies outside saturates.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
internal readonly record struct ValueRange(double Low, double High)
{
    /// <summary>No numbers yet.</summary>
    public static ValueRange Empty { get; } = new(double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>The least range that holds this one and these numbers.</summary>
    public ValueRange With(ReadOnlySpan<float> values)
    {
        (double low, double high) = this;
        foreach (float value in values)
        {
            low = Math.Min(low, value); // NaN stays
            high = Math.Max(high, value);
        }

        return new(low, high);
    }
}
