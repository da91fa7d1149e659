using OnnxInit.Export.Graph;
using OnnxInit.Export.Graph.Operators;

namespace OnnxInit.Tests.Export.Graph;

public sealed class OperatorInferenceTests
{
    public static TheoryData<InferenceRow> Rows => [.. InferenceRows.All];

    public static TheoryData<InferenceRow> RunnableRows => [.. InferenceRows.All.Where(row => row.NotRunnable is null)];

    public static TheoryData<InferenceRow> Misuses => [.. InferenceErrors.All];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Types_and_shapes_follow_from_the_inputs(InferenceRow row) => InferenceRow.Text(row.Infer()).Should().Be(row.Expected);

    [Theory]
    [MemberData(nameof(RunnableRows))]
    public void What_is_said_of_symbols_holds_for_every_number(InferenceRow row)
    {
        IReadOnlyList<ValueInfo> general = row.Infer();
        foreach (Dictionary<string, long> symbols in Values)
        {
            IReadOnlyList<ValueInfo> special = row.Infer(symbols);
            special.Select(value => value.Type).Should().Equal(general.Select(value => value.Type));
            for (int i = 0; i < general.Count; i++)
            {
                Known(general[i].Shape, special[i].Shape, symbols).Should().Be(string.Join(", ", special[i].Shape), "result {0} at {1}", i, string.Join(", ", symbols));
                Known(general[i].Contents ?? [], special[i].Contents ?? [], symbols).Should().Be(string.Join(", ", general[i].Contents is null ? [] : special[i].Contents!));
            }
        }
    }

    [Theory]
    [MemberData(nameof(RunnableRows))]
    public void ONNX_Runtime_gives_the_types_and_shapes_that_are_inferred(InferenceRow row)
    {
        foreach (Dictionary<string, long> symbols in Values)
        {
            IReadOnlyList<ValueInfo> results = OneNodeModel.Run(row, symbols);
            IReadOnlyList<ValueInfo> inferred = row.Infer(symbols);
            results.Select(result => result.Type).Should().Equal(inferred.Select(result => result.Type));
            for (int i = 0; i < results.Count; i++)
            {
                Known(inferred[i].Shape, results[i].Shape, symbols).Should().Be(string.Join(", ", results[i].Shape), "result {0} at {1}", i, string.Join(", ", symbols));
                if (inferred[i].Contents is { } contents)
                {
                    Known(contents, results[i].Contents!, symbols).Should().Be(string.Join(", ", results[i].Contents!));
                }
            }
        }
    }

    [Fact]
    public void Every_operator_has_a_row() => OperatorTable.Names.Where(name => OperatorTable.Versions(name)[0].Withdrawn is null).Should().BeSubsetOf(InferenceRows.All.Select(row => row.OpType));

    [Theory]
    [MemberData(nameof(Misuses))]
    public void Misuse_is_named(InferenceRow row) =>
        row.Invoking(_ => row.Infer()).Should().Throw<InvalidOperationException>().WithMessage(row.Expected);

    [Fact]
    public void An_operator_that_ONNX_has_not_is_unknown() =>
        FluentActions.Invoking(() => OperatorInference.Infer("Frobnicate", 17, [], new Dictionary<string, object>(), 1))
            .Should().Throw<NotSupportedException>().WithMessage("'Frobnicate' is no operator that we know.");

    [Fact]
    public void A_result_with_an_unknown_number_of_axes_has_to_be_declared() =>
        new InferenceRow("Reshape", ["float[N]", "int64[T]"], "?").Invoking(row => row.Infer())
            .Should().Throw<NotSupportedException>().WithMessage("The number of axes of what Reshape gives is known at run time only: say the type and shape of the result.");

    // What is inferred, with what is left open taken from what is so.
    private static string Known(IReadOnlyList<Dimension> inferred, IReadOnlyList<Dimension> actual, Dictionary<string, long> symbols) =>
        string.Join(", ", inferred.Select((size, axis) => size.IsUnknown && axis < actual.Count ? actual[axis] : InferenceRow.At(size, symbols)));

    private static IEnumerable<Dictionary<string, long>> Values =>
    [
        new() { ["N"] = 1, ["M"] = 1, ["T"] = 1, ["H"] = 1 },
        new() { ["N"] = 2, ["M"] = 3, ["T"] = 5, ["H"] = 4 },
        new() { ["N"] = 7, ["M"] = 2, ["T"] = 2, ["H"] = 3 },
    ];
}
