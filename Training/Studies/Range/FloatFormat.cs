using TorchSharp;

namespace OnnxInit.Training.Studies.Range;

/// <summary>A binary floating-point format of IEEE 754, with subnormal numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">In libtorch.</param>
/// <param name="Digits">Binary digits of the significand, with the hidden one.</param>
/// <param name="MinExponent">The exponent of the smallest normal number, 2^MinExponent.</param>
/// <param name="MaxExponent">The exponent of the largest numbers, 2^MaxExponent (2 - 2^(1 - Digits)).</param>
internal sealed record FloatFormat(string Name, torch.ScalarType Type, int Digits, int MinExponent, int MaxExponent)
{
    /// <summary>The formats of training.</summary>
    public static IReadOnlyList<FloatFormat> All { get; } =
    [
        new("float16", torch.ScalarType.Float16, 11, -14, 15),
        new("bfloat16", torch.ScalarType.BFloat16, 8, -126, 127),
        new("float32", torch.ScalarType.Float32, 24, -126, 127),
        new("float64", torch.ScalarType.Float64, 53, -1022, 1023),
    ];

    /// <summary>The largest number.</summary>
    public double Largest => Math.ScaleB(2 - Math.ScaleB(1, 1 - Digits), MaxExponent);

    /// <summary>The smallest number above 0, a subnormal one.</summary>
    public double Smallest => Math.ScaleB(1, MinExponent - Digits + 1);

    /// <summary>The smallest number with all its digits.</summary>
    public double SmallestNormal => Math.ScaleB(1, MinExponent);

    /// <summary>The nearest number of the format, ties to even; infinity beyond the largest.</summary>
    /// <param name="value">A number.</param>
    public double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value) || Digits == 53)
        {
            return value;
        }

        // The distance of neighbours around the value; below the smallest normal number it no longer shrinks.
        double spacing = Math.ScaleB(1, Math.Max(Math.ILogB(value), MinExponent) - Digits + 1);
        double rounded = Math.Round(value / spacing, MidpointRounding.ToEven) * spacing;
        return Math.Abs(rounded) > Largest ? double.CopySign(double.PositiveInfinity, value) : rounded;
    }

    /// <summary>The first power of a factor that the format cannot hold, when each power is rounded; null when there is none up to a depth.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="depth">The highest power.</param>
    /// <param name="flush">Whether the processor takes subnormal numbers for 0, as some do for some formats.</param>
    public int? FirstFailure(double factor, int depth, bool flush = false)
    {
        double rounded = Round(factor);
        double power = 1;
        for (int layer = 1; layer <= depth; layer++)
        {
            power = Round(power * rounded);
            if (power == 0 || (flush && Math.Abs(power) < SmallestNormal) || double.IsInfinity(power))
            {
                return layer;
            }
        }

        return null;
    }
}
