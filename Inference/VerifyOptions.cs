using OnnxInit.Contracts;

namespace OnnxInit.Inference;

/// <summary>How an exported model is compared with the trained one.</summary>
public sealed record VerifyOptions
{
    /// <summary>Images per run of the model. Default: 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The greatest absolute difference of two logits that passes. Default: <see cref="LogitComparison.DefaultTolerance"/>.</summary>
    public double Tolerance { get; init; } = LogitComparison.DefaultTolerance;

    /// <summary>Throws when a value makes no sense.</summary>
    /// <exception cref="InvalidInputException">The batch size is below 1, or the tolerance negative or not finite.</exception>
    public void Validate()
    {
        if (BatchSize <= 0)
        {
            throw new InvalidInputException($"The batch size is {BatchSize}; expected 1 or more (default 256).");
        }

        if (!double.IsFinite(Tolerance) || Tolerance < 0)
        {
            throw new InvalidInputException($"The tolerance is {Tolerance}; expected a number from 0 (default {LogitComparison.DefaultTolerance}).");
        }
    }
}
