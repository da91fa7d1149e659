namespace OnnxInit.Training;

/// <summary>A loss or a gradient stopped being a number: the training diverged. The last checkpoint on disk is of before.</summary>
/// <param name="message">The step, the layer and the statistic, and what to do.</param>
/// <param name="step">The step, counted from 1, whose loss or gradient it was.</param>
/// <param name="layer">The layer or parameter; null when it is the loss alone.</param>
/// <param name="statistic">loss, gradient, weight, norm, output or running statistic.</param>
public sealed class NonFiniteException(string message, long step, string? layer, string statistic) : Exception(message)
{
    /// <summary>The step, counted from 1, whose loss or gradient it was.</summary>
    public long Step { get; } = step;

    /// <summary>The layer or parameter; null when it is the loss alone.</summary>
    public string? Layer { get; } = layer;

    /// <summary>loss, gradient, weight, norm, output or running statistic.</summary>
    public string Statistic { get; } = statistic;
}
