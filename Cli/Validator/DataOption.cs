using System.CommandLine;

namespace OnnxInit.Cli;

/// <summary>The option <c>--data</c>, which many verbs have.</summary>
internal static class DataOption
{
    /// <summary>An option of a verb.</summary>
    public static Option<string> Create() => new("--data")
    {
        Description = "The images: synthetic[:TRAIN[:SEED]], cifar10 (after 'data fetch'), or a CIFAR-10 folder or archive.",
        HelpName = "SOURCE",
        DefaultValueFactory = _ => "synthetic",
    };
}
