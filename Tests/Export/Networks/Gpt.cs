using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>What a <see cref="Gpt"/> consists of.</summary>
internal sealed record GptConfiguration(long Vocabulary, long Context, int Layers, long Heads, long Width);

/// <summary>A small language model as it is written by hand: causal attention with its mask in a buffer, the embedding's weights again at the output.</summary>
internal sealed class Gpt : Module<Tensor, Tensor>
{
    private readonly Embedding tokenEmbedding;
    private readonly Embedding positionEmbedding;
    private readonly ModuleList<Module<Tensor, Tensor>> blocks;
    private readonly LayerNorm norm;

    public Gpt(GptConfiguration configuration)
        : base(nameof(Gpt))
    {
        tokenEmbedding = Embedding(configuration.Vocabulary, configuration.Width);
        positionEmbedding = Embedding(configuration.Context, configuration.Width);
        blocks = ModuleList<Module<Tensor, Tensor>>([.. Enumerable.Range(0, configuration.Layers).Select(_ => new Block(configuration))]);
        norm = LayerNorm(configuration.Width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        long length = tokens.shape[1];
        Tensor x = tokenEmbedding.call(tokens) + positionEmbedding.call(arange(length, ScalarType.Int64)); // [N, T, width]
        foreach (Module<Tensor, Tensor> block in blocks)
        {
            x = block.call(x);
        }

        return norm.call(x).matmul(tokenEmbedding.weight!.t());                                            // [N, T, vocabulary]
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm norm1;
        private readonly CausalSelfAttention attention;
        private readonly LayerNorm norm2;
        private readonly Sequential mlp;

        public Block(GptConfiguration configuration)
            : base(nameof(Block))
        {
            long width = configuration.Width;
            norm1 = LayerNorm(width);
            attention = new CausalSelfAttention(configuration);
            norm2 = LayerNorm(width);
            mlp = Sequential(Linear(width, 4 * width), GELU(), Linear(4 * width, width), Dropout(0.1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x + attention.call(norm1.call(x));
            return x + mlp.call(norm2.call(x));
        }
    }

    private sealed class CausalSelfAttention : Module<Tensor, Tensor>
    {
        private readonly long heads;
        private readonly Linear qkv;
        private readonly Linear output;
        private readonly Tensor future;

        public CausalSelfAttention(GptConfiguration configuration)
            : base(nameof(CausalSelfAttention))
        {
            heads = configuration.Heads;
            qkv = Linear(configuration.Width, 3 * configuration.Width);
            output = Linear(configuration.Width, configuration.Width);
            future = ones(configuration.Context, configuration.Context).triu(1).to(ScalarType.Bool);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            (long batch, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
            Tensor[] parts = qkv.call(x).chunk(3, -1);                                             // 3 x [N, T, width]
            Tensor query = Heads(parts[0]);                                                        // [N, heads, T, width / heads]
            Tensor key = Heads(parts[1]);
            Tensor value = Heads(parts[2]);
            Tensor scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(width / heads);        // [N, heads, T, T]
            scores = scores.masked_fill(future[..(int)length, ..(int)length], float.NegativeInfinity);
            Tensor mixed = scores.softmax(-1).matmul(value);
            return output.call(mixed.transpose(1, 2).contiguous().view(batch, length, width));     // [N, T, width]

            Tensor Heads(Tensor part) => part.view(batch, length, heads, width / heads).transpose(1, 2);
        }
    }
}
