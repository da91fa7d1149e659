using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Reduction = TorchSharp.torch.nn.Reduction;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class LossRows
{
    private static readonly TestInput Probability = Float(4, 3).Within(0.05, 0.95);

    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("mse_loss", "mean", (x, t) => F.mse_loss(x, t), Float(4, 3), Float(4, 3)) with { Onnx = "Sub Mul ReduceMean" },
        LoweringRow.Of("mse_loss", "sum, float64", (x, t) => F.mse_loss(x, t, Reduction.Sum), Double(4, 3), Double(4, 3)),
        LoweringRow.Of("mse_loss", "none", (x, t) => F.mse_loss(x, t, Reduction.None), Float(4, 3), Float(4, 3)),
        new("MSELoss", "mean", () => nn.MSELoss(), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("l1_loss", "mean", (x, t) => F.l1_loss(x, t), Float(4, 3), Float(4, 3)) with { Onnx = "Sub Abs ReduceMean" },
        new("L1Loss", "sum", () => nn.L1Loss(Reduction.Sum), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("smooth_l1_loss", "default", (x, t) => F.smooth_l1_loss(x, t), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("smooth_l1_loss", "beta, none", (x, t) => F.smooth_l1_loss(x, t, Reduction.None, 0.3), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("smooth_l1_loss", "beta 0", (x, t) => F.smooth_l1_loss(x, t, beta: 0), Float(4, 3), Float(4, 3)),
        new("SmoothL1Loss", "beta", () => nn.SmoothL1Loss(Reduction.Mean, 2), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("huber_loss", "delta", (x, t) => F.huber_loss(x, t, 0.7), Float(4, 3), Float(4, 3)),
        new("HuberLoss", "default", () => nn.HuberLoss(), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("binary_cross_entropy", "mean", (x, t) => F.binary_cross_entropy(x.sigmoid(), t.sigmoid()), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("binary_cross_entropy", "weight, none", (x, t, w) => F.binary_cross_entropy(x.sigmoid(), t.sigmoid(), w, Reduction.None), Float(4, 3), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("binary_cross_entropy", "certain", (x, t) => F.binary_cross_entropy(x.gt(0).to(ScalarType.Float32), t.sigmoid()), Float(4, 3), Float(4, 3)),
        new("BCELoss", "weight", () => nn.BCELoss(tensor([0.5f, 2, 3])), Probability, Probability),
        LoweringRow.Of("binary_cross_entropy_with_logits", "mean", (x, t) => F.binary_cross_entropy_with_logits(x, t.sigmoid()), Float(4, 3).Within(-200, 200), Float(4, 3)),
        LoweringRow.Of("binary_cross_entropy_with_logits", "weights, none", (x, t, w) => F.binary_cross_entropy_with_logits(x, t.sigmoid(), w, Reduction.None, w.abs()), Float(4, 3), Float(4, 3), Float(3).Static()),
        new("BCEWithLogitsLoss", "weights", () => nn.BCEWithLogitsLoss(tensor([0.5f, 2, 3]), Reduction.Sum, tensor([2f, 1, 0.5f])), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("soft_margin_loss", "mean", (x, t) => F.soft_margin_loss(x, t), Float(4, 3), Float(4, 3)),
        new("SoftMarginLoss", "none", () => nn.SoftMarginLoss(Reduction.None), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("kl_div", "logarithms", (x, t) => F.kl_div(x, t), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("kl_div", "probabilities, some 0, none", (x, t) => F.kl_div(x, t.relu(), log_target: false, Reduction.None), Float(4, 3), Float(4, 3)),
        new("KLDivLoss", "probabilities", () => nn.KLDivLoss(log_target: false), Float(4, 3), Probability),
        LoweringRow.Of("poisson_nll_loss", "logarithms", (x, t) => F.poisson_nll_loss(x, t), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("poisson_nll_loss", "full, sum", (x, t) => F.poisson_nll_loss(x, t.abs(), full: true, reduction: Reduction.Sum), Float(4, 3), Float(4, 3)),
        new("PoissonNLLLoss", "none", () => nn.PoissonNLLLoss(reduction: Reduction.None), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("hinge_embedding_loss", "mean", (x, t) => F.hinge_embedding_loss(x, t.sign(), 1), Float(4, 3), Float(4, 3)),
        new("HingeEmbeddingLoss", "margin", () => nn.HingeEmbeddingLoss(0.5, Reduction.None), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("margin_ranking_loss", "margin", (a, b, t) => F.margin_ranking_loss(a, b, t, 0.5), Float(4), Float(4), Float(4)),
        new("MarginRankingLoss", "default", () => nn.MarginRankingLoss(), Float(4, 3), Float(4, 3), Float(4, 3)),
        LoweringRow.Of("nll_loss", "mean", (x, t) => F.nll_loss(x, t), Float(4, 5), Index(5, 4)),
        LoweringRow.Of("nll_loss", "weight, of pixels, none", (x, t, w) => F.nll_loss(x, t, w, Reduction.None), Float(2, 5, 3), Index(5, 2, 3), Float(5).Static()),
        new("NLLLoss", "weight", () => nn.NLLLoss(tensor([0.5f, 2, 3, 1, 0.1f])), Float(4, 5), Index(5, 4)),
        LoweringRow.Of("cross_entropy", "mean", (x, t) => F.cross_entropy(x, t), Float(4, 5), Index(5, 4)),
        LoweringRow.Of("cross_entropy", "weight, one ignored", (x, t, w) => F.cross_entropy(x, t, w.abs(), ignore_index: 2), Float(9, 3), Index(2, 9), Float(3).Static()),
        LoweringRow.Of("cross_entropy", "one ignored, sum, of pixels", (x, t) => F.cross_entropy(x, t, ignore_index: 1, reduction: Reduction.Sum), Float(2, 3, 4, 5), Index(3, 2, 4, 5)),
        LoweringRow.Of("cross_entropy", "smoothing, weight", (x, t, w) => F.cross_entropy(x, t, w.abs(), label_smoothing: 0.1), Float(4, 5), Index(5, 4), Float(5).Static()),
        LoweringRow.Of("cross_entropy", "smoothing, one ignored, none", (x, t) => F.cross_entropy(x, t, ignore_index: 1, label_smoothing: 0.1, reduction: Reduction.None), Float(4, 5), Index(5, 4)),
        LoweringRow.Of("cross_entropy", "vector, float64", (x, t) => F.cross_entropy(x, t), Double(5).Static(), Index(5)),
        LoweringRow.Of("cross_entropy", "probabilities", (x, t) => F.cross_entropy(x, t), Float(4, 5), Float(4, 5).Within(0, 1)),
        LoweringRow.Of("cross_entropy", "probabilities, weight, smoothing", (x, t, w) => F.cross_entropy(x, t, w, label_smoothing: 0.2), Float(4, 5), Float(4, 5).Within(0, 1), Float(5).Static()),
        new("CrossEntropyLoss", "default", () => nn.CrossEntropyLoss(), Float(4, 5), Index(5, 4)),
        new("CrossEntropyLoss", "weight, ignored", () => nn.CrossEntropyLoss(tensor([0.5f, 2, 3]), ignore_index: 3, reduction: Reduction.None), Float(9, 3), Index(3, 9)),
        LoweringRow.Of("cosine_embedding_loss", "margin", (a, b, t) => F.cosine_embedding_loss(a, b, t.sign(), 0.2), Float(4, 5), Float(4, 5), Float(4)),
        new("CosineEmbeddingLoss", "default", () => nn.CosineEmbeddingLoss(), Float(4, 5), Float(4, 5), Index(2, 4)),
        LoweringRow.Of("triplet_margin_loss", "default", (a, p, n) => F.triplet_margin_loss(a, p, n), Float(4, 5), Float(4, 5), Float(4, 5)),
        LoweringRow.Of("triplet_margin_loss", "swap, 1", (a, p, n) => F.triplet_margin_loss(a, p, n, margin: 2, p: 1, eps: 0.1, swap: true, reduction: Reduction.None), Float(4, 5), Float(4, 5), Float(4, 5)),
    ];
}
