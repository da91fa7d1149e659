namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>The rows of every family. A test demands a row for every registered lowering.</summary>
internal static class LoweringTable
{
    /// <summary>All rows.</summary>
    public static IReadOnlyList<LoweringRow> Rows { get; } =
    [
        .. ArithmeticRows.All,
        .. ElementaryRows.All,
        .. ComparisonRows.All,
        .. SelectionRows.All,
        .. CastRows.All,
        .. CreationRows.All,
        .. ActivationRows.All,
        .. ReductionRows.All,
        .. MomentRows.All,
        .. NormRows.All,
        .. CumulativeRows.All,
        .. SortRows.All,
        .. MatrixRows.All,
        .. EinsumRows.All,
        .. LinearRows.All,
        .. LossRows.All,
        .. NormalizationRows.All,
        .. EmbeddingRows.All,
        .. RecurrentRows.All,
        .. AttentionRows.All,
        .. ConvolutionRows.All,
        .. PoolingRows.All,
        .. AdaptivePoolRows.All,
        .. ResizeRows.All,
        .. ReshapingRows.All,
        .. AxesRows.All,
        .. RepeatingRows.All,
        .. JoiningRows.All,
        .. SplittingRows.All,
        .. DiagonalRows.All,
        .. IndexRows.All,
        .. IndexPutRows.All,
        .. GatherRows.All,
        .. PaddingRows.All,
        .. WindowRows.All,
    ];
}
