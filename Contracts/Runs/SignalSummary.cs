namespace OnnxInit.Contracts.Runs;

/// <summary>The last measurement of an epoch in a few numbers; <c>signals.jsonl</c> has all of them, layer by layer.</summary>
public sealed record SignalSummary
{
    /// <summary>Optimisation steps done before it.</summary>
    public required long Step { get; init; }

    /// <summary>What becomes of the outputs from layer to layer.</summary>
    public required SignalVerdict Forward { get; init; }

    /// <summary>The change of log10 of the outputs' mean square per weight layer; NaN when it is not known.</summary>
    public required double ForwardRate { get; init; }

    /// <summary>What becomes of the gradients from layer to layer, from the loss back.</summary>
    public required SignalVerdict Backward { get; init; }

    /// <summary>The change of log10 of the gradients' mean square per weight layer, from the loss back; NaN when it is not known.</summary>
    public required double BackwardRate { get; init; }

    /// <summary>The median over the layers of |change of the weights| / |weights|; null when no layer was updated.</summary>
    public double? UpdateRatio { get; init; }

    /// <summary>Units that were 0 for the whole batch, in all layers together.</summary>
    public required long DeadUnits { get; init; }

    /// <summary>Outputs that were infinite or NaN, in all layers together.</summary>
    public required long NonFinite { get; init; }
}
