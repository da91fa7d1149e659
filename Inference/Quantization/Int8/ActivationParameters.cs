using OnnxInit.Inference.Quantization.Calibration;

namespace OnnxInit.Inference.Quantization.Int8;

/// <summary>What the 8-bit integers q of an activation stand for: x = scale (q - zero point). 0 is one of them exactly, as padding and ReLU need it.</summary>
/// <param name="Scale">The distance of two neighbours.</param>
/// <param name="ZeroPoint">The integer that stands for 0, 0 to 255.</param>
internal readonly record struct ActivationParameters(float Scale, byte ZeroPoint)
{
    private const int Steps = 255;

    /// <summary>The finest integers that reach both ends of a range, and 0.</summary>
    public static ActivationParameters Of(ValueRange range)
    {
        double low = Math.Min(range.Low, 0);
        double high = Math.Max(range.High, 0);
        float scale = (float)((high - low) / Steps);
        return float.IsNormal(scale)
            ? new(scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, Steps))
            : new(1, 0); // nothing but zeros was seen
    }

    /// <summary>The integer nearest to a number.</summary>
    public byte Quantize(float value) => (byte)Math.Clamp(Math.Round((double)value / Scale) + ZeroPoint, 0, Steps);
}
