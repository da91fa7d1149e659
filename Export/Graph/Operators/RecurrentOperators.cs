using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Recurrent networks; x is [T, N, in], or [N, T, in] with layout 1.</summary>
internal static class RecurrentOperators
{
    private const string Inputs = "T X, T W, T R, T? B, int32? sequence_lens, T? initial_h";
    private const string Attributes = "floats? activation_alpha, floats? activation_beta, strings? activations, float? clip, string? direction, int? hidden_size";
    private const string Outputs = "T? Y, T? Y_h";

    public static IEnumerable<OperatorSchema> All =>
    [
        new("RNN", 7, $"({Inputs}; {Attributes}) -> {Outputs}", Shape, ("T", Floats)),
        new("RNN", 14, $"({Inputs}; {Attributes}, int? layout) -> {Outputs}", Shape, ("T", Floats)),
        new("GRU", 7, $"({Inputs}; {Attributes}, int? linear_before_reset) -> {Outputs}", Shape, ("T", Floats)),
        new("GRU", 14, $"({Inputs}; {Attributes}, int? layout, int? linear_before_reset) -> {Outputs}", Shape, ("T", Floats)),
        new("LSTM", 7, $"({Inputs}, T? initial_c, T? P; {Attributes}, int? input_forget) -> {Outputs}, T? Y_c", Shape, ("T", Floats)),
        new("LSTM", 14, $"({Inputs}, T? initial_c, T? P; {Attributes}, int? input_forget, int? layout) -> {Outputs}, T? Y_c", Shape, ("T", Floats)),
    ];

    // Y [T, directions, N, hidden], Y_h and Y_c [directions, N, hidden]; with layout 1 the batch comes first.
    private static Dimension[] Shape(OperatorCall call, int output)
    {
        call.DemandRank(0, 3, 3);
        call.DemandRank(1, 3, 3);
        call.DemandRank(2, 3, 3);
        (IReadOnlyList<Dimension> data, IReadOnlyList<Dimension> recurrence) = (call.Shape(0), call.Shape(2));
        Dimension directions = call.Text("direction", "forward") switch
        {
            "forward" or "reverse" => 1,
            "bidirectional" => 2,
            string other => throw call.Error($"takes forward, reverse or bidirectional as direction, and it is {other}"),
        };
        Dimension hidden = call.Attributes.ContainsKey("hidden_size") ? call.Int("hidden_size") : recurrence[2];
        if (Sizes.Differ(recurrence[0], directions) || Sizes.Differ(recurrence[2], hidden) || Sizes.Differ(call.Shape(1)[0], directions) || Sizes.Differ(call.Shape(1)[2], data[2]))
        {
            throw call.Error($"wants W [{directions}, ..., {data[2]}] and R [{directions}, ..., {hidden}], and is given {call[1]} and {call[2]}");
        }

        return (output, call.Int("layout")) switch
        {
            (0, 0) => [data[0], directions, data[1], hidden],
            (0, _) => [data[0], data[1], directions, hidden],
            (_, 0) => [directions, data[1], hidden],
            _ => [data[0], directions, hidden],
        };
    }
}
