using OnnxInit.Export;
using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

public sealed class ShapingRefusalTests
{
    private static readonly Dictionary<string, (LoweringRow Row, int Opset, string Message)> Cases = new()
    {
        ["chunk"] = (LoweringRow.Of("chunk", "", x => x.chunk(3, 0)[0].sum(), Float(9, 2).Within(1, 2)), 17,
            "2 at N = 2, 3 at N = 5. Make the number of tensors independent of the input."),
        ["split"] = (LoweringRow.Of("split", "", x => x.split(100, 0)[0], Float(2, 3)), 17,
            "how many parts of 100 there are in N depends on the size of a dynamic axis. Give the size of every part, as in x.split([2, t - 2], 1)."),
        ["tensor_split at computed places"] = (LoweringRow.Of("tensor_split", "", (x, places) => x.tensor_split(places, 1)[0].sum(), Float(2, 5), Index(2, 2).Static()), 17,
            "the places where it splits are computed. Split at constant places."),
        ["diagonal"] = (LoweringRow.Of("diagonal", "", x => x.diagonal(), Float(2, 3)), 17,
            "how long the diagonal of [N, 3] is depends on the size of a dynamic axis. Take it of a square matrix, or make the axes static."),
        ["scatter_add"] = (LoweringRow.Of("scatter_add", "", x => x.scatter_add(1, zeros(x.shape, ScalarType.Int64), x), Float(2, 3)), 15,
            "ONNX adds up elements that go to one place from opset 16 on, and this is opset 15. Export to opset 16 or newer."),
        ["index_add"] = (LoweringRow.Of("index_add", "", x => x.index_add(1, tensor([0L, 0L]), x.narrow(1, 0, 2), 1), Float(2, 3)), 13,
            "ONNX adds up elements that go to one place from opset 16 on, and this is opset 13. Export to opset 16 or newer."),
        ["index_put that accumulates"] = (LoweringRow.Of("index_put", "", x => x.clone().index_put_(x.narrow(0, 0, 1), [tensor([0L])], true), Float(2, 3)), 13,
            "ONNX adds up elements that go to one place from opset 16 on, and this is opset 13. Export to opset 16 or newer."),
        ["fold"] = (new("Fold", "", () => nn.Fold(4, 2), Float(2, 8, 9)), 13,
            "ONNX adds up elements that go to one place from opset 16 on, and this is opset 13. Export to opset 16 or newer."),
        ["nonzero of a number"] = (LoweringRow.Of("nonzero", "", x => x.nonzero(), Float().Within(1, 2)), 17,
            "a single number has no place. Give the tensor an axis, as in x.reshape(1).nonzero()."),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_what_it_refuses_and_what_to_write_instead(string name)
    {
        (LoweringRow row, int opset, string message) = Cases[name];
        using DisposeScope scope = NewDisposeScope();
        using nn.Module module = row.Module();
        Action act = () => OnnxExporter.Export(module, [.. row.Inputs.Select((input, i) => input.Example($"input_{i}"))], options => options with { Opset = opset });
        act.Should().Throw<Exception>().WithMessage($"Cannot export *{message}*");
    }
}
