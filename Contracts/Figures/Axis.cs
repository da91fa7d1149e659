namespace OnnxInit.Contracts.Figures;

/// <summary>An axis.</summary>
/// <param name="Label">The quantity, with its unit where it has one.</param>
/// <param name="Min">Where it begins; null takes the data's.</param>
/// <param name="Max">Where it ends; null takes the data's.</param>
public sealed record Axis(string Label, double? Min = null, double? Max = null)
{
    /// <summary>Whether the data are decimal logarithms, to be labelled 10^n: the values themselves may lie outside of what a double holds.</summary>
    public bool Decades { get; init; }

    /// <summary>An axis of decimal logarithms.</summary>
    /// <param name="label">The quantity itself, without "log".</param>
    /// <param name="min">The smallest exponent; null takes the data's.</param>
    /// <param name="max">The largest exponent; null takes the data's.</param>
    public static Axis OfDecades(string label, double? min = null, double? max = null) => new(label, min, max) { Decades = true };
}
