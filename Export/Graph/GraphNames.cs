using System.Buffers;
using System.Text.RegularExpressions;

namespace OnnxInit.Export.Graph;

/// <summary>The names in a graph: C identifiers, as ONNX demands, each given once.</summary>
internal static partial class GraphNames
{
    private static readonly SearchValues<char> IdentifierCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private const int MostCounted = 100;

    /// <summary>A dotted path as an identifier: what is no letter, digit or _ becomes _, and a leading digit gets one before it.</summary>
    /// <param name="path">The path.</param>
    public static string Identifier(string path)
    {
        string name = NoIdentifier().Replace(path, "_");
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? $"_{name}" : name;
    }

    /// <summary>Whether a name is an identifier as it is.</summary>
    /// <param name="name">The name.</param>
    public static bool IsIdentifier(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(IdentifierCharacters);

    /// <summary>Gives an identifier that is not taken, and takes it.</summary>
    /// <param name="taken">The names in use.</param>
    /// <param name="path">What it is made of; a number follows where that is taken.</param>
    public static string Take(ISet<string> taken, string path)
    {
        string name = Identifier(path);
        string candidate = name;
        for (int i = 2; !taken.Add(candidate); i++)
        {
            // Small numbers where few share a name; where many do, counting up to a free one would take ever longer.
            i = i == MostCounted ? Math.Max(i, taken.Count) : i;
            candidate = $"{name}_{i}";
        }

        return candidate;
    }

    /// <summary>Every name in a graph.</summary>
    /// <param name="graph">The graph.</param>
    public static HashSet<string> Of(OnnxGraph graph) =>
    [
        .. graph.Inputs.Select(input => input.Name), .. graph.Outputs.Select(output => output.Name), .. graph.Constants.Select(constant => constant.Name),
        .. graph.Nodes.Select(node => node.Name), .. graph.Nodes.SelectMany(node => node.Outputs).Select(value => value.Name),
    ];

    /// <summary>Calls a value something else, where it is computed and where it is read.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="names">From old names to new ones, which are not yet in use.</param>
    public static OnnxGraph Rename(OnnxGraph graph, IReadOnlyDictionary<string, string> names)
    {
        return graph with
        {
            Outputs = [.. graph.Outputs.Select(Value)],
            Nodes = [.. graph.Nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(Name)], Outputs = [.. node.Outputs.Select(Value)] })],
        };

        string Name(string name) => names.GetValueOrDefault(name, name);
        GraphValue Value(GraphValue value) => names.TryGetValue(value.Name, out string? name) ? value with { Name = name } : value;
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NoIdentifier();
}
