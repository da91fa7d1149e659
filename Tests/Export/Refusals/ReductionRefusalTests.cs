using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Refusals;

public sealed class ReductionRefusalTests
{
    private static readonly Dictionary<string, (LoweringRow Row, string Message)> Cases = new()
    {
        ["topk, unsorted"] = (
            LoweringRow.Many("topk", "unsorted", x => x.topk(2, sorted: false), Float(2, 5)),
            "Cannot export topk*: topk with sorted: false leaves the order to the implementation. Write sorted: true."),
        ["cov, weights"] = (
            LoweringRow.Of("cov", "weights", (x, w) => x.cov(aweights: w), Float(3, 5).Static(), Float(5).Static().Within(0, 1)),
            "Cannot export cov*: cov with weights has no counterpart. Multiply and sum the deviations yourself."),
        ["matrix_power, negative"] = (
            LoweringRow.Of("matrix_power", "negative", x => x.matrix_power(-1), Float(4, 4).Static()),
            "Cannot export matrix_power*: ONNX has no inverse of matrices, which a negative power needs. Use a power of 0 or more."),
        ["linalg_norm, 2 of a matrix"] = (
            LoweringRow.Of("linalg_norm", "2", x => linalg.norm(x, 2), Float(3, 4)),
            "Cannot export linalg_norm*: ONNX has no singular values, which the norm of order 2 needs. Use the Frobenius norm, or the order 1, -1, infinity or -infinity."),
        ["linalg_matrix_norm, nuclear"] = (
            LoweringRow.Of("linalg_matrix_norm", "nuc", x => linalg.matrix_norm(x, "nuc"), Float(3, 4)),
            "Cannot export linalg_matrix_norm*: ONNX has no singular values, which the norm 'nuc' needs. Use the Frobenius norm, or the order 1, -1, infinity or -infinity."),
        ["inverse"] = (
            LoweringRow.Of("linalg_inv", "any", x => linalg.inv(x), Float(4, 4).Static()),
            "Cannot export to opset 17: linalg_inv* has no lowering, since ONNX has no inverses and decompositions of matrices. Replace it, or register a lowering with ExportOptions.Lowerings."),
        ["mode"] = (
            LoweringRow.Many("mode", "any", x => x.mode(), Long(4, 9)),
            "Cannot export to opset 17: mode* has no lowering, since PyTorch does not say which of the equal values it takes. Replace it, or register a lowering with ExportOptions.Lowerings."),
        ["poisson_nll_loss, no logarithms"] = (
            LoweringRow.Of("poisson_nll_loss", "no logarithms", (x, t) => nn.functional.poisson_nll_loss(x.sigmoid(), t, log_input: false), Float(3, 4), Float(3, 4)),
            "Cannot export poisson_nll_loss*: TorchSharp hands eps to libtorch as a float where a double is read, so that log(x + eps) is undefined. Write log_input: true, or x - target * log(x + eps)."),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_ONNX_cannot_express_is_refused_with_what_to_write_instead(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        (LoweringRow row, string message) = Cases[name];
        using nn.Module module = row.Module();
        Action act = () => ExportAssertions.AssertAgrees(row, module, 17);
        act.Should().Throw<UnsupportedOperationException>().WithMessage(message);
    }
}
