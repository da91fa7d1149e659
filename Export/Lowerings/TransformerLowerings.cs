using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Transformers and their layers; source [S, N, E], target [T, N, E] -> [T, N, E]; attention, LayerNormalization and MatMul.</summary>
internal static class TransformerLowerings
{
    private static readonly AttentionMasks None = new(null, null);

    /// <summary>Registers the family.</summary>
    public static void Register(LoweringRegistry registry) => registry
        .Add<TransformerEncoderLayer>(EncoderLayer)
        .Add<TransformerEncoder>(Encoder)
        .Add<TransformerDecoderLayer>(DecoderLayer)
        .Add<TransformerDecoder>(Decoder)
        .Add<Transformer>(Transformer);

    /// <summary>y = norm2(x1 + W2 relu(W1 x1)), x1 = norm1(x + attend(x)).</summary>
    private static GraphValue EncoderLayer(Operation operation, GraphBuilder graph)
    {
        TransformerEncoderLayer module = operation.As<TransformerEncoderLayer>();
        TransformerNodes nodes = Ask(
            operation, graph, mask => module.call(Sample(module, 1), mask), () => module.forward(Sample(module, 8)), step => step.EncoderLayer(string.Empty, Sample(module, 8), None));
        return nodes.EncoderLayer(string.Empty, operation.Input, Masks(operation, "src"));
    }

    /// <summary>The layers, one after the other.</summary>
    private static GraphValue Encoder(Operation operation, GraphBuilder graph)
    {
        TransformerEncoder module = operation.As<TransformerEncoder>();
        TransformerNodes nodes = Ask(
            operation, graph, mask => module.call(Sample(module, 1), mask), () => module.call(Sample(module, 8)), step => step.Encoder(string.Empty, Sample(module, 8), None));
        return nodes.Encoder(string.Empty, operation.Input, Masks(operation, "src"));
    }

    /// <summary>y = norm3(x2 + W2 relu(W1 x2)), x2 = norm2(x1 + attend(x1, memory)), x1 = norm1(x + attend(x)).</summary>
    private static GraphValue DecoderLayer(Operation operation, GraphBuilder graph)
    {
        TransformerDecoderLayer module = operation.As<TransformerDecoderLayer>();
        TransformerNodes nodes = Ask(
            operation, graph, mask => module.call(Sample(module, 1), Sample(module, 1), mask), () => module.call(Sample(module, 8), Memory(module)),
            step => step.DecoderLayer(string.Empty, Sample(module, 8), Memory(module), None, None));
        return nodes.DecoderLayer(string.Empty, operation.Input, operation.Tensor(1), Masks(operation, "tgt"), Masks(operation, "memory"));
    }

    /// <summary>The layers, one after the other; each sees the memory.</summary>
    private static GraphValue Decoder(Operation operation, GraphBuilder graph)
    {
        TransformerDecoder module = operation.As<TransformerDecoder>();
        TransformerNodes nodes = Ask(
            operation, graph, mask => module.call(Sample(module, 1), Sample(module, 1), mask), () => module.call(Sample(module, 8), Memory(module)),
            step => step.Decoder(string.Empty, Sample(module, 8), Memory(module), None, None));
        return nodes.Decoder(string.Empty, operation.Input, operation.Tensor(1), Masks(operation, "tgt"), Masks(operation, "memory"));
    }

    /// <summary>decoder(target, encoder(source)), each with a normalisation at its end.</summary>
    private static GraphValue Transformer(Operation operation, GraphBuilder graph)
    {
        Transformer module = operation.As<Transformer>();
        TransformerNodes nodes = Ask(
            operation, graph, mask => module.call(Sample(module, 1), Sample(module, 1), mask, mask), () => module.forward(Memory(module), Sample(module, 8)),
            step => step.Decoder("decoder.", Sample(module, 8), step.Encoder("encoder.", Memory(module), None), None, None));
        GraphValue memory = nodes.Encoder("encoder.", operation.Input, Masks(operation, "src"));
        return nodes.Decoder("decoder.", operation.Tensor(1), memory, Masks(operation, "tgt"), Masks(operation, "memory"));
    }

    private static AttentionMasks Masks(Operation operation, string of) => new(operation.OptionalTensor($"{of}_mask"), operation.OptionalTensor($"{of}_key_padding_mask"));

    // The number of heads and the activation, which TorchSharp does not tell.
    private static TransformerNodes Ask(
        Operation operation, GraphBuilder graph, Func<Tensor, object> attend, Func<Tensor> compute, Func<TransformerStep, Tensor> recompute)
    {
        IReadOnlyDictionary<string, Tensor> parameters = HiddenModule.Parameters(operation.Module!);
        return parameters.Keys.Any(name => name.Contains("layers.", StringComparison.Ordinal) || name == "linear1.weight")
            ? HiddenModule.Ask(operation.Module!, () =>
            {
                Tensor[] candidates = [recompute(new(parameters, value => value.relu())), recompute(new(parameters, value => nn.functional.gelu(value)))];
                (int activation, double difference) = HiddenModule.Nearest(compute(), candidates);
                return difference < 0.05
                    ? new TransformerNodes(graph, parameters, AttentionWeights.Heads(operation, attend), isGelu: activation == 1)
                    : throw operation.Unsupported("it computes neither with ReLU nor with GELU what its parameters say", "Write its layers as modules of your own");
            })
            : new(graph, parameters, 1, isGelu: false);
    }

    // One position of some samples.
    private static Tensor Sample(nn.Module module, long samples)
    {
        Tensor norm = HiddenModule.Parameters(module).First(pair => pair.Key.Contains("norm", StringComparison.Ordinal)).Value;
        return HiddenModule.Numbers(norm, 1, samples, norm.shape[0]);
    }

    private static Tensor Memory(nn.Module module) => Sample(module, 8).flip(1);
}
