using OnnxInit.Export.Graph;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Recurrent networks over a sequence: layers, one or both directions, of one ONNX node per layer.</summary>
internal static class RecurrentLowerings
{
    // For each gate of ONNX, the gate of TorchSharp: iofc of ifgo, zrh of rzn.
    private static readonly int[] LstmGates = [0, 3, 1, 2];
    private static readonly int[] GruGates = [1, 0, 2];
    private static readonly int[] RnnGates = [0];

    /// <summary>Registers the family.</summary>
    public static void Register(LoweringRegistry registry) => registry
        .AddMany<RNN>(Rnn)
        .AddMany<GRU>(Gru)
        .AddMany<LSTM>(Lstm);

    /// <summary>h' = tanh or relu (W_ih x + b_ih + W_hh h + b_hh); x [T, N, in], h [layers * directions, N, hidden] -> y [T, N, directions * hidden], h; RNN, https://onnx.ai/onnx/operators/onnx__RNN.html.</summary>
    private static IReadOnlyList<GraphValue> Rnn(Operation operation, GraphBuilder graph)
    {
        RNN module = operation.As<RNN>();
        (string activation, bool batchFirst) = HiddenModule.Ask(module, () =>
        {
            Sequence weights = new(module);
            Tensor input = HiddenModule.Numbers(weights.First, 2, 1, weights.InputSize);
            (Tensor result, Tensor state) = module.forward(input, null);
            bool first = state.shape[1] == 2;
            (result, state) = module.forward(first ? input : input.transpose(0, 1), null);
            Tensor found = first ? result.squeeze(1) : result.squeeze(0);
            return (HiddenModule.Nearest(found, FirstStep(weights, input.squeeze(1), sum => sum.tanh()), FirstStep(weights, input.squeeze(1), sum => sum.relu())).Index == 0 ? "Tanh" : "Relu", first);
        });
        return Lower(operation, graph, "RNN", RnnGates, batchFirst, [State(operation, "h0")], weights => [("activations", Enumerable.Repeat(activation, weights.Directions).ToArray())]);
    }

    /// <summary>r, z = sigmoid(W x + b_ih + R h + b_hh), n = tanh(W x + b_ih + r * (R h + b_hh)), h' = (1 - z) n + z h; shapes as of RNN; GRU(linear_before_reset = 1), https://onnx.ai/onnx/operators/onnx__GRU.html.</summary>
    private static IReadOnlyList<GraphValue> Gru(Operation operation, GraphBuilder graph)
    {
        GRU module = operation.As<GRU>();
        bool batchFirst = HiddenModule.Ask(module, () => module.forward(HiddenModule.Numbers(new Sequence(module).First, 2, 1, new Sequence(module).InputSize)).Item2.shape[1] == 2);
        return Lower(operation, graph, "GRU", GruGates, batchFirst, [State(operation, "h0")], _ => [("linear_before_reset", 1L)]);
    }

    /// <summary>i, f, o = sigmoid(W x + b_ih + R h + b_hh), g = tanh(...), c' = f c + i g, h' = o tanh(c'); shapes as of RNN, and c as h; LSTM, https://onnx.ai/onnx/operators/onnx__LSTM.html.</summary>
    private static IReadOnlyList<GraphValue> Lstm(Operation operation, GraphBuilder graph)
    {
        LSTM module = operation.As<LSTM>();
        bool batchFirst = HiddenModule.Ask(module, () => module.forward(HiddenModule.Numbers(new Sequence(module).First, 2, 1, new Sequence(module).InputSize)).Item2.shape[1] == 2);
        GraphValue?[] states = operation.Find("h0_c0") is object?[] { Length: 2 } pair ? [pair[0] as GraphValue, pair[1] as GraphValue] : [null, null];
        return Lower(operation, graph, "LSTM", LstmGates, batchFirst, states, _ => []);
    }

    private static GraphValue? State(Operation operation, string name) => operation.OptionalTensor(name, "h_0", "hx");

    private static IReadOnlyList<GraphValue> Lower(
        Operation operation, GraphBuilder graph, string opType, int[] gates, bool batchFirst, GraphValue?[] states, Func<Sequence, (string, object)[]> attributes)
    {
        if (operation.Arguments[0].Value is not GraphValue given)
        {
            throw operation.Unsupported("packed sequences have no counterpart in ONNX", "Give it the padded tensor, and mask what is behind the lengths");
        }

        using DisposeScope scope = NewDisposeScope();
        Sequence weights = new(operation.Module!);
        GraphValue value = batchFirst ? graph.Transpose(given, 1, 0, 2) : given;
        GraphValue[][] initial = [.. states.Select(state => PerLayer(graph, state, weights))];
        List<GraphValue>[] final = [.. states.Select(_ => new List<GraphValue>())];
        (string, object)[] named = [("hidden_size", weights.HiddenSize), ("direction", weights.Directions == 2 ? "bidirectional" : "forward"), .. attributes(weights)];
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            GraphValue?[] inputs =
            [
                value, Constant("W", weights.Weights("weight_ih", layer, gates)), Constant("R", weights.Weights("weight_hh", layer, gates)),
                weights.Biases(layer, gates) is { } biases ? Constant("B", biases) : null, null, .. initial.Select(state => state.Length > 0 ? state[layer] : null),
            ];
            IReadOnlyList<GraphValue> results = graph.AddMany(opType, inputs, 1 + states.Length, named);
            for (int state = 0; state < states.Length; state++)
            {
                final[state].Add(results[state + 1]);
            }

            // [T, directions, N, hidden] -> [T, N, directions * hidden]
            value = weights.Directions == 1 ? graph.Squeeze(results[0], 1)
                : graph.Reshape(graph.Transpose(results[0], 0, 2, 1, 3), [value.Shape[0], value.Shape[1], 2 * weights.HiddenSize]);

            GraphValue Constant(string name, Tensor tensor) => graph.Constant($"{name}_l{layer}", tensor);
        }

        return
        [
            batchFirst ? graph.Transpose(value, 1, 0, 2) : value,
            .. final.Select(layers => layers.Count == 1 ? layers[0] : graph.Add("Concat", layers, ("axis", 0L))),
        ];
    }

    /// <summary>[layers * directions, N, hidden] -> for each layer [directions, N, hidden]</summary>
    private static GraphValue[] PerLayer(GraphBuilder graph, GraphValue? state, Sequence weights) =>
        state is null ? []
        : weights.Layers == 1 ? [state]
        : [.. graph.AddMany("Split", [state, graph.Integers([.. Enumerable.Repeat((long)weights.Directions, weights.Layers)])], weights.Layers, ("axis", 0L))];

    // What a sequence of one step becomes without an initial state; x [N, in] -> [N, directions * hidden].
    private static Tensor FirstStep(Sequence weights, Tensor input, Func<Tensor, Tensor> activation)
    {
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            Tensor value = input;
            input = cat([.. weights.Suffixes(layer).Select(suffix => activation(
                weights.Biased(value.matmul(weights["weight_ih", suffix].t()), suffix)))], 1);
        }

        return input;
    }

    /// <summary>The parameters of a recurrent module, and what their names and shapes tell.</summary>
    private sealed class Sequence(nn.Module module)
    {
        private readonly IReadOnlyDictionary<string, Tensor> _parameters = HiddenModule.Parameters(module);

        public Tensor First => _parameters["weight_ih_l0"];

        public long InputSize => First.shape[1];

        public long HiddenSize => _parameters["weight_hh_l0"].shape[1];

        public int Directions => _parameters.ContainsKey("weight_ih_l0_reverse") ? 2 : 1;

        public int Layers => Enumerable.Range(0, int.MaxValue).First(layer => !_parameters.ContainsKey($"weight_ih_l{layer}"));

        public Tensor this[string name, string suffix] => _parameters[name + suffix];

        public IEnumerable<string> Suffixes(int layer) => Directions == 2 ? [$"_l{layer}", $"_l{layer}_reverse"] : [$"_l{layer}"];

        // [directions, gates * hidden, in]
        public Tensor Weights(string name, int layer, int[] gates) =>
            stack([.. Suffixes(layer).Select(suffix => Reordered(this[name, suffix], gates))]);

        // [directions, 2 * gates * hidden]
        public Tensor? Biases(int layer, int[] gates) => !_parameters.ContainsKey("bias_ih_l0") ? null
            : stack([.. Suffixes(layer).Select(suffix => cat([Reordered(this["bias_ih", suffix], gates), Reordered(this["bias_hh", suffix], gates)]))]);

        public Tensor Biased(Tensor value, string suffix) =>
            _parameters.ContainsKey("bias_ih_l0") ? value + this["bias_ih", suffix] + this["bias_hh", suffix] : value;

        private static Tensor Reordered(Tensor tensor, int[] gates)
        {
            Tensor[] chunks = tensor.detach().cpu().chunk(gates.Length, 0);
            return cat([.. gates.Select(gate => chunks[gate])], 0);
        }
    }
}
