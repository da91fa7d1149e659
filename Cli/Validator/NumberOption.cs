using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OnnxInit.Cli;

/// <summary>Options that take a number, written with a point: a decimal comma would otherwise be read as a thousands separator, 0,1 as 1.</summary>
internal static class NumberOption
{
    /// <summary>An option that always has a value.</summary>
    public static Option<double> Create(string name, string description, double defaultValue) =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue, CustomParser = result => Parse(result) ?? 0 };

    /// <summary>An option that may be left out.</summary>
    public static Option<double?> CreateOptional(string name, string description) => new(name) { Description = description, CustomParser = Parse };

    private static double? Parse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return number;
        }

        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{text}'; expected a number such as 0.001 or 1e-3.");
        return null;
    }
}
