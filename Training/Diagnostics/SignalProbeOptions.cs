using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>What a <see cref="SignalProbe"/> looks at.</summary>
public sealed record SignalProbeOptions
{
    /// <summary>Bins of a histogram of every tensor; 0, the default, makes none: they cost a second reading.</summary>
    public int HistogramBins { get; init; }

    /// <summary>
    /// Which modules are layers, by dotted name and module; null for all that have no modules inside, and all that own parameters themselves.
    /// </summary>
    public Func<string, nn.Module, bool>? Layers { get; init; }
}
