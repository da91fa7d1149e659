using OnnxInit.Contracts.Runs;

namespace OnnxInit.Inference;

/// <summary>Running sums over pairs of finite logits, a from the reference and b found, in float64.</summary>
/// <param name="capacity">How many pairs there may be.</param>
internal sealed class LogitDifferences(int capacity)
{
    private readonly double[] _absolute = new double[capacity];
    private int _count;
    private double _sum;
    private double _referenceEnergy;
    private double _foundEnergy;
    private double _noiseEnergy;
    private double _product;

    internal long NonFinite { get; set; }

    internal double MaxAbsolute { get; private set; }

    internal double MaxRelative { get; private set; }

    internal long MaxUlp { get; private set; }

    internal double MeanAbsolute => _count == 0 ? 0 : _sum / _count;

    internal double CosineSimilarity => (_referenceEnergy, _foundEnergy) switch
    {
        (0, 0) => 1,
        (0, _) or (_, 0) => 0,

        // One root of the product, which float32 logits cannot overflow: exactly 1 for identical ones.
        _ => Math.Clamp(_product / Math.Sqrt(_referenceEnergy * _foundEnergy), -1, 1),
    };

    internal double SignalToNoiseDecibels => _noiseEnergy == 0 ? double.PositiveInfinity : 10 * Math.Log10(_referenceEnergy / _noiseEnergy);

    internal void Add(float reference, float found, double relativeGuard)
    {
        double a = reference;
        double b = found;
        double difference = Math.Abs(a - b);
        _absolute[_count++] = difference;
        _sum += difference;
        _referenceEnergy += a * a;
        _foundEnergy += b * b;
        _noiseEnergy += difference * difference;
        _product += a * b;
        MaxAbsolute = Math.Max(MaxAbsolute, difference);
        MaxRelative = Math.Max(MaxRelative, difference / Math.Max(relativeGuard, Math.Max(Math.Abs(a), Math.Abs(b))));
        MaxUlp = Math.Max(MaxUlp, LogitComparison.UlpDistance(reference, found));
    }

    internal DifferenceHistogram Histogram() => DifferenceHistogram.Of(_absolute.AsSpan(0, _count));

    /// <summary>The smallest difference that at least this share of all differences does not exceed (nearest rank).</summary>
    internal double Percentile(double share)
    {
        if (_count == 0)
        {
            return 0;
        }

        Array.Sort(_absolute, 0, _count);
        return _absolute[(int)Math.Ceiling(share * _count) - 1];
    }
}
