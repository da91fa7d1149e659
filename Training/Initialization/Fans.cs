namespace OnnxInit.Training.Initialization;

/// <summary>The connections of a weight tensor.</summary>
/// <param name="In">Inputs that reach one unit.</param>
/// <param name="Out">Units that one input reaches.</param>
public readonly record struct Fans(long In, long Out)
{
    /// <summary>
    /// The fans of a weight: (in, out) times the kernel's size. For a linear layer the kernel is empty; with groups a unit sees in / groups
    /// inputs and an input reaches out / groups units. PyTorch divides neither out by the groups nor exchanges the axes of a transposed convolution.
    /// </summary>
    /// <param name="shape">[out, in / groups, kernel...], or [in, out / groups, kernel...] when transposed.</param>
    /// <param name="groups">The groups of a convolution.</param>
    /// <param name="transposed">Whether the weight is of a transposed convolution.</param>
    /// <exception cref="ArgumentException">Fewer than two axes: a vector has no fan-in.</exception>
    public static Fans Of(IReadOnlyList<long> shape, long groups = 1, bool transposed = false)
    {
        if (shape.Count < 2)
        {
            throw new ArgumentException($"A weight of {shape.Count} axes has no fans; expected [out, in, kernel...].", nameof(shape));
        }

        long kernel = shape.Skip(2).Aggregate(1L, (product, axis) => product * axis);
        long first = shape[0] / groups * kernel;
        long second = shape[1] * kernel;
        return transposed ? new(first, second) : new(second, first);
    }

    /// <summary>The number that a mode divides by.</summary>
    /// <param name="mode">In, out or their mean.</param>
    public double Of(FanMode mode) => mode switch
    {
        FanMode.FanIn => In,
        FanMode.FanOut => Out,
        _ => (In + Out) / 2.0,
    };
}
