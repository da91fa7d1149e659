using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>Every weight is the same. Units of a layer then stay the same for ever: of use for biases and for the last layer of a residual branch.</summary>
/// <param name="Value">The value.</param>
public sealed record Constant(double Value) : WeightInitializer
{
    /// <summary>All 0.</summary>
    public static Constant Zeros { get; } = new(0);

    /// <summary>All 1.</summary>
    public static Constant Ones { get; } = new(1);

    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random) => weights.Fill(Value);
}
