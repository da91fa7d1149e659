using System.Globalization;
using OnnxInit.Contracts;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>The named schemes: one line each, with the paper.</summary>
public static class InitializationSchemes
{
    private const double ReluGain = 1.4142135623730951;

    /// <summary>He, Zhang, Ren, Sun 2015 (arXiv 1502.01852), for ReLU: Var = 2 / fan_in.</summary>
    public static VarianceScaling KaimingUniform { get; } = Kaiming.Uniform();

    /// <summary>The same, normal.</summary>
    public static VarianceScaling KaimingNormal { get; } = Kaiming.Normal();

    /// <summary>Glorot and Bengio, AISTATS 2010: Var = 2 / (fan_in + fan_out).</summary>
    public static VarianceScaling XavierUniform { get; } = Xavier.Uniform();

    /// <summary>The same, normal.</summary>
    public static VarianceScaling XavierNormal { get; } = Xavier.Normal();

    /// <summary>LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp": Var = 1 / fan_in.</summary>
    public static VarianceScaling LeCunNormal { get; } = LeCun.Normal();

    /// <summary>The same, uniform.</summary>
    public static VarianceScaling LeCunUniform { get; } = LeCun.Uniform();

    /// <summary>PyTorch's default, kaiming_uniform(a = sqrt 5): Var = 1 / (3 fan_in), biases of the same bound.</summary>
    public static PyTorchDefault PyTorch { get; } = new();

    /// <summary>Orthogonal with the gain of ReLU, sqrt 2: what the bare name <c>orthogonal</c> means. <c>orthogonal:1</c> is for tanh and linear networks.</summary>
    public static Orthogonal OrthogonalRelu { get; } = new(ReluGain);

    /// <summary>Xiao et al. 2018 (arXiv 1806.05393), with the gain of ReLU, sqrt 2, as <see cref="OrthogonalRelu"/>.</summary>
    public static DeltaOrthogonal DeltaOrthogonalRelu { get; } = new(ReluGain);

    /// <summary>Balduzzi et al. 2017 (arXiv 1702.08591): mirrored pairs.</summary>
    public static LooksLinear LooksLinear { get; } = new();

    /// <summary>A whole network as near to the identity as its shapes allow: layers with as many outputs as inputs are it, the others are He's.</summary>
    public static PerLayer IdentityWhereSquare { get; } = new(KaimingNormal, [new(parameter => parameter.IsWeight && parameter.Shape.Inputs == parameter.Shape.Outputs, new Identity())]);

    /// <summary>A whole network with convolutions that pass their channels on; the linear layers are He's.</summary>
    public static PerLayer DiracConvolutions { get; } = new(KaimingNormal, [new(parameter => parameter.IsWeight && parameter.Shape.HasKernel, new Dirac())]);

    /// <summary>The schemes by the name that the command line and run.json use. <c>lsuv</c> draws only when <see cref="Get"/> has given it a batch.</summary>
    public static IReadOnlyDictionary<string, InitializationScheme> ByName { get; } = new Dictionary<string, InitializationScheme>(StringComparer.Ordinal)
    {
        ["kaiming-uniform"] = KaimingUniform,
        ["kaiming-normal"] = KaimingNormal,
        ["kaiming-uniform-fan-out"] = Kaiming.Uniform(FanMode.FanOut),
        ["kaiming-normal-fan-out"] = Kaiming.Normal(FanMode.FanOut),
        ["kaiming-truncated-normal"] = new VarianceScaling(2, FanMode.FanIn, Distribution.TruncatedNormal),
        ["xavier-uniform"] = XavierUniform,
        ["xavier-normal"] = XavierNormal,
        ["lecun-uniform"] = LeCunUniform,
        ["lecun-normal"] = LeCunNormal,
        ["pytorch"] = PyTorch,
        ["orthogonal"] = OrthogonalRelu,
        ["delta-orthogonal"] = DeltaOrthogonalRelu,
        ["looks-linear"] = LooksLinear,
        ["identity"] = IdentityWhereSquare,
        ["dirac"] = DiracConvolutions,
        ["sparse"] = new Sparse(0.1),
        ["zeros"] = Constant.Zeros,
        ["lsuv"] = new Lsuv(),
        ["fixup"] = new Fixup(),
        ["rezero"] = new ReZero(KaimingNormal),
    };

    /// <summary>The schemes that a number completes, as in <c>normal:0.01</c>.</summary>
    internal static IReadOnlyDictionary<string, NumberedScheme> WithNumber { get; } = new Dictionary<string, NumberedScheme>(StringComparer.Ordinal)
    {
        ["constant"] = new("VALUE", "a value, such as 0.1", _ => true, value => new Constant(value)),
        ["normal"] = new("STD", "a standard deviation of 0 or more, such as 0.01", deviation => deviation >= 0, deviation => new Normal(0, deviation)),
        ["truncated-normal"] = new("STD", "a standard deviation of 0 or more, such as 0.02", deviation => deviation >= 0, deviation => new TruncatedNormal(0, deviation)),
        ["uniform"] = new("BOUND", "a bound of 0 or more, such as 0.05", bound => bound >= 0, Uniform.Symmetric),
        ["orthogonal"] = new("GAIN", "a gain above 0, such as 1", gain => gain > 0, gain => new Orthogonal(gain)),
        ["delta-orthogonal"] = new("GAIN", "a gain above 0, such as 1", gain => gain > 0, gain => new DeltaOrthogonal(gain)),
        ["sparse"] = new("SPARSITY", "the part of the weights that is 0, from 0 to 1, such as 0.9", sparsity => sparsity is >= 0 and <= 1, sparsity => new Sparse(sparsity)),
    };

    /// <summary>Every name that <see cref="Get"/> knows, those with a number as <c>normal:STD</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys, .. WithNumber.Select(scheme => $"{scheme.Key}:{scheme.Value.Number}")];

    /// <summary>The scheme of a name.</summary>
    /// <param name="name">A key of <see cref="ByName"/>, or a name with a number, such as <c>normal:0.01</c> for N(0, 0.01^2); see <see cref="Names"/>.</param>
    /// <param name="batch">Inputs for a scheme that looks at data, [N, ...], asked for when it draws; null if there are none.</param>
    /// <exception cref="InvalidInputException">There is no such scheme, or its number is missing or wrong.</exception>
    public static InitializationScheme Get(string name, Func<Tensor>? batch = null)
    {
        if (ByName.TryGetValue(name, out InitializationScheme? scheme))
        {
            return scheme is Lsuv lsuv ? lsuv with { Batch = batch } : scheme;
        }

        string[] parts = name.Split(':', 2);
        if (!WithNumber.TryGetValue(parts[0], out NumberedScheme? numbered))
        {
            throw ByName.ContainsKey(parts[0])
                ? new InvalidInputException($"The initialisation '{parts[0]}' takes no number; found '{name}'.")
                : new InvalidInputException($"There is no initialisation '{name}'; expected one of {string.Join(", ", Names)}.");
        }

        return parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && numbered.Allows(number)
            ? numbered.Create(number)
            : throw new InvalidInputException($"The initialisation '{parts[0]}:{numbered.Number}' takes {numbered.Expected}; found '{name}'.");
    }

    /// <summary>A scheme with a number in its name.</summary>
    /// <param name="Number">What the number is, for a list of names.</param>
    /// <param name="Expected">What it may be, for a message.</param>
    /// <param name="Allows">Whether a number is possible.</param>
    /// <param name="Create">The scheme.</param>
    internal sealed record NumberedScheme(string Number, string Expected, Func<double, bool> Allows, Func<double, WeightInitializer> Create);
}
