using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Graph.Operators;

namespace OnnxInit.Tests.Export.Graph;

public sealed class DimensionTests
{
    private static readonly Dimension N = Dimension.Of("N");
    private static readonly Dimension T = Dimension.Of("T");

    [Fact]
    public void A_size_reads_as_a_polynomial() =>
        new[] { 3, N, N * T, (2 * N) + 1, (N * -1) + T - 2, N - N, N * 0, Dimension.Unknown, T * N * N }.Select(size => size.ToString())
            .Should().Equal("3", "N", "N*T", "2*N + 1", "-N + T - 2", "0", "0", "?", "N*N*T");

    [Fact]
    public void Sizes_of_one_text_are_equal()
    {
        ((N + 1) * (T - 1)).Should().Be((N * T) - N + T - 1);
        (N == T).Should().BeFalse();
        (N + 1).GetHashCode().Should().Be((1 + N).GetHashCode());
    }

    [Fact]
    public void Numbers_symbols_and_what_is_neither_are_told_apart()
    {
        ((Dimension)3).IsStatic.Should().BeTrue();
        ((Dimension)3).Size.Should().Be(3);
        N.Symbol.Should().Be("N");
        (N * T).Symbol.Should().BeNull();
        (N + 1).Symbol.Should().BeNull();
        ((N * T) + T).Symbols.Should().BeEquivalentTo("N", "T");
        Dimension.Unknown.IsStatic.Should().BeFalse();
        N.Invoking(size => size.Size).Should().Throw<InvalidOperationException>().WithMessage("The size N is known at run time only.");
    }

    [Fact]
    public void What_is_computed_of_an_unknown_size_is_unknown()
    {
        (Dimension.Unknown + 1).IsUnknown.Should().BeTrue();
        (N - Dimension.Unknown).IsUnknown.Should().BeTrue();
        (Dimension.Unknown * 0).IsUnknown.Should().BeTrue();
        Dimension.Unknown.TryDivide(2, out _).Should().BeFalse();
        ((Dimension)2).TryDivide(Dimension.Unknown, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("2*N + 4", "2", "N + 2")]
    [InlineData("2*N + 3", "2", null)]
    [InlineData("N*T", "T", "N")]
    [InlineData("N*T + T", "T", "N + 1")]
    [InlineData("6*N*T", "3*T", "2*N")]
    [InlineData("N", "T", null)]
    [InlineData("N + 1", "N + 1", "1")]
    [InlineData("3*N + 3", "N + 1", "3")]
    [InlineData("12", "4", "3")]
    [InlineData("13", "4", null)]
    [InlineData("0", "N", "0")]
    [InlineData("N", "0", null)]
    public void A_size_is_divided_where_the_quotient_is_whole(string dividend, string divisor, string? quotient)
    {
        Size(dividend).TryDivide(Size(divisor), out Dimension result).Should().Be(quotient is not null);
        result.ToString().Should().Be(quotient ?? "?");
    }

    [Theory]
    [InlineData("2*N + 3", 2, "N + 1")]
    [InlineData("2*N - 1", 2, "N - 1")]
    [InlineData("N", 2, "?")]
    [InlineData("7", 2, "3")]
    [InlineData("-7", 2, "-4")]
    public void A_size_is_halved_downwards_where_that_is_a_polynomial(string dividend, long divisor, string quotient) => Sizes.FloorDivide(Size(dividend), divisor).ToString().Should().Be(quotient);

    [Theory]
    [InlineData("1", "N", "N")]
    [InlineData("N", "1", "N")]
    [InlineData("5", "N", "5")]
    [InlineData("N", "N", "N")]
    [InlineData("N", "T", "?")]
    [InlineData("?", "5", "5")]
    [InlineData("?", "1", "?")]
    [InlineData("N", "?", "?")]
    [InlineData("4", "5", null)]
    public void Sizes_meet(string left, string right, string? result) => Sizes.Broadcast(Size(left), Size(right))?.ToString().Should().Be(result);

    [Property]
    public Property Sums_differences_and_products_are_those_of_the_numbers() => Prop.ForAll(Polynomials, Polynomials, Numbers, (left, right, values) =>
    {
        (left + right).Evaluate(values).Should().Be(left.Evaluate(values) + right.Evaluate(values));
        (left - right).Evaluate(values).Should().Be(left.Evaluate(values) - right.Evaluate(values));
        (left * right).Evaluate(values).Should().Be(left.Evaluate(values) * right.Evaluate(values));
    });

    [Property]
    public Property A_ring_has_one_text_for_one_value() => Prop.ForAll(Polynomials, Polynomials, Polynomials, (a, b, c) =>
    {
        (a + b).Should().Be(b + a);
        (a * b).Should().Be(b * a);
        (a * (b + c)).ToString().Should().Be(((a * b) + (a * c)).ToString());
        (a + b - b).Should().Be(a);
    });

    [Property]
    public Property A_quotient_times_the_divisor_is_the_dividend() => Prop.ForAll(Polynomials, Polynomials, (dividend, divisor) =>
    {
        if (dividend.TryDivide(divisor, out Dimension quotient))
        {
            (quotient * divisor).Should().Be(dividend);
        }
    });

    [Property]
    public Property A_product_with_a_number_or_a_monomial_is_divided_again() => Prop.ForAll(Polynomials, Gen.Elements(1L, 2L, 7L).ToArbitrary(), Gen.Elements("1", "N", "N*T").ToArbitrary(), (size, factor, monomial) =>
    {
        Dimension divisor = Size(monomial) * factor;
        (size * divisor).TryDivide(divisor, out Dimension quotient).Should().BeTrue();
        quotient.Should().Be(size);
    });

    [Property]
    public Property A_quotient_rounded_down_is_that_of_the_numbers() => Prop.ForAll(Polynomials, Gen.Choose(1, 5).ToArbitrary(), Numbers, (size, divisor, values) =>
    {
        Dimension quotient = Sizes.FloorDivide(size, divisor);
        if (!quotient.IsUnknown)
        {
            quotient.Evaluate(values).Should().Be((long)Math.Floor((double)size.Evaluate(values) / divisor));
        }
    });

    [Property]
    public Property A_bound_holds_at_every_number() => Prop.ForAll(Polynomials, Polynomials, Numbers, (left, right, values) =>
    {
        if (Sizes.IsAtLeast(left, right))
        {
            left.Evaluate(values).Should().BeGreaterThanOrEqualTo(right.Evaluate(values));
        }
    });

    [Property(MaxTest = 2000)]
    public Property A_slice_is_as_long_as_that_of_the_numbers() => Prop.ForAll(Polynomials, Bounds.Two().ToArbitrary(), Gen.Elements(-3L, -1L, 1L, 2L).ToArbitrary(), (size, bounds, step) => Prop.ForAll(Numbers, values =>
    {
        if (size.Evaluate(values) >= 0 && SliceRule.Size(size, bounds.Item1, bounds.Item2, step) is { IsUnknown: false } length)
        {
            Dimension exact = SliceRule.Size(size.Evaluate(values), bounds.Item1.Evaluate(values), bounds.Item2.Evaluate(values), step);
            length.Evaluate(values).Should().Be(exact.Size, "{0}[{1}:{2}:{3}] at {4}", size, bounds.Item1, bounds.Item2, step, string.Join(", ", values));
        }
    }));

    private static Arbitrary<Dimension> Polynomials => PolynomialsOf(3).ToArbitrary();

    private static Gen<Dimension> Bounds => Gen.OneOf(
        Gen.Elements<Dimension>(0, 1, 2, 5, -1, -2, int.MaxValue, long.MaxValue, -int.MaxValue, long.MinValue + 1), PolynomialsOf(1));

    private static Arbitrary<Dictionary<string, long>> Numbers =>
        (from n in Gen.Choose(1, 9) from t in Gen.Choose(1, 9) select new Dictionary<string, long> { ["N"] = n, ["T"] = t }).ToArbitrary();

    // A number and up to so many terms in N and T.
    private static Gen<Dimension> PolynomialsOf(int terms) =>
        from constant in Gen.Choose(-4, 12)
        from monomials in Gen.Elements("N", "T", "N*T", "N*N").ArrayOf(terms)
        from coefficients in Gen.Choose(-1, 4).ArrayOf(terms)
        select monomials.Zip(coefficients).Aggregate((Dimension)constant, (sum, term) => sum + (Size(term.First) * term.Second));

    private static Dimension Size(string text) => InferenceRow.Size(text);
}
