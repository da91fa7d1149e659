using System.Globalization;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Graph.Operators;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Export.Graph;

/// <summary>One use of an operator and what it gives.</summary>
/// <param name="OpType">The operator.</param>
/// <param name="Inputs">Its inputs as text: <c>float[N, 3, 4]</c>, <c>int64[2] = N, -1</c> where the elements are known, or empty where one is left out.</param>
/// <param name="Expected">The results in the same form, with | between them.</param>
public sealed record InferenceRow(string OpType, string[] Inputs, string Expected)
{
    /// <summary>The opset.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>How many results are asked for; as many as are expected, unless said otherwise.</summary>
    public int Outputs { get; init; } = Expected.Split(" | ").Length;

    /// <summary>The attributes.</summary>
    public Dictionary<string, object> Attributes { get; init; } = [];

    /// <summary>Why ONNX Runtime cannot run it; null where it can.</summary>
    public string? NotRunnable { get; init; }

    /// <summary>The row with attributes; integers may be int.</summary>
    public InferenceRow With(params (string Name, object Value)[] attributes) => this with
    {
        Attributes = attributes.ToDictionary(pair => pair.Name, pair => pair.Value switch
        {
            int number => (long)number,
            int[] numbers => numbers.Select(number => (long)number).ToArray(),
            object value => value,
        }),
    };

    /// <summary>The row at another opset.</summary>
    public InferenceRow At(int opset) => this with { Opset = opset };

    /// <inheritdoc/>
    public override string ToString() => $"{OpType}-{Opset}({string.Join("; ", Inputs)}{string.Concat(Attributes.Select(pair => $"; {pair.Key}={Text(pair.Value)}"))})";

    /// <summary>What is inferred, at given values of the symbols or, without any, with them.</summary>
    internal IReadOnlyList<ValueInfo> Infer(IReadOnlyDictionary<string, long>? symbols = null) =>
        OperatorInference.Infer(OpType, Opset, [.. Inputs.Select((_, i) => Value(i, symbols))], Attributes, Outputs);

    /// <summary>An input as a value; null where it is left out.</summary>
    internal GraphValue? Value(int index, IReadOnlyDictionary<string, long>? symbols = null)
    {
        if (Inputs[index].Length == 0)
        {
            return null;
        }

        string[] sides = Inputs[index].Split(" = ");
        int bracket = sides[0].IndexOf('[', StringComparison.Ordinal);
        DataType type = Enum.Parse<DataType>(sides[0][..bracket], ignoreCase: true);
        Dimension[] shape = Sizes(sides[0][(bracket + 1)..^1]);
        if (sides.Length > 1 && type == DataType.Float)
        {
            return GraphConstant.Of($"x{index}", [.. shape.Select(size => size.Size)], [.. sides[1].Split(", ").Select(number => float.Parse(number, CultureInfo.InvariantCulture))]).Value;
        }

        return new($"x{index}", type, shape) { Contents = sides.Length > 1 ? Sizes(sides[1]) : null };

        Dimension[] Sizes(string text) => text.Length == 0 ? [] : [.. text.Split(", ").Select(size => At(Size(size), symbols))];
    }

    /// <summary>A size at given values of its symbols.</summary>
    internal static Dimension At(Dimension size, IReadOnlyDictionary<string, long>? symbols) => symbols is null || size.IsUnknown ? size : size.Evaluate(symbols);

    /// <summary>Types and shapes as text.</summary>
    internal static string Text(IEnumerable<ValueInfo> values) => string.Join(" | ", values.Select(value =>
        $"{value.Type.Name()}[{string.Join(", ", value.Shape)}]{(value.Contents is null ? string.Empty : $" = {string.Join(", ", value.Contents)}")}"));

    private static string Text(object value) => value is Array array ? string.Join(' ', array.Cast<object>()) : string.Create(CultureInfo.InvariantCulture, $"{value}");

    /// <summary>A size: ?, a number, or a sum of products such as 2*N + T - 1.</summary>
    internal static Dimension Size(string text) => text == "?" ? Dimension.Unknown
        : text.Replace(" - ", " + -", StringComparison.Ordinal).Split(" + ").Select(Product).Aggregate((left, right) => left + right);

    private static Dimension Product(string text) => text.StartsWith('-') && !char.IsAsciiDigit(text[1]) ? Product(text[1..]) * -1
        : Dimension.Product(text.Split('*').Select(factor => long.TryParse(factor, out long number) ? number : Dimension.Of(factor)));
}
