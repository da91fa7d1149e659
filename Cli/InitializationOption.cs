using System.CommandLine;
using OnnxInit.Training.Initialization;

namespace OnnxInit.Cli;

/// <summary>Options that name an initialisation.</summary>
internal static class InitializationOption
{
    /// <summary>An option of a verb.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What the initialisation is for.</param>
    /// <param name="defaultScheme">Taken when it is left out.</param>
    public static Option<string> Create(string name, string description, string defaultScheme) => new(name)
    {
        Description = $"{description}: {string.Join(", ", InitializationSchemes.Names)}.",
        HelpName = "SCHEME",
        DefaultValueFactory = _ => defaultScheme,
    };
}
