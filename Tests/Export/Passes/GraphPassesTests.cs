using OnnxInit.Contracts;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Passes;

public sealed class GraphPassesTests
{
    [Fact]
    public void A_pass_that_is_none_is_refused_with_the_names_of_all() =>
        FluentActions.Invoking(() => GraphPasses.Of(new() { SkippedPasses = ["simplify", "fold", "merge"] })).Should().Throw<InvalidInputException>().WithMessage(
            "There is no graph pass 'fold' and no 'merge' to skip; the passes are fold-constants, simplify, merge-duplicate-constants, merge-duplicate-nodes, remove-dead, order-constants.");

    [Fact]
    public void Passes_are_skipped_by_name_and_folding_by_its_option()
    {
        Names(new()).Should().Equal(GraphPasses.All.Select(pass => pass.Name));
        Names(new() { SkippedPasses = ["simplify", "remove-dead"] }).Should().Equal("fold-constants", "merge-duplicate-constants", "merge-duplicate-nodes", "order-constants");
        Names(new() { FoldConstants = false })[0].Should().Be("simplify");

        static string[] Names(ExportOptions options) => [.. GraphPasses.Of(options).Select(pass => pass.Name)];
    }

    [Fact]
    public void Ten_times_as_many_nodes_take_ten_times_as_long()
    {
        OnnxGraph small = Deep(1000);
        OnnxGraph large = Deep(10_000);
        large.Nodes.Count.Should().BeGreaterThan(30_000);
        Clean(small).Nodes.Should().HaveCount(3000);

        double ratio = Enumerable.Range(0, 5).Select(_ => Time(large) / Time(small)).Min();

        ratio.Should().BeLessThan(25, "the passes are linear; the rest is noise");

        static double Time(OnnxGraph graph)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            Clean(graph);
            return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
        }
    }

    private static OnnxGraph Clean(OnnxGraph graph) => GraphPasses.All.Aggregate(graph, (cleaned, pass) => pass.Apply(cleaned));

    // Blocks of Gemm, BatchNormalization, Relu, with an Identity and a transposition that undoes another.
    private static OnnxGraph Deep(int blocks)
    {
        GraphBuilder graph = new(17, [new GraphValue("x", DataType.Float, [Dimension.Of("N"), 4])], ["y"]);
        GraphValue value = new("x", DataType.Float, [Dimension.Of("N"), 4]);
        using DisposeScope scope = NewDisposeScope();
        Tensor weights = randn(blocks, 4, 4);
        for (int i = 0; i < blocks; i++)
        {
            graph.Begin(new($"layers.{i}", "Block"), $"layers.{i}");
            value = graph.Add("Gemm", [value, graph.Constant("weight", weights[i]), graph.Constant("bias", weights[i][0])], ("transB", 1L));
            value = graph.Add("BatchNormalization", [value, .. Enumerable.Range(0, 4).Select(row => graph.Constant($"norm{row}", weights[i][row].abs()))], ("epsilon", 1e-5f));
            value = graph.Transpose(graph.Transpose(value, 1, 0), 1, 0);
            value = graph.Add("Identity", [graph.Add("Relu", [value])]);
        }

        return graph.Build("deep", [graph.Add("Identity", [value])], ["y"]);
    }
}
