using OnnxInit.Export.Graph;
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

    /// <summary>How many results are asked for.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>The attributes.</summary>
    public Dictionary<string, object> Attributes { get; init; } = [];

    /// <summary>The inputs as values.</summary>
    internal GraphValue?[] Values => [.. Inputs.Select(Value)];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{OpType}-{Opset}({string.Join("; ", Inputs)}{string.Concat(Attributes.Select(pair => $"; {pair.Key}={(pair.Value is System.Collections.IEnumerable and not string ? string.Join(' ', ((System.Collections.IEnumerable)pair.Value).Cast<object>()) : pair.Value)}"))})";

    internal IReadOnlyList<ValueInfo> Infer() => OperatorInference.Infer(OpType, Opset, Values, Attributes, Outputs);

    internal static GraphValue? Value(string text, int index)
    {
        if (text.Length == 0)
        {
            return null;
        }

        string[] sides = text.Split(" = ");
        int bracket = sides[0].IndexOf('[', StringComparison.Ordinal);
        return new($"x{index}", Enum.Parse<DataType>(sides[0][..bracket], ignoreCase: true), Sizes(sides[0][(bracket + 1)..^1]))
        {
            Contents = sides.Length > 1 ? Sizes(sides[1]) : null,
        };
    }

    // A size: ?, a number, or a sum of products such as 2*N + T - 1.
    internal static Dimension Size(string text) => text == "?" ? Dimension.Unknown
        : text.Replace(" - ", " + -", StringComparison.Ordinal).Split(" + ").Select(Product).Aggregate((left, right) => left + right);

    private static Dimension[] Sizes(string text) => text.Length == 0 ? [] : [.. text.Split(", ").Select(Size)];

    private static Dimension Product(string text) => text.StartsWith('-') && !char.IsAsciiDigit(text[1]) ? Product(text[1..]) * -1
        : Dimension.Product(text.Split('*').Select(factor => long.TryParse(factor, out long number) ? (Dimension)number : Dimension.Of(factor)));
}
