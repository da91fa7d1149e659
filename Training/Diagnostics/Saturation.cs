using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>Where an activation is flat: outputs below or above these pass on next to no gradient.</summary>
/// <param name="Low">Outputs below are saturated.</param>
/// <param name="High">Outputs above are saturated.</param>
public sealed record Saturation(double Low, double High)
{
    private static readonly Saturation UnitInterval = new(0.01, 0.99);

    private static readonly Saturation Symmetric = new(-0.99, 0.99);

    /// <summary>
    /// A hundredth of the range from the ends: |y| above 0.99 for tanh, softsign and hard tanh (of its own bounds), outside of 0.01 to 0.99 for
    /// sigmoid and hard sigmoid, above 5.94 for ReLU6. Null for all others: what a ReLU cuts off is counted as zeros.
    /// </summary>
    /// <param name="module">The layer.</param>
    public static Saturation? Of(nn.Module module) => module switch
    {
        Tanh or Softsign => Symmetric,
        Hardtanh bounded => new(Inner(bounded.min_val, bounded.max_val), Inner(bounded.max_val, bounded.min_val)),
        Sigmoid or Hardsigmoid => UnitInterval,
        ReLU6 => new(double.NegativeInfinity, 5.94),
        _ => null,
    };

    private static double Inner(double end, double other) => end + (0.005 * (other - end));
}
