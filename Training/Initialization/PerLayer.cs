using System.IO.Enumeration;
using OnnxInit.Contracts;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>Schemes chosen by parameter: the first rule that a parameter satisfies draws it; the others fall to the default scheme.</summary>
/// <param name="Default">Draws what no rule speaks of.</param>
/// <param name="Rules">First to last.</param>
public sealed record PerLayer(InitializationScheme Default, IReadOnlyList<InitializationRule> Rules) : InitializationScheme
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A rule by name matches no parameter.</exception>
    protected internal override void Draw(NetworkParameters network)
    {
        foreach (InitializationRule rule in Rules.Where(rule => rule.Pattern is not null && !network.All.Any(rule.Applies)))
        {
            throw new InvalidInputException(
                $"No parameter is called '{rule.Pattern}'. The network has {network.All.Count}: {string.Join(", ", network.All.Take(8).Select(parameter => parameter.Name))}{(network.All.Count > 8 ? ", ..." : ".")}");
        }

        (NetworkParameter Parameter, WeightInitializer? Initializer)[] chosen =
            [.. network.All.Select(parameter => (parameter, Rules.FirstOrDefault(rule => rule.Applies(parameter))?.Initializer))];

        if (Default is WeightInitializer initializer)
        {
            // The default may have nothing for a parameter that a rule takes care of.
            initializer.Draw(network, except: chosen.Where(choice => choice.Initializer is not null).Select(choice => choice.Parameter.Name).ToHashSet(StringComparer.Ordinal));
        }
        else
        {
            Default.Draw(network);
        }

        foreach ((NetworkParameter parameter, WeightInitializer? drawn) in chosen)
        {
            if (drawn is not null)
            {
                network.Draw(parameter, drawn);
            }
        }
    }
}

/// <summary>An initializer for some parameters.</summary>
/// <param name="Applies">Which.</param>
/// <param name="Initializer">What they get.</param>
public sealed record InitializationRule(Func<NetworkParameter, bool> Applies, WeightInitializer Initializer)
{
    /// <summary>The pattern of a rule by name, which has to match a parameter; null for other rules.</summary>
    public string? Pattern { get; init; }

    /// <summary>A rule by dotted name.</summary>
    /// <param name="pattern">A name with <c>*</c> for any text and <c>?</c> for any character, such as <c>linear1.*</c> or <c>*.bias</c>.</param>
    /// <param name="initializer">What they get.</param>
    public static InitializationRule Named(string pattern, WeightInitializer initializer) =>
        new(parameter => FileSystemName.MatchesSimpleExpression(pattern, parameter.Name, ignoreCase: false), initializer) { Pattern = pattern };

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
