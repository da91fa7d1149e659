using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class NormRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("norm", "all", x => x.norm(), Float(2, 3)) with { Onnx = "ReduceL2" },
        LoweringRow.Of("norm", "axis", x => x.norm(1), Float(2, 3)) with { Onnx = "ReduceL2" },
        LoweringRow.Of("norm", "axis, kept, 1", x => x.norm(-1, keepdim: true, p: 1), Float(2, 3)) with { Onnx = "ReduceL1" },
        LoweringRow.Of("norm", "all, 1", x => torch.norm(x, 1f), Float(2, 3)),
        LoweringRow.Of("norm", "infinity", x => x.norm(0, p: float.PositiveInfinity), Float(2, 3)) with { Onnx = "Abs ReduceMax" },
        LoweringRow.Of("norm", "-infinity", x => x.norm(1, p: float.NegativeInfinity), Float(2, 3)) with { Onnx = "Abs ReduceMin" },
        LoweringRow.Of("norm", "0", x => x.relu().norm(1, p: 0), Float(2, 5)),
        LoweringRow.Of("norm", "3", x => x.norm(1, p: 3), Float(2, 3)),
        LoweringRow.Of("norm", "0.5", x => x.norm(0.5f), Float(2, 3)),
        LoweringRow.Of("norm", "float64", x => x.norm(1), Double(2, 3)),
        LoweringRow.Of("norm", "float16", x => x.norm(1), Half(2, 9).Within(-400, 400)) with { RelativeTolerance = 2e-3 },
        LoweringRow.Of("norm", "scalar", x => x.norm(), Float()),
        LoweringRow.Of("linalg_norm", "all", x => linalg.norm(x), Float(2, 3, 4)),
        LoweringRow.Of("linalg_norm", "matrix, Frobenius", x => linalg.norm(x, "fro"), Float(2, 3)),
        LoweringRow.Of("linalg_norm", "matrix, 1", x => linalg.norm(x, 1), Float(2, 3)),
        LoweringRow.Of("linalg_norm", "vector, 3", x => linalg.norm(x, 3.0), Float(5)),
        LoweringRow.Of("linalg_norm", "axis, 1, kept", x => linalg.norm(x, 1.0, [1], keepdim: true), Float(2, 3, 4)),
        LoweringRow.Of("linalg_norm", "axes, infinity", x => linalg.norm(x, double.PositiveInfinity, [0, 2]), Float(2, 3, 4)),
        LoweringRow.Of("linalg_norm", "axes, no order", x => linalg.norm(x, [1, 2], keepdim: true), Float(2, 3, 4)),
        LoweringRow.Of("linalg_vector_norm", "all", x => linalg.vector_norm(x), Float(2, 3)),
        LoweringRow.Of("linalg_vector_norm", "axes, 3", x => linalg.vector_norm(x, 3, [0, 2]), Float(2, 3, 4)),
        LoweringRow.Of("linalg_vector_norm", "kept, infinity", x => linalg.vector_norm(x, double.PositiveInfinity, [-1], keepdim: true), Float(2, 3, 4)),
        LoweringRow.Of("linalg_matrix_norm", "Frobenius", x => linalg.matrix_norm(x), Float(2, 3, 4)) with { Onnx = "ReduceL2" },
        LoweringRow.Of("linalg_matrix_norm", "1", x => linalg.matrix_norm(x, 1.0), Float(2, 3, 4)),
        LoweringRow.Of("linalg_matrix_norm", "-1, kept", x => linalg.matrix_norm(x, -1.0, keepdim: true), Float(2, 3, 4)),
        LoweringRow.Of("linalg_matrix_norm", "infinity, axes", x => linalg.matrix_norm(x, double.PositiveInfinity, [2, 0]), Float(2, 3, 4)),
        LoweringRow.Of("linalg_matrix_norm", "-infinity", x => linalg.matrix_norm(x, double.NegativeInfinity), Float(2, 3, 4)),
        LoweringRow.Of("normalize", "default", x => nn.functional.normalize(x), Float(2, 3)) with { Onnx = "ReduceL2 Max Div" },
        LoweringRow.Of("normalize", "1, last axis", x => nn.functional.normalize(x, p: 1, dim: -1), Float(2, 3, 4)),
        LoweringRow.Of("normalize", "of short vectors", x => nn.functional.normalize(x, eps: 1.5), Float(2, 3)),
        LoweringRow.Of("normalize", "float64", x => nn.functional.normalize(x, p: 3), Double(2, 3)),
        LoweringRow.Of("renorm", "2", x => x.renorm(2, 0, 1.5f), Float(2, 3)),
        LoweringRow.Of("renorm", "1, middle axis", x => torch.renorm(x, 1, 1, 4), Float(2, 3, 4)),
        LoweringRow.Of("dist", "2", (x, y) => x.dist(y), Float(2, 3), Float(2, 3)),
        LoweringRow.Of("dist", "1, broadcast", (x, y) => torch.dist(x, y, 1), Float(2, 3), Float(3).Static()),
        LoweringRow.Of("dist", "infinity", (x, y) => x.dist(y, float.PositiveInfinity), Float(2, 3), Float(2, 3)),
        LoweringRow.Of("cdist", "2", (x, y) => cdist(x, y), Float(2, 4, 3), Float(2, 5, 3)),
        LoweringRow.Of("cdist", "1, dynamic numbers", (x, y) => cdist(x, y, p: 1), Float(4, 3), Float(5, 3).Dynamic((0, "M"))),
        LoweringRow.Of("cdist", "infinity", (x, y) => cdist(x, y, p: double.PositiveInfinity), Float(4, 3), Float(5, 3).Static()),
        LoweringRow.Of("cdist", "3, broadcast", (x, y) => cdist(x, y, p: 3), Float(2, 4, 3), Float(5, 3).Static()),
        LoweringRow.Of("cosine_similarity", "default", (x, y) => nn.functional.cosine_similarity(x, y), Float(2, 5), Float(2, 5)),
        LoweringRow.Of("cosine_similarity", "broadcast, last axis", (x, y) => nn.functional.cosine_similarity(x.unsqueeze(1), y.unsqueeze(0), dim: -1), Float(2, 5), Float(3, 5).Dynamic((0, "M"))),
        LoweringRow.Of("cosine_similarity", "broadcast along the axis", (x, y) => nn.functional.cosine_similarity(x, y), Float(2, 5), Float(2, 1)),
        LoweringRow.Of("cosine_similarity", "of short vectors", (x, y) => nn.functional.cosine_similarity(x, y, eps: 2), Float(2, 5), Float(2, 5)),
        new("CosineSimilarity", "default", () => nn.CosineSimilarity(), Float(2, 5), Float(2, 5)),
        new("CosineSimilarity", "axis", () => nn.CosineSimilarity(dim: -2, eps: 1e-6), Float(2, 5, 4), Float(2, 5, 4)),
        LoweringRow.Of("pairwise_distance", "default", (x, y) => nn.functional.pairwise_distance(x, y), Float(2, 5), Float(2, 5)),
        LoweringRow.Of("pairwise_distance", "1, kept", (x, y) => nn.functional.pairwise_distance(x, y, p: 1, eps: 0.1, keepdim: true), Float(2, 5), Float(2, 5)),
        LoweringRow.Of("pairwise_distance", "broadcast, infinity", (x, y) => nn.functional.pairwise_distance(x, y, p: double.PositiveInfinity), Float(2, 5), Float(5).Static()),
        new("PairwiseDistance", "default", () => nn.PairwiseDistance(), Float(2, 5), Float(2, 5)),
        new("PairwiseDistance", "3, kept", () => nn.PairwiseDistance(p: 3, keepdim: true), Float(2, 5), Float(2, 5)),
    ];
}
