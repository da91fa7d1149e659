using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>Classifies texts of any length: an LSTM reads the tokens in both directions, and what it says about those that are no padding is averaged.</summary>
internal sealed class LstmTextClassifier : Module<Tensor, Tensor>
{
    private const long Padding = 0;

    private readonly Embedding embedding;
    private readonly LSTM lstm;
    private readonly Dropout dropout;
    private readonly Linear classifier;

    public LstmTextClassifier(long vocabulary, long width, long hidden, long classes)
        : base(nameof(LstmTextClassifier))
    {
        embedding = Embedding(vocabulary, width, padding_idx: Padding);
        lstm = LSTM(width, hidden, numLayers: 2, batchFirst: true, dropout: 0.2, bidirectional: true);
        dropout = Dropout(0.3);
        classifier = Linear(2 * hidden, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        Tensor present = tokens.ne(Padding).unsqueeze(-1).to(ScalarType.Float32); // [N, T, 1]
        Tensor embedded = dropout.call(embedding.call(tokens));                   // [N, T, width]
        (Tensor states, _, _) = lstm.call(embedded);                              // [N, T, 2 hidden]
        Tensor count = present.sum(1).clamp_min(1);                               // [N, 1]
        Tensor mean = (states * present).sum(1) / count;                          // [N, 2 hidden]
        return classifier.call(dropout.call(mean));                               // [N, classes]
    }
}
