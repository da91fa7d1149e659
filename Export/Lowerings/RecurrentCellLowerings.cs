using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>One step of a recurrent network; x [N, in] or [in], state [N, hidden] or [hidden]; Gemm and element-wise operators.</summary>
internal static class RecurrentCellLowerings
{
    /// <summary>Registers the family.</summary>
    public static void Register(LoweringRegistry registry) => registry
        .Add<RNNCell>(RnnCell)
        .Add<GRUCell>(GruCell)
        .AddMany<LSTMCell>(LstmCell);

    /// <summary>h' = tanh or relu (W_ih x + b_ih + W_hh h + b_hh); https://onnx.ai/onnx/operators/onnx__Gemm.html.</summary>
    private static GraphValue RnnCell(Operation operation, GraphBuilder graph)
    {
        RNNCell module = operation.As<RNNCell>();
        bool isTanh = HiddenModule.Ask(module, () =>
        {
            IReadOnlyDictionary<string, Tensor> parameters = HiddenModule.Parameters(module);
            Tensor input = HiddenModule.Numbers(parameters["weight_ih"], 4, parameters["weight_ih"].shape[1]);
            Tensor sum = nn.functional.linear(input, parameters["weight_ih"], parameters.GetValueOrDefault("bias_ih"));
            sum = parameters.TryGetValue("bias_hh", out Tensor? bias) ? sum + bias : sum;
            return HiddenModule.Nearest(module.forward(input, zeros_like(sum)), sum.tanh(), sum.relu()).Index == 0;
        });
        Cell cell = new(operation, graph, "h0");
        GraphValue total = graph.Add("Add", [cell.OfInput, cell.OfState]);
        return cell.Result(graph.Add(isTanh ? "Tanh" : "Relu", [total]));
    }

    /// <summary>r, z = sigmoid(W x + b_ih + R h + b_hh), n = tanh(W x + b_ih + r * (R h + b_hh)), h' = n + z (h - n)</summary>
    private static GraphValue GruCell(Operation operation, GraphBuilder graph)
    {
        Cell cell = new(operation, graph, "h0");
        IReadOnlyList<GraphValue> input = cell.Gates(cell.OfInput, 3);
        IReadOnlyList<GraphValue> state = cell.Gates(cell.OfState, 3);
        GraphValue reset = graph.Add("Sigmoid", [graph.Add("Add", [input[0], state[0]])]);
        GraphValue update = graph.Add("Sigmoid", [graph.Add("Add", [input[1], state[1]])]);
        GraphValue fresh = graph.Add("Tanh", [graph.Add("Add", [input[2], graph.Add("Mul", [reset, state[2]])])]);
        GraphValue change = graph.Add("Mul", [update, graph.Add("Sub", [cell.State, fresh])]);
        return cell.Result(graph.Add("Add", [fresh, change]));
    }

    /// <summary>i, f, o = sigmoid(W x + b_ih + R h + b_hh), g = tanh(...), c' = f c + i g, h' = o tanh(c')</summary>
    private static IReadOnlyList<GraphValue> LstmCell(Operation operation, GraphBuilder graph)
    {
        Cell cell = new(operation, graph, "h0_c0");
        IReadOnlyList<GraphValue> gates = cell.Gates(graph.Add("Add", [cell.OfInput, cell.OfState]), 4);
        GraphValue kept = graph.Add("Mul", [graph.Add("Sigmoid", [gates[1]]), cell.Memory]);
        GraphValue added = graph.Add("Mul", [graph.Add("Sigmoid", [gates[0]]), graph.Add("Tanh", [gates[2]])]);
        GraphValue memory = graph.Add("Add", [kept, added]);
        GraphValue state = graph.Add("Mul", [graph.Add("Sigmoid", [gates[3]]), graph.Add("Tanh", [memory])]);
        return [cell.Result(state), cell.Result(memory)];
    }

    private sealed class Cell
    {
        private readonly GraphBuilder _graph;
        private readonly bool _isSingle;
        private readonly long _hidden;

        public Cell(Operation operation, GraphBuilder graph, string stateName)
        {
            _graph = graph;
            _isSingle = operation.Input.Rank == 1;
            IReadOnlyDictionary<string, Tensor> parameters = HiddenModule.Parameters(operation.Module!);
            _hidden = parameters["weight_hh"].shape[1];
            object? given = operation.Find(stateName, "hx");
            (object? state, object? memory) = given is object?[] { Length: 2 } pair ? (pair[0], pair[1]) : (given, null);
            State = Batched(state);
            Memory = stateName == "h0" ? State : Batched(memory);
            OfInput = Affine(Batched(operation.Input), "ih");
            OfState = Affine(State, "hh");

            GraphValue Batched(object? value)
            {
                if (value is GraphValue known)
                {
                    return _isSingle ? graph.Unsqueeze(known, 0) : known;
                }

                using Tensor zero = zeros(1, _hidden, operation.Input.Type.ToTorch());
                return graph.Constant("zero_state", zero);
            }

            GraphValue Affine(GraphValue value, string suffix) => graph.Add(
                "Gemm",
                [value, graph.Constant($"weight_{suffix}", parameters[$"weight_{suffix}"]), parameters.TryGetValue($"bias_{suffix}", out Tensor? bias) ? graph.Constant($"bias_{suffix}", bias) : null],
                ("transB", 1L));
        }

        /// <summary>h, [N, hidden].</summary>
        public GraphValue State { get; }

        /// <summary>c of an LSTM, [N, hidden].</summary>
        public GraphValue Memory { get; }

        /// <summary>W_ih x + b_ih, [N, gates * hidden].</summary>
        public GraphValue OfInput { get; }

        /// <summary>W_hh h + b_hh, [N, gates * hidden].</summary>
        public GraphValue OfState { get; }

        /// <summary>[N, count * hidden] -> count times [N, hidden]</summary>
        public IReadOnlyList<GraphValue> Gates(GraphValue value, int count) =>
            _graph.AddMany("Split", [value, _graph.Integers([.. Enumerable.Repeat(_hidden, count)])], count, ("axis", 1L));

        /// <summary>[N, hidden], or [hidden] as the input was.</summary>
        public GraphValue Result(GraphValue value) => _isSingle ? _graph.Squeeze(value, 0) : value;
    }
}
