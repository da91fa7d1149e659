using OnnxInit.Contracts.Figures;
using ScottPlot;

namespace OnnxInit.Cli.Figures;

/// <summary>A line of a legend.</summary>
/// <param name="Label">The name.</param>
/// <param name="Style">How the series is drawn.</param>
/// <param name="Color">In which colour.</param>
/// <param name="Band">Whether a band is around it.</param>
internal sealed record LegendEntry(string Label, SeriesStyle Style, Color Color, bool Band);
