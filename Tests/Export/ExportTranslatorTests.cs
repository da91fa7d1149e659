using OnnxInit.Export;
using OnnxInit.Export.Translators;
using static OnnxInit.Tests.Export.ExportParity;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class ExportTranslatorTests
{
    private static readonly Dictionary<string, Row> Rows = new()
    {
        ["Linear"] = new(() => nn.Linear(5, 3), [5], "Gemm"),
        ["Linear without bias"] = new(() => nn.Linear(5, 3, hasBias: false), [5], "Gemm"),
        ["Linear on [N, L, F]"] = new(() => nn.Linear(5, 3), [4, 5], "MatMul Add"),
        ["Linear on [N, L, F] without bias"] = new(() => nn.Linear(5, 3, hasBias: false), [4, 5], "MatMul"),
        ["Linear on [N, A, B, F]"] = new(() => nn.Linear(5, 3), [2, 4, 5], "MatMul Add"),
        ["Conv2d"] = new(() => nn.Conv2d(3, 4, 3), [3, 8, 8], "Conv"),
        ["Conv2d without bias"] = new(() => nn.Conv2d(3, 4, 3, bias: false), [3, 8, 8], "Conv"),
        ["Conv2d stride"] = new(() => nn.Conv2d(3, 4, 3, stride: 2), [3, 9, 8], "Conv"),
        ["Conv2d padding"] = new(() => nn.Conv2d(3, 4, 3, padding: 1), [3, 8, 8], "Conv"),
        ["Conv2d dilation"] = new(() => nn.Conv2d(3, 4, 3, dilation: 2), [3, 8, 8], "Conv"),
        ["Conv2d groups"] = new(() => nn.Conv2d(4, 6, 3, groups: 2), [4, 8, 8], "Conv"),
        ["Conv2d depthwise"] = new(() => nn.Conv2d(4, 8, 3, groups: 4), [4, 8, 8], "Conv"),
        ["Conv2d not square"] = new(() => nn.Conv2d(3, 4, (3, 2), stride: (1, 3), padding: (2, 1), dilation: (2, 1)), [3, 7, 10], "Conv"),
        ["BatchNorm1d on [N, C]"] = new(() => nn.BatchNorm1d(5), [5], "BatchNormalization"),
        ["BatchNorm1d on [N, C, L]"] = new(() => nn.BatchNorm1d(5), [5, 6], "BatchNormalization"),
        ["BatchNorm1d not affine"] = new(() => nn.BatchNorm1d(5, affine: false), [5], "BatchNormalization"),
        ["BatchNorm1d eps"] = new(() => nn.BatchNorm1d(5, eps: 0.3), [5], "BatchNormalization"),
        ["BatchNorm1d momentum"] = new(() => nn.BatchNorm1d(5, momentum: 0.9), [5], "BatchNormalization"),
        ["BatchNorm2d"] = new(() => nn.BatchNorm2d(3), [3, 4, 5], "BatchNormalization"),
        ["BatchNorm2d not affine, eps"] = new(() => nn.BatchNorm2d(3, eps: 0.3, affine: false), [3, 4, 5], "BatchNormalization"),
        ["ReLU"] = new(() => nn.ReLU(), [5], "Relu"),
        ["ReLU in place"] = new(() => nn.Sequential(nn.Identity(), nn.Linear(5, 5), nn.ReLU(inplace: true)), [5], "Gemm Relu"),
        ["Tanh"] = new(() => nn.Tanh(), [5, 2], "Tanh"),
        ["Sigmoid"] = new(() => nn.Sigmoid(), [5], "Sigmoid"),
        ["MaxPool2d"] = new(() => nn.MaxPool2d(2), [3, 8, 7], "MaxPool"),
        ["MaxPool2d stride"] = new(() => nn.MaxPool2d(3, stride: 1), [3, 8, 7], "MaxPool"),
        ["MaxPool2d padding"] = new(() => nn.MaxPool2d(3, stride: 2, padding: 1), [3, 8, 7], "MaxPool"),
        ["MaxPool2d dilation"] = new(() => nn.MaxPool2d(2, stride: 1, dilation: 3), [3, 8, 7], "MaxPool"),
        ["MaxPool2d ceil_mode"] = new(() => nn.MaxPool2d(2, ceil_mode: true), [3, 8, 7], "MaxPool"),
        ["MaxPool2d ceil_mode, last window outside"] = new(() => nn.MaxPool2d(2, stride: 3, ceil_mode: true), [3, 3, 7], "MaxPool"),
        ["MaxPool2d ceil_mode, last window in the padding"] = new(() => nn.MaxPool2d(2, stride: 2, padding: 1, ceil_mode: true), [3, 5, 6], "MaxPool"),
        ["MaxPool2d ceil_mode, dilation"] = new(() => nn.MaxPool2d(2, stride: 3, dilation: 3, ceil_mode: true), [3, 8, 8], "MaxPool"),
        ["MaxPool2d not square"] = new(() => nn.MaxPool2d((3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2)), [3, 8, 7], "MaxPool"),
        ["Flatten"] = new(() => nn.Flatten(), [3, 4, 5], "Flatten"),
        ["Flatten of what is flat"] = new(() => nn.Sequential(nn.Flatten(), nn.ReLU()), [5], "Relu"),
        ["Flatten from the second axis"] = new(() => nn.Flatten(2), [3, 4, 5], "Reshape"),
        ["Flatten the middle"] = new(() => nn.Flatten(1, 2), [3, 4, 5], "Reshape"),
        ["Flatten counted from the end"] = new(() => nn.Flatten(-3, -2), [3, 4, 5], "Reshape"),
        ["Flatten one axis"] = new(() => nn.Sequential(nn.Flatten(2, 2), nn.ReLU()), [3, 4, 5], "Relu"),
        ["Flatten the batch axis alone"] = new(() => nn.Sequential(nn.Flatten(0, 0), nn.ReLU()), [3], "Relu"),
        ["Identity"] = new(() => nn.Sequential(nn.Identity(), nn.ReLU(), nn.Identity()), [5], "Relu"),
        ["Identity alone"] = new(() => nn.Identity(), [5], "Identity"),
        ["Dropout"] = new(() => nn.Sequential(nn.Dropout(0.5), nn.ReLU(), nn.Dropout(0.9)), [5], "Relu"),
        ["Sequential in Sequential"] = new(
            () => nn.Sequential(
                ("features", nn.Sequential(("conv", nn.Conv2d(3, 4, 3, padding: 1)), ("inner", nn.Sequential(nn.BatchNorm2d(4), nn.ReLU())))),
                ("pool", nn.MaxPool2d(2)),
                ("classifier", nn.Sequential(nn.Flatten(), nn.Linear(64, 10)))),
            [3, 8, 8], "Conv BatchNormalization Relu MaxPool Flatten Gemm"),
    };

    public static TheoryData<string> RowNames => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(RowNames))]
    public void ONNX_Runtime_computes_what_the_module_does(string row)
    {
        using nn.Module<Tensor, Tensor> module = Rows[row].Make().Settled(Rows[row].Shape);

        ExportedModel exported = AssertExports(module, Rows[row].Shape);

        string.Join(' ', exported.Graph.Nodes.Select(node => node.OpType)).Should().Be(Rows[row].Operators);
        exported.Graph.Output.Should().Be("logits");
    }

    [Fact]
    public void Every_registered_module_type_has_a_row()
    {
        Type[] tested = [.. Rows.Values.Select(row => row.Make()).SelectMany(module => module.named_modules().Select(child => child.module).Append(module)).Select(module => module.GetType())];

        TranslatorRegistry.Default.Types.Should().BeSubsetOf(tested);
    }

    [Fact]
    public void A_module_that_occurs_twice_computes_twice()
    {
        TorchSharp.Modules.Linear shared = nn.Linear(5, 5);
        TorchSharp.Modules.ReLU relu = nn.ReLU();
        using nn.Module<Tensor, Tensor> module = nn.Sequential(shared, relu, shared, relu, nn.Linear(5, 2)).Settled(5);

        AssertExports(module, [5]).Graph.Nodes.Select(node => node.OpType).Should().Equal("Gemm", "Relu", "Gemm", "Relu", "Gemm");
        AssertExports(module, [5], options => options with { FoldBatchNorm = true });
    }

    private sealed record Row(Func<nn.Module<Tensor, Tensor>> Make, long[] Shape, string Operators);
}
