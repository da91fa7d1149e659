using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Capture;

/// <summary>
/// Turns the values that one integer had in several traces into what it is: a number, a multilinear polynomial in the sizes of the dynamic
/// axes, or, for an axis of a value, a size of its own (<c>d1</c>) that arguments may depend on in turn.
/// </summary>
internal sealed class SizeFit
{
    private readonly string[] _symbols;
    private readonly IReadOnlyList<IReadOnlyDictionary<string, long>> _sizes;
    private readonly int[] _corners;
    private readonly Dictionary<Values, Dimension?> _polynomials = [];
    private readonly Dictionary<Values, Dimension> _own = [];
    private readonly Dictionary<object, Dimension> _picked = [];
    private int _names;

    /// <summary>Prepares fits over traces.</summary>
    /// <param name="symbols">The dynamic axes.</param>
    /// <param name="sizes">Their sizes in every trace.</param>
    /// <param name="corners">For each subset of the symbols, a bit each, the trace in which those have their second size and the others their first.</param>
    public SizeFit(string[] symbols, IReadOnlyList<IReadOnlyDictionary<string, long>> sizes, int[] corners)
    {
        _symbols = symbols;
        _sizes = sizes;
        _corners = corners;
    }

    /// <summary>The size of an axis of a value.</summary>
    /// <param name="values">Its size in every trace.</param>
    public Dimension Axis(long[] values)
    {
        if (Argument(values) is { } known)
        {
            return known;
        }

        Dimension size = OwnName();
        _own.Add(new(values), size);
        return size;
    }

    /// <summary>The size of an axis that the values of a tensor decide, whatever rule it seems to follow.</summary>
    /// <param name="values">Its size in every trace.</param>
    /// <param name="decider">What decides it.</param>
    /// <param name="coincidence">What to say where the size followed a rule in these traces by chance, so that it could be taken for another.</param>
    public Dimension Picked(long[] values, object decider, Func<CaptureRefusedException> coincidence)
    {
        if (!_picked.TryGetValue(decider, out Dimension size))
        {
            Coincidence ??= Polynomial(values) is null ? null : coincidence();
            _picked.Add(decider, size = OwnName());
            _own.TryAdd(new(values), size);
        }

        return size;
    }

    /// <summary>What to say of the first size that values decide and that followed a rule in these traces by chance; null where none did.</summary>
    public CaptureRefusedException? Coincidence { get; private set; }

    /// <summary>An integer argument; null where nothing explains it.</summary>
    /// <param name="values">Its value in every trace.</param>
    public Dimension? Argument(long[] values)
    {
        if (Polynomial(values) is { } polynomial)
        {
            return polynomial;
        }

        Values key = new(values);
        if (_own.TryGetValue(key, out Dimension own))
        {
            return own;
        }

        foreach ((Values other, Dimension size) in _own)
        {
            if (Affine(values, other.Numbers) is { } line)
            {
                return (size * line.Factor) + line.Offset;
            }
        }

        foreach ((Values other, Dimension size) in _own)
        {
            if (other.Numbers.Index().All(number => number.Item != 0 && values[number.Index] % number.Item == 0)
                && Polynomial([.. values.Select((value, i) => value / other.Numbers[i])]) is { } times)
            {
                return size * times;
            }
        }

        return null;
    }

    private Dimension OwnName()
    {
        string name;
        do
        {
            name = $"d{++_names}";
        }
        while (_symbols.Contains(name));
        return Dimension.Of(name);
    }

    private static (long Factor, long Offset)? Affine(long[] values, long[] others)
    {
        int second = Array.FindIndex(others, other => other != others[0]);
        long run = others[second] - others[0];
        if ((values[second] - values[0]) % run != 0)
        {
            return null;
        }

        long factor = (values[second] - values[0]) / run;
        long offset = values[0] - (factor * others[0]);
        return values.Index().All(value => value.Item == (factor * others[value.Index]) + offset) ? (factor, offset) : null;
    }

    private Dimension? Polynomial(long[] values)
    {
        if (values.AsSpan().IndexOfAnyExcept(values[0]) < 0)
        {
            return values[0];
        }

        Values key = new(values);
        if (!_polynomials.TryGetValue(key, out Dimension? known))
        {
            known = Interpolate(values);
            _polynomials.Add(key, known);
        }

        return known;
    }

    // Newton's form: the sum over subsets S of a finite difference over S, times (x - first) / (second - first) for each x in S.
    private Dimension? Interpolate(long[] values)
    {
        Dimension sum = 0;
        for (int subset = 0; subset < _corners.Length; subset++)
        {
            long difference = 0;
            for (int part = subset; ; part = (part - 1) & subset)
            {
                bool isEven = ((System.Numerics.BitOperations.PopCount((uint)subset) - System.Numerics.BitOperations.PopCount((uint)part)) & 1) == 0;
                difference += isEven ? values[_corners[part]] : -values[_corners[part]];
                if (part == 0)
                {
                    break;
                }
            }

            Dimension product = 1;
            long divisor = 1;
            for (int i = 0; i < _symbols.Length; i++)
            {
                if ((subset >> i & 1) == 1)
                {
                    long first = _sizes[_corners[0]][_symbols[i]];
                    product *= Dimension.Of(_symbols[i]) - first;
                    divisor *= _sizes[_corners[1 << i]][_symbols[i]] - first;
                }
            }

            if (difference % divisor != 0)
            {
                return null;
            }

            sum += product * (difference / divisor);
        }

        for (int trace = 0; trace < values.Length; trace++)
        {
            if (sum.Evaluate(_sizes[trace]) != values[trace])
            {
                return null;
            }
        }

        return sum;
    }

    // The numbers of one integer, as a key.
    private readonly struct Values(long[] numbers) : IEquatable<Values>
    {
        public long[] Numbers => numbers;

        public bool Equals(Values other) => numbers.AsSpan().SequenceEqual(other.Numbers);

        public override bool Equals(object? obj) => obj is Values other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            foreach (long number in numbers)
            {
                hash.Add(number);
            }

            return hash.ToHashCode();
        }
    }
}
