using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Export.Passes;

/// <summary>
/// Graphs as text, as <see cref="OnnxGraph.ToString"/> gives them, and back. A constant may say its elements (<c>const c: int64[2] = [1, 2]</c>);
/// one that does not counts from 1.
/// </summary>
internal static partial class GraphText
{
    /// <summary>Fails unless the pass of a name makes one graph of the other.</summary>
    public static void AssertPass(string name, string before, string after, int opset = 17)
    {
        OnnxGraph graph = Parse(before, opset);
        string text = Text(graph);
        Text(GraphPasses.All.Single(pass => pass.Name == name).Apply(graph)).Should().Be(after.ReplaceLineEndings("\n").Trim() + "\n");
        Text(graph).Should().Be(text, "a pass changes nothing that it is given");
    }

    /// <summary>The graph as text, with the elements of constants that have 1 to 8.</summary>
    public static string Text(OnnxGraph graph)
    {
        string text = graph.ToString();
        foreach (GraphConstant constant in graph.Constants.Where(constant => constant.Count is > 0 and <= 8))
        {
            string line = ConstantLine(constant.Value);
            text = text.Replace(line, $"{line} = [{string.Join(", ", Elements(constant))}]", StringComparison.Ordinal);
        }

        return text.ReplaceLineEndings("\n");
    }

    /// <summary>The graph that a text says.</summary>
    public static OnnxGraph Parse(string text, int opset = 17)
    {
        string[] lines = [.. text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        Match head = Head().Match(lines[0]);
        List<GraphConstant> constants = [];
        List<GraphNode> nodes = [];
        foreach (string line in lines.Skip(1))
        {
            if (Constant().Match(line) is { Success: true } constant)
            {
                GraphValue value = Values(constant.Groups[1].Value).Single();
                long[] shape = [.. value.Shape.Select(axis => axis.Size)];
                double[] elements = constant.Groups[3].Success ? [.. List(constant.Groups[3].Value).Select(Number)] : [.. Enumerable.Range(1, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => (double)i)];
                constants.Add(new(value.Name, value.Type, shape, ConstantData.Of(new ReadOnlyMemory<byte>(Bytes(value.Type, elements)))));
            }
            else
            {
                Match node = Node().Match(line);
                node.Success.Should().BeTrue(line);
                string[] arguments = Split(node.Groups[3].Value);
                GraphValue[] outputs = Values(node.Groups[1].Value);
                nodes.Add(new(
                    node.Groups[2].Value, outputs[0].Name, [.. arguments.Where(argument => !argument.Contains('=', StringComparison.Ordinal))], outputs,
                    arguments.Where(argument => argument.Contains('=', StringComparison.Ordinal)).Select(argument => argument.Split('=')).ToDictionary(pair => pair[0], pair => Attribute(pair[1])),
                    new(outputs[0].Name, node.Groups[2].Value)));
            }
        }

        return new(head.Groups[1].Value, Values(head.Groups[2].Value), nodes, constants, Values(head.Groups[3].Value)) { Opset = opset };
    }

    /// <summary>The elements of a constant.</summary>
    public static IEnumerable<double> Elements(GraphConstant constant)
    {
        ReadOnlySpan<byte> bytes = constant.Data.Memory.Span;
        return constant.Type switch
        {
            DataType.Float => MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value),
            DataType.Double => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            DataType.Float16 => MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value),
            DataType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(value => (double)value),
            DataType.Int32 => MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (double)value),
            DataType.Bool or DataType.Uint8 => bytes.ToArray().Select(value => (double)value),
            _ => throw new ArgumentOutOfRangeException(nameof(constant), constant.Type, null),
        };
    }

    private static byte[] Bytes(DataType type, double[] elements) => type switch
    {
        DataType.Float => [.. elements.SelectMany(value => BitConverter.GetBytes((float)value))],
        DataType.Double => [.. elements.SelectMany(BitConverter.GetBytes)],
        DataType.Float16 => [.. elements.SelectMany(value => BitConverter.GetBytes((Half)value))],
        DataType.Int64 => [.. elements.SelectMany(value => BitConverter.GetBytes((long)value))],
        DataType.Int32 => [.. elements.SelectMany(value => BitConverter.GetBytes((int)value))],
        DataType.Bool or DataType.Uint8 => [.. elements.Select(value => (byte)value)],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static string ConstantLine(GraphValue value) => $"  const {value}";

    private static GraphValue[] Values(string text) => [.. Value().Matches(text).Select(match => new GraphValue(
        match.Groups[1].Value, Enum.Parse<DataType>(match.Groups[2].Value, ignoreCase: true), [.. List(match.Groups[3].Value).Select(Size)]))];

    private static Dimension Size(string text) => text == "?" ? Dimension.Unknown
        : text.Split(" + ").Select(term => term.Split('*').Select(factor => long.TryParse(factor, out long number) ? number : Dimension.Of(factor)).Aggregate((a, b) => a * b)).Aggregate((a, b) => a + b);

    private static object Attribute(string text) => text switch
    {
        ['[', .. var list, ']'] when list.Contains('.', StringComparison.Ordinal) => (float[])[.. List(list).Select(item => (float)Number(item))],
        ['[', .. var list, ']'] => (long[])[.. List(list).Select(long.Parse)],
        _ => long.TryParse(text, out long number) ? number : float.TryParse(text, CultureInfo.InvariantCulture, out float real) ? real : text,
    };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string[] List(string text) => text.Split(", ", StringSplitOptions.RemoveEmptyEntries);

    // At the commas that stand outside brackets.
    private static string[] Split(string text) => text.Length == 0 ? [] : [.. Comma().Split(text)];

    [GeneratedRegex(@"^graph (\w+)\((.*)\) -> (.*)$")]
    private static partial Regex Head();

    [GeneratedRegex(@"^const (\w+: \w+\[[^\]]*\])( = \[(.*)\])?$")]
    private static partial Regex Constant();

    [GeneratedRegex(@"^(.+\]|.+, _) = (\w+)\((.*)\)$")]
    private static partial Regex Node();

    [GeneratedRegex(@"(\w+): (\w+)\[([^\]]*)\]")]
    private static partial Regex Value();

    [GeneratedRegex(@", (?![^\[]*\])")]
    private static partial Regex Comma();
}
