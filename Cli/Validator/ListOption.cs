using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace OnnxInit.Cli;

/// <summary>Options that take a list with commas, and may be left out.</summary>
internal static class ListOption
{
    /// <summary>A list of numbers, with points: <c>2,4,100</c> or <c>0.1,10</c>.</summary>
    /// <typeparam name="T">int or double.</typeparam>
    public static Option<T[]?> OfNumbers<T>(string name, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "LIST",
            CustomParser = result =>
            {
                List<T> numbers = [];
                foreach (string part in Parts(result))
                {
                    if (!T.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out T number))
                    {
                        result.AddError($"{name} has '{part}'; expected numbers with commas between them, such as {(typeof(T) == typeof(int) ? "2,4,100" : "0.1,10")}.");
                        return null;
                    }

                    numbers.Add(number);
                }

                return [.. numbers];
            },
        };

    /// <summary>A list of names.</summary>
    public static Option<string[]?> OfNames(string name, string description) => new(name) { Description = description, HelpName = "LIST", CustomParser = Parts };

    /// <summary>The list, or null when the option was left out.</summary>
    public static T[]? List<T>(this ParseResult parsed, Option<T[]?> option) => parsed.GetResult(option) is null ? null : parsed.GetValue(option);

    private static string[] Parts(ArgumentResult result) => string.Join(',', result.Tokens.Select(token => token.Value)).Split(',', StringSplitOptions.TrimEntries);
}
