using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;
using OnnxInit.Training.Models;
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
        Modules = [.. WithDescendants(string.Empty, module, new(ReferenceEqualityComparer.Instance))];
        All =
        [
            .. Modules.SelectMany(part => part.Module.named_parameters(recurse: false).Select(
                    parameter => new NetworkParameter(part.Name.Length == 0 ? parameter.name : $"{part.Name}.{parameter.name}", part.Module, parameter.parameter)))
                .DistinctBy(parameter => parameter.Value.Handle),
        ];
    }

    /// <summary>The network.</summary>
    public nn.Module Module { get; }

    /// <summary>The network, whose name is empty, and every module within it by dotted name: depth first, in the order of registration, each once.</summary>
    public IReadOnlyList<(string Name, nn.Module Module)> Modules { get; }

    /// <summary>Every parameter, in the order of <see cref="Modules"/>; one that two modules share stands there once.</summary>
    public IReadOnlyList<NetworkParameter> All { get; }

    /// <summary>The parameters of two or more axes, those of normalisation layers left out.</summary>
    public IEnumerable<NetworkParameter> Weights => All.Where(parameter => parameter.IsWeight);

    /// <summary>The biases: those of the layers, and the shifts of normalisations.</summary>
    public IEnumerable<NetworkParameter> Biases => All.Where(parameter => parameter.IsBias);

    /// <summary>What every parameter that was drawn was given, in the order of <see cref="All"/>.</summary>
    internal IReadOnlyList<AppliedInitialization> Applied => [.. All.Where(parameter => _applied.ContainsKey(parameter.Name)).Select(parameter => _applied[parameter.Name])];

    /// <summary>Gives a parameter its values: a function of the seed, its name and the initializer. A second draw replaces the first.</summary>
    /// <param name="parameter">One of <see cref="All"/>.</param>
    /// <param name="initializer">Where the values come from.</param>
    /// <exception cref="InvalidInputException">The initializer has nothing for such a parameter; the message names it.</exception>
    public void Draw(NetworkParameter parameter, WeightInitializer initializer)
    {
        double[] values = new double[parameter.Value.NumberOfElements];
        try
        {
            initializer.Fill(values, parameter.Shape, new PhiloxRandom(_seed, $"parameter/{parameter.Name}"));
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidInputException($"Cannot initialise '{parameter.Name}': {exception.Message}", exception);
        }

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
        Record(parameter, initializer);
    }

    /// <summary>Remembers what a parameter was given, in place of what was remembered.</summary>
    /// <param name="parameter">One of <see cref="All"/>.</param>
    /// <param name="initializer">What it was given.</param>
    internal void Record(NetworkParameter parameter, string initializer) =>
        _applied[parameter.Name] = new(parameter.Name, parameter.Shape.Sizes, initializer);

    /// <summary>
    /// What no scheme draws, but has a value to start from: scales of normalisation layers 1 and their shifts 0, which TorchSharp's GroupNorm
    /// leaves uninitialised, and the scale of a residual branch 1.
    /// </summary>
    internal void Reset()
    {
        foreach (NetworkParameter parameter in All)
        {
            if (parameter.IsOfNormalization)
            {
                Draw(parameter, parameter.LocalName == "bias" ? Constant.Zeros : Constant.Ones);
            }
            else if (parameter.Owner is ResidualBlock)
            {
                Draw(parameter, Constant.Ones);
            }
        }
    }

    /// <summary>Depth first. TorchSharp's <c>named_modules</c> lists all children before the first grandchild, which is not the order of the layers.</summary>
    private static IEnumerable<(string Name, nn.Module Module)> WithDescendants(string name, nn.Module module, HashSet<object> seen)
    {
        if (!seen.Add(module))
        {
            yield break;
        }

        yield return (name, module);
        foreach ((string child, nn.Module part) in module.named_children())
        {
            foreach ((string Name, nn.Module Module) descendant in WithDescendants(name.Length == 0 ? child : $"{name}.{child}", part, seen))
            {
                yield return descendant;
            }
        }
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

    /// <summary>The last part of its name, which its owner knows it by, such as <c>weight</c>.</summary>
    public string LocalName => Name[(Name.LastIndexOf('.') + 1)..];

    /// <summary>Whether it connects units: two or more axes, and not the scale or shift of a normalisation over several axes.</summary>
    public bool IsWeight => Value.dim() >= 2 && !IsOfNormalization;

    /// <summary>Whether it is added to units: one axis, and a name such as <c>bias</c> or <c>bias_ih_l0</c>.</summary>
    public bool IsBias => Value.dim() == 1 && LocalName.Contains("bias", StringComparison.Ordinal);

    /// <summary>Whether it is the scale or the shift of a batch, instance, layer or group normalisation.</summary>
    public bool IsOfNormalization => Owner is NormBase or LayerNorm or GroupNorm;
}
