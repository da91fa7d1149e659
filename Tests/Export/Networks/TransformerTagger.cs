using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>Tags every token of a text: TorchSharp's transformer encoder with sines as positions and a mask over padding.</summary>
internal sealed class TransformerTagger : Module<Tensor, Tensor>
{
    private const long Padding = 0;

    private readonly double scale;
    private readonly Embedding embedding;
    private readonly Tensor positions;
    private readonly TransformerEncoder encoder;
    private readonly Linear tagger;

    public TransformerTagger(long vocabulary, long width, long heads, long layers, long tags, long longest)
        : base(nameof(TransformerTagger))
    {
        scale = Math.Sqrt(width);
        embedding = Embedding(vocabulary, width);
        positions = Sines(longest, width);
        encoder = TransformerEncoder(TransformerEncoderLayer(width, heads, 4 * width, activation: Activations.GELU), layers);
        tagger = Linear(width, tags);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        Tensor embedded = (embedding.call(tokens) * scale) + positions[..(int)tokens.shape[1]];           // [N, T, width]
        Tensor encoded = encoder.forward(embedded.transpose(0, 1), null!, tokens.eq(Padding));            // [T, N, width]
        return functional.log_softmax(tagger.call(encoded.transpose(0, 1)), -1);                          // [N, T, tags]
    }

    private static Tensor Sines(long longest, long width)
    {
        Tensor frequency = exp(arange(0, width, 2, ScalarType.Float32) * (-Math.Log(10_000) / width));    // [width / 2]
        Tensor angle = arange(longest, ScalarType.Float32).unsqueeze(1) * frequency;                      // [longest, width / 2]
        return stack([angle.sin(), angle.cos()], -1).flatten(1);                                          // [longest, width]
    }
}
