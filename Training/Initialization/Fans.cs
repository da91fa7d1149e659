namespace OnnxInit.Training.Initialization;

/// <summary>The connections of a weight tensor.</summary>
/// <param name="In">Inputs that reach one unit.</param>
/// <param name="Out">Units that one input reaches.</param>
public readonly record struct Fans(long In, long Out)
{
    /// <summary>
    /// The fans of a weight [out, in, kernel...]: (in, out) times the kernel's size. For a Linear layer the kernel is empty; for a
    /// convolution with groups the second axis already is in / groups, and out is divided by the groups as well.
    /// </summary>
    /// <param name="shape">The weight's shape, two axes or more.</param>
    /// <param name="groups">The groups of a convolution.</param>
    /// <exception cref="ArgumentException">Fewer than two axes: a vector has no fan-in.</exception>
    public static Fans Of(ReadOnlySpan<long> shape, long groups = 1)
    {
        if (shape.Length < 2)
        {
            throw new ArgumentException($"A weight of {shape.Length} axes has no fans; expected [out, in, kernel...].", nameof(shape));
        }

        long kernel = 1;
        foreach (long axis in shape[2..])
        {
            kernel *= axis;
        }

        return new(shape[1] * kernel, shape[0] / groups * kernel);
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
