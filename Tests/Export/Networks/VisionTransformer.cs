using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Networks;

/// <summary>Classifies images: patches become tokens, a token of the class goes first and is read at the end.</summary>
internal sealed class VisionTransformer : Module<Tensor, Tensor>
{
    private readonly Conv2d patches;
    private readonly Parameter classToken;
    private readonly Parameter positions;
    private readonly ModuleList<Module<Tensor, Tensor>> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public VisionTransformer(long imageSize, long patchSize, long width, long heads, int layers, long classes)
        : base(nameof(VisionTransformer))
    {
        long count = imageSize / patchSize * (imageSize / patchSize);
        patches = Conv2d(3, width, patchSize, stride: patchSize);
        classToken = Parameter(randn(1, 1, width) * 0.02);
        positions = Parameter(randn(1, count + 1, width) * 0.02);
        blocks = ModuleList<Module<Tensor, Tensor>>([.. Enumerable.Range(0, layers).Select(_ => new Block(width, heads))]);
        norm = LayerNorm(width, eps: 1e-6);
        head = Linear(width, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        Tensor tokens = patches.call(images).flatten(2).transpose(1, 2);                           // [N, patches, width]
        tokens = cat([classToken.expand(images.shape[0], -1, -1), tokens], 1) + positions;         // [N, patches + 1, width]
        foreach (Module<Tensor, Tensor> block in blocks)
        {
            tokens = block.call(tokens);
        }

        return head.call(norm.call(tokens)[TensorIndex.Colon, 0]);                                 // [N, classes]
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly long heads;
        private readonly LayerNorm norm1;
        private readonly Linear qkv;
        private readonly Linear projection;
        private readonly LayerNorm norm2;
        private readonly Linear expand;
        private readonly Linear contract;

        public Block(long width, long heads)
            : base(nameof(Block))
        {
            this.heads = heads;
            norm1 = LayerNorm(width, eps: 1e-6);
            qkv = Linear(width, 3 * width);
            projection = Linear(width, width);
            norm2 = LayerNorm(width, eps: 1e-6);
            expand = Linear(width, 2 * width);
            contract = Linear(2 * width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x + Attend(norm1.call(x));
            return x + contract.call(functional.gelu(expand.call(norm2.call(x))));
        }

        private Tensor Attend(Tensor x)
        {
            long[] shape = x.shape;                                                                // [N, L, width]
            Tensor parts = qkv.call(x).reshape(shape[0], shape[1], 3, heads, shape[2] / heads).permute(2, 0, 3, 1, 4);
            Tensor mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);  // [N, heads, L, width / heads]
            return projection.call(mixed.transpose(1, 2).reshape(shape));
        }
    }
}
