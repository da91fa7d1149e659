using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using OnnxInit.Tests.Export.Networks;
using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>Networks over sequences, at three batch sizes and three lengths that were not traced.</summary>
public sealed class SequenceNetworkTests
{
    private static readonly TestInput Tokens = Index(50, 2, 6).Dynamic((0, "N"), (1, "T"));

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void An_LSTM_classifies_texts(int opset) => AssertAgrees(() => new LstmTextClassifier(50, 12, 10, 4), Tokens.Within(0, 6), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void A_GRU_continues_series(int opset) => AssertAgrees(() => new GruForecaster(3, 10, horizon: 4), Float(2, 6, 3).Dynamic((0, "N"), (1, "T")), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void A_transformer_encoder_tags_tokens(int opset) => AssertAgrees(() => new TransformerTagger(50, 16, 4, 2, 5, longest: 40), Tokens.Within(0, 6), opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void A_small_GPT_predicts_tokens(int opset) => AssertAgrees(() => new Gpt(new(50, 32, Layers: 2, Heads: 4, Width: 16)), Tokens, opset);

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void A_vision_transformer_classifies_images(int opset) => AssertAgrees(() => new VisionTransformer(16, 4, 24, 4, 2, 10), Float(2, 3, 16, 16), opset);

    private static void AssertAgrees(Func<nn.Module> network, TestInput input, int opset)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(11);
        using nn.Module module = network();
        ExportedModel exported = ExportAssertions.AssertAgrees(module, [input], [4, 7, 11], configure: options => options with { Opset = opset });
        exported.Graph.Nodes.Should().NotContain(node => node.OpType == "Identity");
    }
}
