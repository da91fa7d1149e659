namespace OnnxInit.Inference;

/// <summary>How an exported model is compared with the trained one.</summary>
public sealed record VerifyOptions
{
    /// <summary>Images per run of the model. Default: 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The greatest absolute difference of two logits that passes. Default: <see cref="LogitComparison.DefaultTolerance"/>.</summary>
    public double Tolerance { get; init; } = LogitComparison.DefaultTolerance;
}
