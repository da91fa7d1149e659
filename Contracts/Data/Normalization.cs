using System.Globalization;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// Turns pixels into what a network sees: y = pixel * scale + offset per channel, with scale = 1 / (255 std) and offset = -mean / std.
/// </summary>
/// <remarks>
/// The product and the sum are each rounded to float32, in this order, wherever it is computed - here, on an accelerator, or inside an
/// exported graph - so that all of them give the same bits. Two normalisations with the same numbers are equal.
/// </remarks>
public sealed partial record Normalization
{
    private readonly double[] _mean;
    private readonly double[] _std;
    private readonly float[] _scale;
    private readonly float[] _offset;

    /// <summary>Copies the two lists.</summary>
    /// <param name="mean">The mean of every channel, in units of 1 = white.</param>
    /// <param name="std">The standard deviation of every channel, in the same units.</param>
    /// <exception cref="ArgumentException">The lists are empty or differ in length, a number is not finite, or a standard deviation is not positive.</exception>
    public Normalization(IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        if (FindProblem(mean, std) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        _mean = [.. mean];
        _std = [.. std];
        _scale = [.. std.Select(value => (float)(1 / (255 * value)))];
        _offset = [.. mean.Zip(std, (center, spread) => (float)(-center / spread))];
    }

    /// <summary>CIFAR-10's training set.</summary>
    public static Normalization Cifar10 { get; } = new([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]);

    /// <summary>The mean of every channel, in units of 1 = white.</summary>
    public IReadOnlyList<double> Mean => _mean;

    /// <summary>The standard deviation of every channel, in the same units.</summary>
    public IReadOnlyList<double> Std => _std;

    /// <summary>The factor of every channel, 1 / (255 std). A copy.</summary>
    public float[] Scale() => [.. _scale];

    /// <summary>The summand of every channel, -mean / std. A copy.</summary>
    public float[] Offset() => [.. _offset];

    /// <summary>The normalised value of one pixel.</summary>
    /// <param name="pixel">0 to 255.</param>
    /// <param name="channel">0 to the number of channels - 1.</param>
    public float Apply(byte pixel, int channel)
    {
        float product = pixel * _scale[channel];
        return product + _offset[channel];
    }

    /// <inheritdoc/>
    public bool Equals(Normalization? other) => other is not null && _mean.AsSpan().SequenceEqual(other._mean) && _std.AsSpan().SequenceEqual(other._std);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (double value in (ReadOnlySpan<double>)[.. _mean, .. _std])
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"mean {Join(_mean)}; std {Join(_std)}";

    /// <summary>What keeps two lists from being a normalisation, or null.</summary>
    internal static string? FindProblem(IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        string found = $"found mean {Join(mean)}; std {Join(std)}";
        return mean.Count != std.Count || mean.Count == 0 ? $"A normalisation has one mean and one standard deviation per channel; {found}."
            : !mean.All(double.IsFinite) || !std.All(double.IsFinite) ? $"The means and standard deviations of a normalisation are finite; {found}."
            : std.Any(value => value <= 0) ? $"The standard deviations of a normalisation are above 0; {found}."
            : null;
    }

    private static string Join(IEnumerable<double> values) => string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
