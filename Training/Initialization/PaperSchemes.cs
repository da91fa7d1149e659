namespace OnnxInit.Training.Initialization;

/// <summary>Glorot and Bengio, AISTATS 2010: Var = gain^2 2 / (fan_in + fan_out), between what keeps the signal and what keeps the gradient.</summary>
public static class Xavier
{
    /// <summary>N(0, gain^2 2 / (fan_in + fan_out)).</summary>
    /// <param name="gain">For the activation that follows; see <see cref="Gain"/>.</param>
    public static VarianceScaling Normal(double gain = 1) => new(gain * gain, FanMode.FanAvg, Distribution.Normal);

    /// <summary>U(+-gain sqrt(6 / (fan_in + fan_out))).</summary>
    /// <param name="gain">For the activation that follows; see <see cref="Gain"/>.</param>
    public static VarianceScaling Uniform(double gain = 1) => new(gain * gain, FanMode.FanAvg, Distribution.Uniform);
}

/// <summary>He, Zhang, Ren, Sun 2015 (arXiv 1502.01852): Var = gain^2 / fan, with gain^2 = 2 for ReLU.</summary>
public static class Kaiming
{
    /// <summary>N(0, gain^2 / fan).</summary>
    /// <param name="mode">FanIn keeps the signal, FanOut the gradient.</param>
    /// <param name="gain">For the activation that follows; null for ReLU's, sqrt 2.</param>
    public static VarianceScaling Normal(FanMode mode = FanMode.FanIn, double? gain = null) => new(gain * gain ?? 2, mode, Distribution.Normal);

    /// <summary>U(+-gain sqrt(3 / fan)).</summary>
    /// <param name="mode">FanIn keeps the signal, FanOut the gradient.</param>
    /// <param name="gain">For the activation that follows; null for ReLU's, sqrt 2.</param>
    public static VarianceScaling Uniform(FanMode mode = FanMode.FanIn, double? gain = null) => new(gain * gain ?? 2, mode, Distribution.Uniform);
}

/// <summary>LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp": Var = gain^2 / fan, the gain 1 for linear and SELU networks.</summary>
public static class LeCun
{
    /// <summary>N(0, gain^2 / fan).</summary>
    /// <param name="mode">FanIn in the paper.</param>
    /// <param name="gain">For the activation that follows; see <see cref="Gain"/>.</param>
    public static VarianceScaling Normal(FanMode mode = FanMode.FanIn, double gain = 1) => new(gain * gain, mode, Distribution.Normal);

    /// <summary>U(+-gain sqrt(3 / fan)).</summary>
    /// <param name="mode">FanIn in the paper.</param>
    /// <param name="gain">For the activation that follows; see <see cref="Gain"/>.</param>
    public static VarianceScaling Uniform(FanMode mode = FanMode.FanIn, double gain = 1) => new(gain * gain, mode, Distribution.Uniform);
}
