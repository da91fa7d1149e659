using Google.Protobuf;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Passes;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static OnnxInit.Tests.Export.ExportParity;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class ExportFoldBatchNormTests
{
    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>, long[], string> Networks => new()
    {
        { "Linear", () => nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4)), [5], "Gemm" },
        { "Linear without bias", () => nn.Sequential(nn.Linear(5, 4, hasBias: false), nn.BatchNorm1d(4)), [5], "Gemm" },
        { "Conv", () => nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)), [3, 6, 6], "Conv" },
        { "Conv without bias, in groups", () => nn.Sequential(nn.Conv2d(4, 6, 3, groups: 2, bias: false), nn.BatchNorm2d(6)), [4, 6, 6], "Conv" },
        { "not affine, eps", () => nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4, eps: 0.3, affine: false)), [5], "Gemm" },
        { "two in a row", () => nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.BatchNorm1d(4)), [5], "Gemm" },
        { "behind Dropout", () => nn.Sequential(nn.Linear(5, 4), nn.Dropout(), nn.BatchNorm1d(4), nn.ReLU()), [5], "Gemm Relu" },
        { "behind an activation", () => nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.BatchNorm1d(4)), [5], "Gemm Relu BatchNormalization" },
        { "first", () => nn.Sequential(nn.BatchNorm1d(5), nn.Linear(5, 4)), [5], "BatchNormalization Gemm" },
        { "on [N, C, L]", () => nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(3)), [3, 5], "MatMul Add BatchNormalization" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_folded_graph_computes_the_same(string name, Func<nn.Module<Tensor, Tensor>> make, long[] shape, string operators)
    {
        using nn.Module<Tensor, Tensor> module = make().Settled(shape);

        ExportedModel exported = AssertExports(module, shape, options => options with { FoldBatchNorm = true });

        string.Join(' ', exported.Graph.Nodes.Select(node => node.OpType)).Should().Be(operators, name);
    }

    [Fact]
    public void The_graph_that_goes_in_stays_as_it_is()
    {
        using nn.Module<Tensor, Tensor> module = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4)).Settled(5);
        ExportedModel exported = AssertExports(module, [5]);
        string text = exported.Graph.ToString();
        byte[] bytes = exported.Model.ToByteArray();

        FoldBatchNorm.Apply(exported.Graph).Nodes.Should().ContainSingle();

        exported.Graph.ToString().Should().Be(text);
        exported.Model.ToByteArray().Should().Equal(bytes);
    }

    [Fact]
    public void The_folded_node_says_where_it_came_from() =>
        FoldBatchNorm.Apply(Graph(Norm("norm", "linear", "m", "v"), Linear("linear", "x", "w", "b"))).Nodes.Should().ContainSingle()
            .Which.Source.Should().Be("linear with norm folded in");

    [Fact]
    public void A_value_with_another_reader_stays()
    {
        OnnxGraph graph = Graph(
            Node("Add", "sum", ["norm", "linear"]), Norm("norm", "linear", "m", "v"), Linear("linear", "x", "w", "b"));

        FoldBatchNorm.Apply(graph).Should().BeEquivalentTo(graph);
    }

    [Fact]
    public void A_value_that_is_the_output_stays()
    {
        OnnxGraph graph = Graph(Norm("norm", "linear", "m", "v"), Linear("linear", "x", "w", "b")) with { Output = "linear" };

        FoldBatchNorm.Apply(graph).Should().BeEquivalentTo(graph);
    }

    [Theory]
    [InlineData("w", "b2")]
    [InlineData("w2", "b")]
    public void A_weight_with_another_reader_stays(string weight, string bias)
    {
        OnnxGraph graph = Graph(
            Linear("second", "norm", weight, bias), Norm("norm", "first", "m", "v"), Linear("first", "x", "w", "b"));

        FoldBatchNorm.Apply(graph).Should().BeEquivalentTo(graph);
    }

    [Fact]
    public void Statistics_with_another_reader_stay_for_it()
    {
        OnnxGraph graph = FoldBatchNorm.Apply(Graph(
            Norm("second_norm", "relu", "m", "v"), Node("Relu", "relu", ["first_norm"]), Norm("first_norm", "linear", "m", "v"), Linear("linear", "x", "w", "b")));

        graph.Nodes.Select(node => node.OpType).Should().Equal("Gemm", "Relu", "BatchNormalization");
        graph.Constants.Select(constant => constant.Name).Should().Equal("w", "b", "s", "t", "m", "v");
        graph.Constants.Single(constant => constant.Name == "v").Floats.ToArray().Should().Equal(4, 4);
    }

    [Fact]
    public void The_formula_is_W_s_and_b_minus_mean_times_s_plus_shift()
    {
        OnnxGraph graph = FoldBatchNorm.Apply(Graph(Norm("norm", "linear", "m", "v"), Linear("linear", "x", "w", "b")));

        // s = 3 / sqrt(4 + 0) = 1.5; W' = [1, 2, 3, 4] s; b' = (10 - 2) s + 5.
        graph.Constants.Single(constant => constant.Name == "w").Floats.ToArray().Should().Equal(1.5f, 3, 4.5f, 6);
        graph.Constants.Single(constant => constant.Name == "b").Floats.ToArray().Should().Equal(17, 17);
    }

    [Theory]
    [InlineData("transA")]
    [InlineData("alpha")]
    [InlineData("nothing")]
    public void Another_Gemm_than_the_exporters_own_stays(string attribute)
    {
        GraphNode gemm = Linear("linear", "x", "w", "b") with
        {
            Attributes = attribute switch
            {
                "transA" => new Dictionary<string, object> { ["transA"] = 1L, ["transB"] = 1L },
                "alpha" => new Dictionary<string, object> { ["alpha"] = 2f },
                _ => new Dictionary<string, object>(),
            },
        };
        OnnxGraph graph = Graph(Norm("norm", "linear", "m", "v"), gemm);

        FoldBatchNorm.Apply(graph).Should().BeEquivalentTo(graph);
    }

    [Fact]
    public void A_bias_for_all_channels_at_once_stays()
    {
        OnnxGraph graph = Graph(Norm("norm", "linear", "m", "v"), Linear("linear", "x", "w", "one"));

        FoldBatchNorm.Apply(graph).Should().BeEquivalentTo(graph);
    }

    [Fact]
    public void Statistics_that_are_computed_stay()
    {
        OnnxGraph graph = Graph(Norm("norm", "linear", "mean", "v"), Linear("linear", "x", "w", "b"), Node("Relu", "mean", ["m"]));

        FoldBatchNorm.Apply(graph).Should().BeEquivalentTo(graph);
    }

    // From the last node to the first, so that the text reads as nested calls; constants are those that are read.
    private static OnnxGraph Graph(params GraphNode[] nodes)
    {
        GraphConstant[] constants =
        [
            GraphConstant.Of("w", [2, 2], [1, 2, 3, 4]), GraphConstant.Of("w2", [2, 2], [1, 2, 3, 4]),
            GraphConstant.Of("b", [2], [10, 10]), GraphConstant.Of("b2", [2], [10, 10]), GraphConstant.Of("one", [1], [10]),
            GraphConstant.Of("s", [2], [3, 3]), GraphConstant.Of("t", [2], [5, 5]), GraphConstant.Of("m", [2], [2, 2]), GraphConstant.Of("v", [2], [4, 4]),
        ];
        HashSet<string> read = [.. nodes.SelectMany(node => node.Inputs)];
        return new("graph", Value("x"), [.. nodes.Reverse()], [.. constants.Where(constant => read.Contains(constant.Name))], nodes[0].Output.Name);
    }

    private static GraphNode Linear(string name, string input, string weight, string bias) =>
        Node("Gemm", name, [input, weight, bias], ("transB", 1L));

    private static GraphNode Norm(string name, string input, string mean, string variance) =>
        Node("BatchNormalization", name, [input, "s", "t", mean, variance], ("epsilon", 0f), ("momentum", 0.9f));

    private static GraphNode Node(string opType, string name, string[] inputs, params (string Name, object Value)[] attributes) =>
        new(opType, name, inputs, Value(name), attributes.ToDictionary(pair => pair.Name, pair => pair.Value), name);

    private static GraphValue Value(string name) => new(name, DataType.Float, [new Dimension(0, "N"), 2]);
}
