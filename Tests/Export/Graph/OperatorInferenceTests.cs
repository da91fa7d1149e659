using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
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
    public void ONNX_Runtime_gives_the_types_and_shapes_that_are_inferred(InferenceRow row) => Agrees(row);

    [Property]
    public Property Windows_of_every_kind_have_as_many_positions_as_in_ONNX_Runtime() => Prop.ForAll(Windows, Agrees);

    [Property]
    public Property Slices_of_every_kind_are_as_long_as_in_ONNX_Runtime() => Prop.ForAll(Slices, Agrees);

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

    private static IEnumerable<Dictionary<string, long>> Values =>
    [
        new() { ["N"] = 1, ["M"] = 1, ["T"] = 1, ["H"] = 1 },
        new() { ["N"] = 2, ["M"] = 3, ["T"] = 5, ["H"] = 4 },
        new() { ["N"] = 7, ["M"] = 2, ["T"] = 2, ["H"] = 3 },
    ];

    private static Gen<string> Axis => Gen.Elements("H + 4", "2*H + 4", "2*H + 5", "3*H + 6", "9", "10");

    private static Arbitrary<InferenceRow> Windows =>
        (from opType in Gen.Elements("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool")
         from size in Axis
         from kernel in Gen.Choose(1, 3)
         from stride in Gen.Choose(1, 3)
         from dilation in Gen.Choose(1, opType is "AveragePool" or "LpPool" ? 1 : 2)
         from begin in Gen.Choose(0, kernel - 1)
         from end in Gen.Choose(0, kernel - 1)
         from autoPad in Gen.Elements("NOTSET", "NOTSET", "VALID", kernel < stride ? "VALID" : "SAME_UPPER")
         from ceil in Gen.Choose(0, opType is "MaxPool" or "AveragePool" ? 1 : 0)
         let row = new InferenceRow(opType, opType.StartsWith("Conv", StringComparison.Ordinal) ? [$"float[N, 2, {size}]", $"float[2, 2, {kernel}]"] : [$"float[N, 2, {size}]"], "float")
         let pads = autoPad == "NOTSET" ? new (string, object)[] { ("pads", new[] { begin, end }) } : [("auto_pad", autoPad)]
         let dilations = dilation == 1 ? [] : new (string, object)[] { ("dilations", new[] { autoPad == "SAME_UPPER" ? 1 : dilation }) }
         let rounding = ceil == 0 || autoPad == "SAME_UPPER" ? [] : new (string, object)[] { ("ceil_mode", 1) }
         select row.With([("kernel_shape", new[] { kernel }), ("strides", new[] { stride }), .. pads, .. dilations, .. rounding])).ToArbitrary();

    private static Arbitrary<InferenceRow> Slices =>
        (from size in Axis
         from start in Gen.Elements("0", "1", "3", "20", "-1", "-4", "-20", "H", "2147483647", "9223372036854775807", "-9223372036854775807")
         from end in Gen.Elements("0", "1", "5", "20", "-1", "-3", "-20", "H + 1", "2*H + 4", "2147483647", "9223372036854775807", "-2147483648", "-9223372036854775807")
         from step in Gen.Elements(1, 2, 3, -1, -2)
         select new InferenceRow("Slice", [$"float[{size}, N]", $"int64[1] = {start}", $"int64[1] = {end}", "int64[1] = 0", $"int64[1] = {step}"], "float")).ToArbitrary();

    // What is inferred holds, with the symbols and with numbers in their place.
    private static void Agrees(InferenceRow row)
    {
        foreach (Dictionary<string, long> symbols in Values)
        {
            IReadOnlyList<ValueInfo> results = OneNodeModel.Run(row, symbols);
            foreach (IReadOnlyList<ValueInfo> inferred in (IReadOnlyList<ValueInfo>[])[row.Infer(), row.Infer(symbols)])
            {
                InferenceRow.Text(inferred.Zip(results, (known, result) => Completed(known, result, symbols))).Should().Be(InferenceRow.Text(results.Zip(inferred, (result, known) => known.Contents is null ? result with { Contents = null } : result)), "{0}", string.Join(", ", symbols));
            }
        }
    }

    // What is left open is taken from what is so.
    private static ValueInfo Completed(ValueInfo known, ValueInfo result, Dictionary<string, long> symbols)
    {
        return new(known.Type, Sizes(known.Shape, result.Shape), known.Contents is null ? null : Sizes(known.Contents, result.Contents!));

        Dimension[] Sizes(IReadOnlyList<Dimension> some, IReadOnlyList<Dimension> all) =>
            [.. some.Select((size, axis) => size.IsUnknown && axis < all.Count ? all[axis] : InferenceRow.At(size, symbols))];
    }
}
