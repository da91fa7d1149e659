using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class MomentRows
{
    // Of one element the unbiased variance is 0 / 0; a static axis keeps the rows from it where they are not about it.
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("var", "all", x => x.var(), Float(2, 3)),
        LoweringRow.Of("var", "all, biased, which TorchSharp ignores", x => x.var(unbiased: false), Float(2, 3)),
        LoweringRow.Of("var", "axis", x => x.var(1L), Float(2, 3)) with { Onnx = "ReduceMean Sub ReduceSumSquare Div" },
        LoweringRow.Of("var", "axis, biased, kept", x => x.var(-1L, unbiased: false, keepdim: true), Float(2, 3)) with { Onnx = "ReduceMean Sub Mul ReduceMean" },
        LoweringRow.Of("var", "dynamic axis, NaN of one element", x => x.var(0L), Float(2, 3)),
        LoweringRow.Of("var", "dynamic axis, biased", x => x.var(0L, unbiased: false), Float(2, 3)),
        LoweringRow.Of("var", "two dynamic axes", x => x.var([0, 2]), Float(2, 3, 4).Dynamic((0, "N"), (2, "T"))),
        LoweringRow.Of("var", "axes as a tuple", x => torch.var(x, (1L, 2L), unbiased: true), Float(2, 3, 4)),
        LoweringRow.Of("var", "far from 0", x => (x + 100).var(1L), Float(2, 50)) with { RelativeTolerance = 1e-3 },
        LoweringRow.Of("var", "float64", x => x.var(1L), Double(2, 3)),
        LoweringRow.Of("var", "float16", x => x.var(1L), Half(2, 9).Within(-400, 400)) with { RelativeTolerance = 2e-3 },
        LoweringRow.Of("std", "all", x => x.std(), Float(2, 3)),
        LoweringRow.Of("std", "all, biased", x => x.std(unbiased: false), Float(2, 3)),
        LoweringRow.Of("std", "axis", x => x.std(1L), Float(2, 3)),
        LoweringRow.Of("std", "axes as a tuple, kept", x => x.std((1L, 2L, 3L), keepdim: true), Float(2, 3, 4, 2)),
        LoweringRow.Of("std", "axes as an array, biased", x => torch.std(x, [0, 1], unbiased: false), Float(2, 3, 4)),
        LoweringRow.Of("std", "dynamic axis", x => x.std(1L), Float(2, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Many("var_mean", "axis", x => x.var_mean(1L), Float(2, 3)),
        LoweringRow.Many("var_mean", "kept, biased", x => torch.var_mean(x, [-1], unbiased: false, keepdim: true), Float(2, 3)),
        LoweringRow.Many("var_mean", "dynamic axes", x => x.var_mean((0L, 1L)), Float(2, 3, 4).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Many("var_mean", "all", x => x.var_mean(), Float(2, 3)),
        LoweringRow.Many("var_mean", "all, biased", x => x.var_mean(unbiased: false), Float(2, 3)),
        LoweringRow.Many("std_mean", "TorchSharp's torch.var_mean of all", x => torch.var_mean(x), Float(2, 3)),
        LoweringRow.Many("std_mean", "all", x => x.std_mean(), Float(2, 3)),
        LoweringRow.Many("std_mean", "axis, biased", x => x.std_mean(1L, unbiased: false), Float(2, 3)),
        LoweringRow.Many("std_mean", "dynamic axis, kept", x => torch.std_mean(x, 1L, keepdim: true), Float(2, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("cov", "matrix", x => x.cov(), Float(3, 7).Static()),
        LoweringRow.Of("cov", "dynamic number of observations, no correction", x => torch.cov(x, correction: 0), Float(3, 7).Dynamic((1, "N"))),
        LoweringRow.Of("cov", "vector", x => x.cov(), Float(7)),
        LoweringRow.Of("corrcoef", "matrix", x => x.corrcoef(), Float(3, 7).Dynamic((1, "N"))),
        LoweringRow.Of("corrcoef", "vector", x => x.corrcoef(), Float(7).Static()),
    ];
}
