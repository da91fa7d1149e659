using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Export.Graph;

public sealed class OperatorInferenceTests
{
    public static TheoryData<InferenceRow> Rows => [.. InferenceRows.All];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Types_and_shapes_follow_from_the_inputs(InferenceRow row) => string.Join(" | ", row.Infer().Select(Text)).Should().Be(row.Expected);

    [Theory]
    [InlineData("Frobnicate", 17, "'Frobnicate' is no operator that we know.")]
    public void An_operator_that_ONNX_has_not_is_unknown(string opType, int opset, string message) =>
        FluentActions.Invoking(() => OperatorInference.Infer(opType, opset, [], new Dictionary<string, object>(), 1)).Should().Throw<NotSupportedException>().WithMessage(message);

    private static string Text(ValueInfo value) =>
        $"{value.Type.ToString().ToLowerInvariant()}[{string.Join(", ", value.Shape)}]{(value.Contents is null ? string.Empty : $" = {string.Join(", ", value.Contents)}")}";
}
