using System.Collections.Frozen;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Every operator that we know, as of opset 13 and with what changed up to 21.</summary>
internal static class OperatorTable
{
    private static readonly FrozenDictionary<string, OperatorSchema[]> Table =
        All().GroupBy(schema => schema.Name).ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(schema => schema.Since).ToArray());

    /// <summary>The names of the operators.</summary>
    public static IEnumerable<string> Names => Table.Keys;

    /// <summary>Whether there is such an operator, at whatever opset.</summary>
    public static bool IsKnown(string opType) => Table.ContainsKey(opType);

    /// <summary>The forms of an operator, newest first.</summary>
    public static IReadOnlyList<OperatorSchema> Versions(string opType) => Table[opType];

    /// <summary>The operator in its newest form not above an opset.</summary>
    /// <exception cref="NotSupportedException">There is no such operator.</exception>
    /// <exception cref="InvalidOperationException">It exists from a later opset on.</exception>
    public static OperatorSchema Find(string opType, int opset)
    {
        if (!Table.TryGetValue(opType, out OperatorSchema[]? versions))
        {
            throw new NotSupportedException($"'{opType}' is no operator that we know.");
        }

        foreach (OperatorSchema version in versions)
        {
            if (version.Since <= opset)
            {
                return version.Withdrawn is null ? version : throw new InvalidOperationException($"{opType} was withdrawn before opset {opset}: use {version.Withdrawn}.");
            }
        }

        throw new InvalidOperationException($"{opType} exists from opset {versions[^1].Since} on, and this is opset {opset}.");
    }

    private static IEnumerable<OperatorSchema> All() =>
    [
        .. ElementwiseOperators.All,
        .. MatrixOperators.All,
        .. ReductionOperators.All,
        .. LayoutOperators.All,
        .. TilingOperators.All,
        .. IndexingOperators.All,
        .. WindowOperators.All,
        .. NormalizationOperators.All,
        .. SamplingOperators.All,
        .. RecurrentOperators.All,
        .. GeneratorOperators.All,
        .. LossOperators.All,
        .. QuantizationOperators.All,
    ];
}
