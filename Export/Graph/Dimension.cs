using System.Globalization;

namespace OnnxInit.Export.Graph;

/// <summary>
/// The size of one axis: a number, a polynomial in symbols for what is known at run time only (<c>N</c>, <c>2*N + 1</c>, <c>N*T</c>),
/// or unknown. Axes of one text have one size.
/// </summary>
public readonly struct Dimension : IEquatable<Dimension>
{
    // Null for a number and for unknown; otherwise the terms with symbols, by symbols, none of them zero.
    private readonly (string Symbols, long Coefficient)[]? _terms;
    private readonly long _constant;

    private Dimension(long constant, (string Symbols, long Coefficient)[]? terms, bool isUnknown = false)
    {
        _constant = constant;
        _terms = terms is { Length: > 0 } ? terms : null;
        IsUnknown = isUnknown;
    }

    /// <summary>The size of an axis of which nothing is known.</summary>
    public static Dimension Unknown { get; } = new(0, null, isUnknown: true);

    /// <summary>Whether nothing is known of the axis.</summary>
    public bool IsUnknown { get; }

    /// <summary>Whether it is a number.</summary>
    public bool IsStatic => _terms is null && !IsUnknown;

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public long Size => IsStatic ? _constant : throw new InvalidOperationException($"The size {this} is known at run time only.");

    /// <summary>The part that is no symbol; the number itself where it is static.</summary>
    public long Constant => _constant;

    /// <summary>The terms with symbols: products of symbols (<c>N*T</c>), each with its factor; empty for a number.</summary>
    public IReadOnlyList<(string Symbols, long Coefficient)> Terms => _terms ?? [];

    /// <summary>The symbol, where it is one and nothing else; null otherwise.</summary>
    public string? Symbol => _terms is [(var symbols, 1)] && _constant == 0 && !symbols.Contains('*', StringComparison.Ordinal) ? symbols : null;

    /// <summary>Every symbol in it.</summary>
    public IEnumerable<string> Symbols => Terms.SelectMany(term => term.Symbols.Split('*')).Distinct();

    /// <summary>A number is an axis of that size.</summary>
    /// <param name="size">The size.</param>
    public static implicit operator Dimension(long size) => new(size, null);

    /// <summary>The sum; unknown where one of the two is.</summary>
    public static Dimension operator +(Dimension left, Dimension right) =>
        left.IsUnknown || right.IsUnknown ? Unknown
        : left._terms is null ? new(left._constant + right._constant, right._terms)
        : right._terms is null ? new(left._constant + right._constant, left._terms)
        : From(left._constant + right._constant, left._terms.Concat(right._terms));

    /// <summary>The difference; unknown where one of the two is.</summary>
    public static Dimension operator -(Dimension left, Dimension right) => left + (right * -1);

    /// <summary>The product; unknown where one of the two is.</summary>
    public static Dimension operator *(Dimension left, Dimension right)
    {
        if (left.IsUnknown || right.IsUnknown)
        {
            return Unknown;
        }

        if (left._terms is null || right._terms is null)
        {
            return left._terms is null ? right.Times(left._constant) : left.Times(right._constant);
        }

        IEnumerable<(string Symbols, long Coefficient)> terms =
            from a in left.Terms.Append((Symbols: string.Empty, Coefficient: left._constant))
            from b in right.Terms.Append((Symbols: string.Empty, Coefficient: right._constant))
            select (Product(a.Symbols, b.Symbols), a.Coefficient * b.Coefficient);
        return From(0, terms);
    }

    /// <summary>Whether two sizes have the same text.</summary>
    public static bool operator ==(Dimension left, Dimension right) => left.Equals(right);

    /// <summary>Whether two sizes differ in their text.</summary>
    public static bool operator !=(Dimension left, Dimension right) => !left.Equals(right);

    /// <summary>A size that is known at run time only.</summary>
    /// <param name="symbol">Its name, an identifier.</param>
    public static Dimension Of(string symbol) => new(0, [(symbol, 1)]);

    /// <summary>The product of sizes.</summary>
    /// <param name="sizes">The sizes; 1 for none.</param>
    public static Dimension Product(IEnumerable<Dimension> sizes) => sizes.Aggregate((Dimension)1, (product, size) => product * size);

    /// <summary>Divides where the result is certain to be whole.</summary>
    /// <param name="divisor">A number or a polynomial.</param>
    /// <param name="quotient">The result.</param>
    public bool TryDivide(Dimension divisor, out Dimension quotient)
    {
        quotient = Unknown;
        if (IsUnknown || divisor.IsUnknown || divisor == 0)
        {
            return false;
        }

        if (IsStatic && divisor.IsStatic)
        {
            quotient = _constant % divisor._constant == 0 ? _constant / divisor._constant : Unknown;
            return !quotient.IsUnknown;
        }

        if (divisor.IsStatic || (divisor._terms!.Length == 1 && divisor._constant == 0))
        {
            (string factors, long factor) = divisor.IsStatic ? (string.Empty, divisor._constant) : divisor._terms![0];
            List<(string, long)> terms = [];
            foreach ((string symbols, long coefficient) in Terms.Append((Symbols: string.Empty, Coefficient: _constant)))
            {
                if (coefficient != 0 && (coefficient % factor != 0 || !TryRemove(symbols, factors, out _)))
                {
                    return false;
                }

                _ = TryRemove(symbols, factors, out string rest);
                terms.Add((rest, coefficient / factor));
            }

            quotient = From(0, terms);
            return true;
        }

        // A polynomial divides its own multiples.
        long ratio = Terms.Count > 0 && Terms[0].Coefficient % divisor._terms![0].Coefficient == 0 ? Terms[0].Coefficient / divisor._terms![0].Coefficient : 0;
        quotient = ratio;
        return ratio != 0 && divisor * ratio == this;
    }

    /// <summary>The number at given values of the symbols.</summary>
    /// <param name="values">The value of every symbol.</param>
    public long Evaluate(IReadOnlyDictionary<string, long> values) =>
        _constant + Terms.Sum(term => term.Symbols.Split('*').Aggregate(term.Coefficient, (product, symbol) => product * values[symbol]));

    /// <inheritdoc/>
    public bool Equals(Dimension other) =>
        IsUnknown == other.IsUnknown && _constant == other._constant && (_terms is null ? other._terms is null : other._terms is not null && _terms.AsSpan().SequenceEqual(other._terms));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dimension other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_constant, IsUnknown, _terms is null ? 0 : _terms[0].GetHashCode(), Terms.Count);

    /// <summary>The number, the polynomial, or <c>?</c>.</summary>
    public override string ToString()
    {
        if (IsUnknown)
        {
            return "?";
        }

        string text = string.Concat(Terms.Select((term, i) => string.Create(CultureInfo.InvariantCulture,
            $"{(term.Coefficient < 0 ? (i == 0 ? "-" : " - ") : (i == 0 ? string.Empty : " + "))}{(Math.Abs(term.Coefficient) == 1 ? string.Empty : $"{Math.Abs(term.Coefficient)}*")}{term.Symbols}")));
        return text.Length == 0 ? _constant.ToString(CultureInfo.InvariantCulture)
            : _constant == 0 ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text} {(_constant < 0 ? '-' : '+')} {Math.Abs(_constant)}");
    }

    private Dimension Times(long factor)
    {
        if (_terms is null || factor is 0 or 1)
        {
            return factor == 1 ? this : _constant * factor;
        }

        (string Symbols, long Coefficient)[] terms = [.. _terms];
        foreach (ref (string Symbols, long Coefficient) term in terms.AsSpan())
        {
            term.Coefficient *= factor;
        }

        return new(_constant * factor, terms);
    }

    private static Dimension From(long constant, IEnumerable<(string Symbols, long Coefficient)> terms)
    {
        SortedDictionary<string, long> sums = new(StringComparer.Ordinal);
        foreach ((string symbols, long coefficient) in terms)
        {
            sums[symbols] = sums.GetValueOrDefault(symbols) + coefficient;
        }

        constant += sums.GetValueOrDefault(string.Empty);
        return new(constant, [.. from sum in sums where sum.Key.Length > 0 && sum.Value != 0 select (sum.Key, sum.Value)]);
    }

    private static string Product(string left, string right) =>
        left.Length == 0 ? right : right.Length == 0 ? left : string.Join('*', left.Split('*').Concat(right.Split('*')).Order(StringComparer.Ordinal));

    private static bool TryRemove(string symbols, string factors, out string rest)
    {
        List<string> left = symbols.Length == 0 ? [] : [.. symbols.Split('*')];
        bool all = factors.Length == 0 || factors.Split('*').All(left.Remove);
        rest = string.Join('*', left);
        return all;
    }
}
