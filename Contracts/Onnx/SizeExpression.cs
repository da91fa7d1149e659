using System.Globalization;

namespace OnnxInit.Contracts.Onnx;

/// <summary>The sizes of free axes, as exporters write them: a symbol, or a sum of products of symbols and numbers (<c>2*N + 1</c>).</summary>
internal static class SizeExpression
{
    /// <summary>The number at given sizes of the symbols; null where one is not given, or the text is of another kind.</summary>
    /// <param name="text">The size.</param>
    /// <param name="sizes">The symbols' sizes.</param>
    public static long? Evaluate(string text, IReadOnlyDictionary<string, long> sizes)
    {
        if (sizes.TryGetValue(text, out long whole))
        {
            return whole;
        }

        string sum = text.Replace(" ", string.Empty, StringComparison.Ordinal).Replace("-", "+-", StringComparison.Ordinal).TrimStart('+');
        return sum.Split('+').Aggregate((long?)0, (total, term) => total + Product(term, sizes));
    }

    private static long? Product(string term, IReadOnlyDictionary<string, long> sizes)
    {
        bool isNegative = term.StartsWith('-');
        long? product = term.TrimStart('-').Split('*').Aggregate((long?)1, (product, factor) =>
            product * (sizes.TryGetValue(factor, out long size) || long.TryParse(factor, NumberStyles.None, CultureInfo.InvariantCulture, out size) ? size : null));
        return isNegative ? -product : product;
    }
}
