using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Recurrent networks and their cells.</summary>
internal static class RecurrentRows
{
    private static readonly TestInput Steps = Float(4, 2, 3).Dynamic((0, "T"), (1, "N"));
    private static readonly TestInput Batch = Float(2, 4, 3).Dynamic((0, "N"), (1, "T"));

    public static IEnumerable<LoweringRow> All =>
    [
        new("RNN", "tanh", () => new Calling<RNN>(nn.RNN(3, 5), (rnn, x) => rnn.call(x[0])), Steps) { Onnx = "RNN Squeeze" },
        new("RNN", "relu", () => new Calling<RNN>(nn.RNN(3, 5, nonLinearity: nn.NonLinearities.ReLU), (rnn, x) => rnn.call(x[0])), Steps),
        new("RNN", "relu, both directions, two layers, batch first", () => new Calling<RNN>(nn.RNN(3, 5, 2, nn.NonLinearities.ReLU, batchFirst: true, bidirectional: true), (rnn, x) => rnn.call(x[0])), Batch),
        new("RNN", "without bias", () => new Calling<RNN>(nn.RNN(3, 5, bias: false), (rnn, x) => rnn.call(x[0])), Steps),
        new("RNN", "initial state", () => new Calling<RNN>(nn.RNN(3, 5, 2), (rnn, x) => rnn.call(x[0], x[1])), Steps, State(2)),
        new("GRU", "plain", () => nn.GRU(3, 5), Steps) { Onnx = "GRU Squeeze" },
        new("GRU", "batch first", () => nn.GRU(3, 5, batchFirst: true), Batch),
        new("GRU", "without bias", () => nn.GRU(3, 5, bias: false), Steps),
        new("GRU", "both directions", () => nn.GRU(3, 5, bidirectional: true), Steps),
        new("GRU", "three layers, dropout", () => nn.GRU(3, 5, 3, dropout: 0.5), Steps),
        new("GRU", "initial state, two layers, both directions", () => new Calling<GRU>(nn.GRU(3, 5, 2, bidirectional: true), (gru, x) => gru.call(x[0], x[1])), Steps, State(4)),
        new("GRU", "as many steps as samples", () => nn.GRU(3, 5, batchFirst: true), Float(3, 3, 3).Static()),
        new("LSTM", "plain", () => new Calling<LSTM>(nn.LSTM(3, 5), (lstm, x) => lstm.call(x[0])), Steps) { Onnx = "LSTM Squeeze" },
        new("LSTM", "batch first", () => new Calling<LSTM>(nn.LSTM(3, 5, batchFirst: true), (lstm, x) => lstm.call(x[0])), Batch),
        new("LSTM", "without bias", () => new Calling<LSTM>(nn.LSTM(3, 5, bias: false), (lstm, x) => lstm.call(x[0])), Steps),
        new("LSTM", "both directions", () => new Calling<LSTM>(nn.LSTM(3, 5, bidirectional: true), (lstm, x) => lstm.call(x[0])), Steps),
        new("LSTM", "two layers, both directions, batch first", () => new Calling<LSTM>(nn.LSTM(3, 5, 2, batchFirst: true, bidirectional: true), (lstm, x) => lstm.call(x[0])), Batch),
        new("LSTM", "two layers, dropout", () => new Calling<LSTM>(nn.LSTM(3, 5, 2, dropout: 0.5), (lstm, x) => lstm.call(x[0])), Steps),
        new("LSTM", "initial state", () => new Calling<LSTM>(nn.LSTM(3, 5), (lstm, x) => lstm.call(x[0], (x[1], x[2]))), Steps, State(1), State(1)),
        new("LSTM", "initial state, two layers, both directions", () => new Calling<LSTM>(nn.LSTM(3, 5, 2, bidirectional: true), (lstm, x) => lstm.call(x[0], (x[1], x[2]))), Steps, State(4), State(4)),
        new("LSTM", "last hidden state alone", () => new Calling<LSTM>(nn.LSTM(3, 5, batchFirst: true), (lstm, x) => lstm.call(x[0]).Item2), Batch),
        new("LSTM", "in double", () => new Calling<LSTM>(nn.LSTM(3, 5, dtype: ScalarType.Float64), (lstm, x) => lstm.call(x[0])), Double(4, 2, 3).Dynamic((0, "T"), (1, "N"))) { NotRunnable = "ONNX Runtime has LSTM for float32 only." },
        new("RNNCell", "tanh", () => nn.RNNCell(3, 5), Float(2, 3)),
        new("RNNCell", "relu, state", () => nn.RNNCell(3, 5, nn.NonLinearities.ReLU), Float(2, 3), Float(2, 5)),
        new("RNNCell", "without bias", () => nn.RNNCell(3, 5, bias: false), Float(2, 3), Float(2, 5)),
        new("RNNCell", "without a batch", () => nn.RNNCell(3, 5), Float(3).Static(), Float(5).Static()),
        new("GRUCell", "plain", () => nn.GRUCell(3, 5), Float(2, 3)),
        new("GRUCell", "state", () => nn.GRUCell(3, 5), Float(2, 3), Float(2, 5)),
        new("GRUCell", "without bias", () => nn.GRUCell(3, 5, bias: false), Float(2, 3), Float(2, 5)),
        new("GRUCell", "without a batch", () => nn.GRUCell(3, 5), Float(3).Static(), Float(5).Static()),
        new("LSTMCell", "state", () => new Calling<LSTMCell>(nn.LSTMCell(3, 5), (cell, x) => cell.call(x[0], (x[1], x[2]))), Float(2, 3), Float(2, 5), Float(2, 5)),
        new("LSTMCell", "without bias", () => new Calling<LSTMCell>(nn.LSTMCell(3, 5, bias: false), (cell, x) => cell.call(x[0], (x[1], x[2]))), Float(2, 3), Float(2, 5), Float(2, 5)),
        new("LSTMCell", "in double", () => new Calling<LSTMCell>(nn.LSTMCell(3, 5, dtype: ScalarType.Float64), (cell, x) => cell.call(x[0], (x[1], x[2]))), Double(2, 3), Double(2, 5), Double(2, 5)),
    ];

    private static TestInput State(long layers) => Float(layers, 2, 5).Dynamic((1, "N"));
}
