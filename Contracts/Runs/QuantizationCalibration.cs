namespace OnnxInit.Contracts.Runs;

/// <summary>How the ranges of a quantized model's activations were found.</summary>
/// <param name="Method"><c>minmax</c>, <c>percentile</c> or <c>entropy</c>.</param>
/// <param name="Percentile">The share of the elements inside the range, in percent; null for the other methods.</param>
/// <param name="Bins">Bins of the histograms; null for <c>minmax</c>, which has none.</param>
/// <param name="Images">How many training images were looked at.</param>
/// <param name="Seed">What chose them.</param>
public sealed record QuantizationCalibration(string Method, double? Percentile, int? Bins, int Images, long Seed);
