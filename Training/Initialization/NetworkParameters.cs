using OnnxInit.Contracts.Randomness;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>The parameters of a network while a scheme draws them: gives them values, and remembers what it gave.</summary>
public sealed class NetworkParameters
{
    private readonly long _seed;
    private readonly Dictionary<string, AppliedInitialization> _applied = new(StringComparer.Ordinal);

    internal NetworkParameters(nn.Module module, long seed)
    {
        _seed = seed;
        Module = module;
        All =
        [
            .. module.named_modules().Prepend((string.Empty, module)).DistinctBy(part => part.Item2)
                .SelectMany(part => part.Item2.named_parameters(recurse: false).Select(
                    parameter => new NetworkParameter(part.Item1.Length == 0 ? parameter.name : $"{part.Item1}.{parameter.name}", part.Item2, parameter.parameter)))
                .DistinctBy(parameter => parameter.Value.Handle),
        ];
    }

    /// <summary>The network.</summary>
    public nn.Module Module { get; }

    /// <summary>Every parameter, in the order of registration; one that two modules share stands there once.</summary>
    public IReadOnlyList<NetworkParameter> All { get; }

    /// <summary>The parameters of two or more axes.</summary>
    public IEnumerable<NetworkParameter> Weights => All.Where(parameter => parameter.IsWeight);

    /// <summary>The biases: those of the layers, and the shifts of normalisations.</summary>
    public IEnumerable<NetworkParameter> Biases => All.Where(parameter => parameter.IsBias);

    /// <summary>What every parameter that was drawn was given, in the order of registration.</summary>
    internal IReadOnlyList<AppliedInitialization> Applied => [.. All.Where(parameter => _applied.ContainsKey(parameter.Name)).Select(parameter => _applied[parameter.Name])];

    /// <summary>Gives a parameter its values: a function of the seed, its name and the initializer. A second draw replaces the first.</summary>
    /// <param name="parameter">One of <see cref="All"/>.</param>
    /// <param name="initializer">Where the values come from.</param>
    public void Draw(NetworkParameter parameter, WeightInitializer initializer)
    {
        double[] values = new double[parameter.Value.NumberOfElements];
        initializer.Fill(values, parameter.Shape, new PhiloxRandom(_seed, $"parameter/{parameter.Name}"));
        Set(parameter, values, initializer.ToString());
    }

    /// <summary>Gives a parameter values that were computed elsewhere.</summary>
    /// <param name="parameter">One of <see cref="All"/>.</param>
    /// <param name="values">The values, row-major.</param>
    /// <param name="initializer">What they are, for the record.</param>
    public void Set(NetworkParameter parameter, double[] values, string initializer)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        parameter.Value.copy_(tensor(values).reshape(parameter.Value.shape));
        _applied[parameter.Name] = new(parameter.Name, parameter.Shape.Sizes, initializer);
    }
}

/// <summary>A parameter with its name and owner.</summary>
/// <param name="Name">The dotted name from the network's root, such as <c>block.conv.weight</c>.</param>
/// <param name="Owner">The module that it is a parameter of.</param>
/// <param name="Value">The tensor.</param>
public sealed record NetworkParameter(string Name, nn.Module Owner, Parameter Value)
{
    /// <summary>Its shape, with the groups and the direction of a convolution.</summary>
    public WeightShape Shape => WeightShape.Of(Owner, Value);

    /// <summary>Whether it connects units: two or more axes.</summary>
    public bool IsWeight => Value.dim() >= 2;

    /// <summary>Whether it is added to units: one axis, and a name such as <c>bias</c> or <c>bias_ih_l0</c>.</summary>
    public bool IsBias => Value.dim() == 1 && Name[(Name.LastIndexOf('.') + 1)..].Contains("bias", StringComparison.Ordinal);
}

/// <summary>What a parameter was given.</summary>
/// <param name="Parameter">Its dotted name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Initializer">The initializer with its numbers, as text.</param>
public sealed record AppliedInitialization(string Parameter, IReadOnlyList<long> Shape, string Initializer);
