using OnnxInit.Contracts;

namespace OnnxInit.Training.Initialization;

/// <summary>The named schemes: one line each, with the paper.</summary>
public static class InitializationSchemes
{
    /// <summary>He, Zhang, Ren, Sun 2015 (arXiv 1502.01852), for ReLU: Var = 2 / fan_in.</summary>
    public static VarianceScaling KaimingUniform { get; } = new(2, FanMode.FanIn, Distribution.Uniform);

    /// <summary>The same, normal.</summary>
    public static VarianceScaling KaimingNormal { get; } = new(2, FanMode.FanIn, Distribution.Normal);

    /// <summary>Glorot and Bengio, AISTATS 2010: Var = 2 / (fan_in + fan_out).</summary>
    public static VarianceScaling XavierUniform { get; } = new(1, FanMode.FanAvg, Distribution.Uniform);

    /// <summary>The same, normal.</summary>
    public static VarianceScaling XavierNormal { get; } = new(1, FanMode.FanAvg, Distribution.Normal);

    /// <summary>LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp": Var = 1 / fan_in.</summary>
    public static VarianceScaling LeCunNormal { get; } = new(1, FanMode.FanIn, Distribution.Normal);

    /// <summary>PyTorch's default, kaiming_uniform(a = sqrt 5): Var = 1 / (3 fan_in), biases of the same bound.</summary>
    public static PyTorchDefault PyTorch { get; } = new();

    /// <summary>Orthogonal with the gain of ReLU, sqrt 2.</summary>
    public static Orthogonal OrthogonalRelu { get; } = new(Math.Sqrt(2));

    /// <summary>Balduzzi et al. 2017 (arXiv 1702.08591): mirrored pairs.</summary>
    public static LooksLinear LooksLinear { get; } = new();

    /// <summary>The schemes by the name that the command line and run.json use.</summary>
    public static IReadOnlyDictionary<string, InitializationScheme> ByName { get; } = new Dictionary<string, InitializationScheme>(StringComparer.Ordinal)
    {
        ["kaiming-uniform"] = KaimingUniform,
        ["kaiming-normal"] = KaimingNormal,
        ["xavier-uniform"] = XavierUniform,
        ["xavier-normal"] = XavierNormal,
        ["lecun-normal"] = LeCunNormal,
        ["pytorch"] = PyTorch,
        ["orthogonal"] = OrthogonalRelu,
        ["looks-linear"] = LooksLinear,
    };

    /// <summary>The scheme of a name.</summary>
    /// <param name="name">A key of <see cref="ByName"/>.</param>
    /// <exception cref="InvalidInputException">There is no such scheme; names those that there are.</exception>
    public static InitializationScheme Get(string name) => ByName.TryGetValue(name, out InitializationScheme? scheme)
        ? scheme
        : throw new InvalidInputException($"There is no initialisation '{name}'; expected one of {string.Join(", ", ByName.Keys)}.");
}
