namespace OnnxInit.Contracts.Figures;

/// <summary>Points that belong together.</summary>
/// <param name="Label">Its name in the legend; empty leaves it out.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="X">Horizontal positions, ascending.</param>
/// <param name="Y">Vertical positions, as many; NaN breaks a line.</param>
public sealed record Series(string Label, SeriesStyle Style, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>The lower edge of the band around it; null for no band.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>The upper edge of the band.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Which colour: series of the same index, such as a measurement and its theory, share one. Null takes the next.</summary>
    public int? Color { get; init; }
}

/// <summary>How a series is drawn.</summary>
public enum SeriesStyle
{
    /// <summary>What was measured: a solid line, with its band.</summary>
    Measured,

    /// <summary>What theory says: a dashed line on top.</summary>
    Theory,

    /// <summary>Points without a line.</summary>
    Points,

    /// <summary>A histogram: Y[i] from X[i] to X[i + 1]; X has one entry more.</summary>
    Bars,
}

/// <summary>A horizontal line with a name.</summary>
/// <param name="Label">The name.</param>
/// <param name="Y">Where, in the axis' own numbers.</param>
public sealed record Level(string Label, double Y);
