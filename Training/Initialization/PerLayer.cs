using System.IO.Enumeration;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>Schemes chosen by parameter: the first rule that a parameter satisfies draws it; the others fall to the default scheme.</summary>
/// <param name="Default">Draws what no rule speaks of.</param>
/// <param name="Rules">First to last.</param>
public sealed record PerLayer(InitializationScheme Default, IReadOnlyList<InitializationRule> Rules) : InitializationScheme
{
    /// <inheritdoc/>
    protected internal override void Draw(NetworkParameters network)
    {
        Default.Draw(network);
        foreach (NetworkParameter parameter in network.All)
        {
            if (Rules.FirstOrDefault(rule => rule.Applies(parameter)) is InitializationRule rule)
            {
                network.Draw(parameter, rule.Initializer);
            }
        }
    }
}

/// <summary>An initializer for some parameters.</summary>
/// <param name="Applies">Which.</param>
/// <param name="Initializer">What they get.</param>
public sealed record InitializationRule(Func<NetworkParameter, bool> Applies, WeightInitializer Initializer)
{
    /// <summary>A rule by dotted name.</summary>
    /// <param name="pattern">A name with <c>*</c> for any text and <c>?</c> for any character, such as <c>linear1.*</c> or <c>*.bias</c>.</param>
    /// <param name="initializer">What they get.</param>
    public static InitializationRule Named(string pattern, WeightInitializer initializer) =>
        new(parameter => FileSystemName.MatchesSimpleExpression(pattern, parameter.Name, ignoreCase: false), initializer);

    /// <summary>A rule for the weights, of two or more axes, of a type of module.</summary>
    /// <typeparam name="TModule">The type, or a base of it.</typeparam>
    /// <param name="initializer">What they get.</param>
    public static InitializationRule WeightsOf<TModule>(WeightInitializer initializer)
        where TModule : nn.Module => new(parameter => parameter.Owner is TModule && parameter.IsWeight, initializer);

    /// <summary>A rule for the biases of a type of module.</summary>
    /// <typeparam name="TModule">The type, or a base of it.</typeparam>
    /// <param name="initializer">What they get.</param>
    public static InitializationRule BiasesOf<TModule>(WeightInitializer initializer)
        where TModule : nn.Module => new(parameter => parameter.Owner is TModule && parameter.IsBias, initializer);
}
