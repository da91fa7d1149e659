using System.Globalization;
using OnnxInit.Contracts.Figures;

namespace OnnxInit.Cli.Figures;

/// <summary>Where an axis is marked, and how the marks are labelled.</summary>
/// <param name="Positions">In the axis' own numbers, ascending.</param>
/// <param name="Labels">As many.</param>
internal sealed record AxisTicks(double[] Positions, string[] Labels)
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>Marks at round numbers, or at powers of ten.</summary>
    /// <param name="axis">Whether it is one of decades.</param>
    /// <param name="min">Where it begins.</param>
    /// <param name="max">Where it ends.</param>
    /// <param name="most">The number of marks that fit.</param>
    /// <param name="wholeNumbers">Whether there is nothing between whole numbers, as between layers.</param>
    public static AxisTicks For(Axis axis, double min, double max, int most, bool wholeNumbers = false)
    {
        if (axis.Decades && max - min < 2)
        {
            return WithinDecades(min, max, most);
        }

        double step = RoundStep((max - min) / Math.Max(1, most), wholeNumbers || axis.Decades);
        List<double> positions = [];
        for (long i = (long)Math.Ceiling((min / step) - 1e-9); i * step <= max + (1e-9 * step); i++)
        {
            positions.Add(i * step);
        }

        return new([.. positions], [.. positions.Select(position => axis.Decades ? PowerOfTen(position) : Number(position, step))]);
    }

    /// <summary>10 with a superscript: "10⁻³".</summary>
    /// <param name="exponent">A whole number.</param>
    public static string PowerOfTen(double exponent)
    {
        string digits = Math.Abs(exponent).ToString("F0", CultureInfo.InvariantCulture);
        return $"10{(exponent < 0 ? "⁻" : string.Empty)}{string.Concat(digits.Select(digit => Superscripts[digit - '0']))}";
    }

    /// <summary>1, 2 and 5 in each decade, as numbers.</summary>
    private static AxisTicks WithinDecades(double min, double max, int most)
    {
        double[] mantissas = (max - min) * 3 <= most ? [1, 2, 5] : [1, 3];
        if (max - min < 0.5)
        {
            mantissas = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
        }

        (double Position, string Label)[] ticks =
        [
            .. from decade in Enumerable.Range((int)Math.Floor(min), (int)(Math.Floor(max) - Math.Floor(min)) + 1)
               from mantissa in mantissas
               let position = decade + Math.Log10(mantissa)
               where position >= min && position <= max
               select (position, Scientific(mantissa, decade)),
        ];
        return new([.. ticks.Select(tick => tick.Position)], [.. ticks.Select(tick => tick.Label)]);
    }

    private static string Scientific(double mantissa, int exponent) =>
        Math.Abs(exponent) <= 3 ? ((decimal)mantissa * (decimal)Math.Pow(10, exponent)).ToString("#,##0.#####", CultureInfo.InvariantCulture)
        : mantissa == 1 ? PowerOfTen(exponent)
        : $"{mantissa.ToString(CultureInfo.InvariantCulture)}·{PowerOfTen(exponent)}";

    /// <summary>1, 2 or 5 times a power of ten, at least as large as what is asked for.</summary>
    private static double RoundStep(double atLeast, bool wholeNumbers)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        double step = power * (atLeast <= power * 1.0000001 ? 1 : atLeast <= 2 * power ? 2 : atLeast <= 5 * power ? 5 : 10);
        return wholeNumbers ? Math.Max(1, Math.Round(step)) : step;
    }

    private static string Number(double value, double step)
    {
        if (value == 0)
        {
            return "0";
        }

        string text = Math.Abs(value) >= 1e7 || step < 1e-5
            ? value.ToString("G4", CultureInfo.InvariantCulture)
            : value.ToString("#,##0." + new string('#', Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) + 1e-9))), CultureInfo.InvariantCulture);
        return text.Replace('-', '−'); // a minus sign is as wide as a digit
    }
}
