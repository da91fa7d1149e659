using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class DiagonalRows
{
    private static TestInput Square => Float(4, 4).Dynamic((0, "N"), (1, "N"));

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("diagonal", "last axes", x => x.diagonal(0, 1, 2), Float(2, 3, 4)),
        LoweringRow.Of("diagonal", "above, negative axes", x => x.diagonal(1, -1, -2), Float(2, 3, 4)),
        LoweringRow.Of("diagonal", "below", x => torch.diagonal(x, -1), Float(4, 3, 2).Static()),
        LoweringRow.Of("diagonal", "wide, below", x => x.diagonal(-1, 1, 2), Float(2, 3, 7)),
        LoweringRow.Of("diagonal", "dynamic square", x => x.diagonal(), Square),
        LoweringRow.Of("diagonal", "dynamic square, above", x => x.diagonal(1), Square),
        LoweringRow.Of("diagonal", "int64", x => x.diagonal(0, 1, 2), Long(2, 3, 3)),
        LoweringRow.Of("linalg_diagonal", "default", x => linalg.diagonal(x), Float(2, 3, 4)),
        LoweringRow.Of("linalg_diagonal", "above", x => linalg.diagonal(x, 1, 0, 1), Float(3, 4, 2).Static()),
        LoweringRow.Of("diag", "vector", x => x.diag(), Float(3).Static()),
        LoweringRow.Of("diag", "vector, above", x => torch.diag(x, 2), Float(3).Static()),
        LoweringRow.Of("diag", "dynamic vector, below", x => x.diag(-1), Float(3)),
        LoweringRow.Of("diag", "matrix, below", x => x.diag(-1), Float(3, 4).Static()),
        LoweringRow.Of("diag_embed", "default", x => x.diag_embed(), Float(2, 3)),
        LoweringRow.Of("diag_embed", "above, other axes", x => torch.diag_embed(x, 1, 0, 2), Float(2, 3)),
        LoweringRow.Of("diag_embed", "below, swapped axes", x => x.diag_embed(-2, -1, -2), Float(2, 3)),
        LoweringRow.Of("diag_embed", "dynamic", x => x.diag_embed(1), Float(2, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("diag_embed", "int64", x => x.diag_embed(), Long(2, 3)),
        LoweringRow.Of("diag_embed", "bool", x => x.diag_embed(), Bool(2, 3)),
        LoweringRow.Of("diag_embed", "float16, above", x => x.diag_embed(1), Half(2, 3)),
        LoweringRow.Of("diagflat", "matrix", x => x.diagflat(), Float(2, 3).Static()),
        LoweringRow.Of("diagflat", "vector, below", x => torch.diagflat(x, -1), Float(3)),
        LoweringRow.Of("diagonal_scatter", "batch", (x, y) => x.diagonal_scatter(y, 0, 1, 2), Float(2, 3, 4), Float(2, 3)),
        LoweringRow.Of("diagonal_scatter", "above, first axes", (x, y) => torch.diagonal_scatter(x, y, 1), Float(3, 3, 2).Static(), Float(2, 2).Static()),
        LoweringRow.Of("diagonal_scatter", "dynamic square, below", (x, y) => torch.diagonal_scatter(x, y.narrow(0, 1, y.shape[0] - 1), -1), Square, Float(4)),
    ];
}
