using System.Text.Json.Serialization;

namespace OnnxInit.Contracts.Figures;

/// <summary>One coordinate system of a figure.</summary>
/// <param name="Title">What it shows; empty for none.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(LinePanel), "lines")]
[JsonDerivedType(typeof(HeatMapPanel), "heatmap")]
public abstract record Panel(string Title);

/// <summary>Lines, bands, bars and steps over a common pair of axes.</summary>
/// <param name="Title">What it shows; empty for none.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">What is drawn, bottom to top.</param>
public sealed record LinePanel(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series) : Panel(Title)
{
    /// <summary>Horizontal lines with a name, such as the largest float32.</summary>
    public IReadOnlyList<Level> Levels { get; init; } = [];
}

/// <summary>A table of numbers as colours.</summary>
/// <param name="Title">What it shows; empty for none.</param>
/// <param name="Rows">The rows' names, top to bottom.</param>
/// <param name="Columns">The columns' names, left to right.</param>
/// <param name="Values">By row and column; NaN where there is none, which is drawn as a cell of its own kind.</param>
/// <param name="Label">The quantity.</param>
public sealed record HeatMapPanel(string Title, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Values, string Label) : Panel(Title)
{
    /// <summary>The value of the colour at the low end; null takes the data's.</summary>
    public double? Min { get; init; }

    /// <summary>The value of the colour at the high end; null takes the data's.</summary>
    public double? Max { get; init; }

    /// <summary>What a cell says; empty takes the values, with two decimals.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Texts { get; init; } = [];
}
