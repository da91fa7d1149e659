using OnnxInit.Export;
using OnnxInit.Export.Lowerings;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

public sealed class LoweringTests
{
    private static readonly Dictionary<string, LoweringRow> Rows = LoweringTable.Rows.ToDictionary(row => row.ToString());

    public static TheoryData<string, int> RowNames => [.. from row in LoweringTable.Rows from opset in row.Opsets select (row.ToString(), opset)];

    [Theory]
    [MemberData(nameof(RowNames))]
    public void ONNX_Runtime_computes_what_TorchSharp_does(string row, int opset)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = Rows[row].Module();
        ExportedModel exported = ExportAssertions.AssertAgrees(Rows[row], module, opset);
        exported.Report.Operations.Should().Contain(Rows[row].Key);
        if (opset == 17 && Rows[row].Onnx is { } onnx)
        {
            string.Join(' ', exported.Graph.Nodes.Select(node => node.OpType)).Should().Be(onnx);
        }
    }

    // cuda and mps need the hardware.
    [Fact]
    public void Every_registered_lowering_has_a_row() =>
        LoweringRegistry.Default.Functions.Concat(LoweringRegistry.Default.Modules.Select(type => type.Name)).Except(LoweringTable.Rows.Select(row => row.Key))
            .Should().BeSubsetOf(["cuda", "mps"]);
}
