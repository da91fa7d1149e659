using System.Globalization;
using OnnxInit.Cli.Figures;

namespace OnnxInit.Cli.Report;

/// <summary>Numbers as people read them.</summary>
internal static class Quantity
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "–";

    /// <summary>0.4776 as "47.76 %".</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="decimals">Digits after the point.</param>
    public static string Percent(double share, int decimals = 2) => Invariant((100 * share).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + " %");

    /// <summary>1,234,567.</summary>
    /// <param name="count">A count.</param>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>1,236,106 as "1.24 MB": powers of 1,000.</summary>
    /// <param name="bytes">Bytes.</param>
    public static string Bytes(long bytes) => Scaled(bytes, " bytes", " kB", " MB", " GB", " TB");

    /// <summary>616,400 as "0.616 M".</summary>
    /// <param name="count">A large count, such as FLOPs.</param>
    public static string Large(long count) => Scaled(count, string.Empty, " thousand", " million", " billion", " trillion");

    /// <summary>Three digits: plain between a thousandth and ten thousand, else with a power of ten.</summary>
    /// <param name="value">The number.</param>
    public static string Number(double value) => value switch
    {
        0 => "0",
        _ when !double.IsFinite(value) => double.IsNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞",
        _ when Math.Abs(value) is >= 1e-3 and < 1e4 => Invariant(value.ToString("#,##0.######", CultureInfo.InvariantCulture), value),
        _ => PowerOfTen(Math.Log10(Math.Abs(value)), value < 0),
    };

    /// <summary>A number by its decimal logarithm, which may be beyond what a double holds.</summary>
    /// <param name="log10">The logarithm; minus infinity stands for 0.</param>
    public static string FromLog10(double log10) => double.IsNegativeInfinity(log10) ? "0"
        : !double.IsFinite(log10) ? "not finite"
        : log10 is >= -3 and < 4 ? Number(Math.Pow(10, log10))
        : PowerOfTen(log10, negative: false);

    /// <summary>A number for a style sheet.</summary>
    /// <param name="value">The number.</param>
    public static string Css(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Seconds, or minutes and hours.</summary>
    /// <param name="seconds">Seconds.</param>
    public static string Duration(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        return seconds < 60 ? Invariant(seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s")
            : seconds < 3600 ? $"{time.Minutes} min {time.Seconds} s"
            : $"{(int)time.TotalHours} h {time.Minutes} min";
    }

    private static string PowerOfTen(double log10, bool negative)
    {
        double exponent = Math.Floor(log10);
        double mantissa = Math.Round(Math.Pow(10, log10 - exponent), 2);
        if (mantissa >= 10)
        {
            (mantissa, exponent) = (1, exponent + 1);
        }

        string sign = negative ? "−" : string.Empty;
        return mantissa == 1 ? $"{sign}{AxisTicks.PowerOfTen(exponent)}" : $"{sign}{mantissa.ToString("0.##", CultureInfo.InvariantCulture)}·{AxisTicks.PowerOfTen(exponent)}";
    }

    /// <summary>Three significant digits of what "#" has written in full.</summary>
    private static string Invariant(string full, double value)
    {
        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return full.Contains('.', StringComparison.Ordinal) ? Invariant(value.ToString("#,##0." + new string('#', decimals), CultureInfo.InvariantCulture)) : Invariant(full);
    }

    private static string Invariant(string text) => text.Replace('-', '−'); // a minus sign is as wide as a digit

    private static string Scaled(long count, params ReadOnlySpan<string> units)
    {
        int unit = 0;
        double value = count;
        while (Math.Abs(value) >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0 ? Count(count) + units[0] : value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + units[unit];
    }
}
