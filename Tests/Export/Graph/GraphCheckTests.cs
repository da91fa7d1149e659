using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Export.Graph;

public sealed class GraphCheckTests
{
    [Fact]
    public void A_graph_in_order_passes() => GraphCheck.Verify(Graph("y", Node("h", "x", "c"), Node("y", "h", "x")));

    [Fact]
    public void An_input_and_a_constant_may_be_outputs() =>
        GraphCheck.Verify(Graph("x", Node("y", "x", "c")) with { Outputs = [Value("x"), Value("y"), GraphConstant.Of("c", [1], [1f]).Value] });

    [Fact]
    public void A_value_is_computed_before_it_is_read() =>
        Verifying(Graph("y", Node("y", "h", "c"), Node("h", "x"))).Should().Be("node 'y' reads 'h' before it is computed; node 'h' is used by nothing");

    [Fact]
    public void A_value_that_nothing_computes_is_read_by_nothing() =>
        Verifying(Graph("y", Node("y", "x", "c", "z"))).Should().Be("node 'y' reads 'z' before it is computed");

    [Theory]
    [InlineData("x")]
    [InlineData("c")]
    [InlineData("h")]
    public void A_value_is_assigned_once(string name) =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("node", "h") with { Outputs = [Value(name)] }, Node("y", name, "h"))).Should().Be($"'{name}' is assigned twice");

    [Theory]
    [InlineData("1h")]
    [InlineData("h.weight")]
    [InlineData("h\n")]
    [InlineData("hö")]
    public void Names_are_identifiers(string name) =>
        Verifying(Graph(name, Node("node", "x", "c") with { Outputs = [Value(name)] })).Should().Be($"'{name}' is no identifier");

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public void Names_of_nodes_are_identifiers(string name) =>
        Verifying(Graph("y", Node("y", "x", "c") with { Name = name })).Should().Be($"the node name '{name}' is no identifier");

    [Fact]
    public void Nothing_is_left_over() =>
        Verifying(Graph("y", Node("h", "x"), Node("y", "x"))).Should().Be("'c' is used by nothing; node 'h' is used by nothing");

    [Fact]
    public void A_node_of_which_one_result_is_used_is_used() =>
        GraphCheck.Verify(Graph("y", Node("y", "x", "c") with { OpType = "Sum" }, new GraphNode("Dropout", "d", ["y"], [Value("z"), Value("mask") with { Type = DataType.Bool }], Attributes(), From)) with { Outputs = [Value("z")] });

    [Fact]
    public void A_result_that_is_left_out_has_no_name() =>
        GraphCheck.Verify(Graph("y", Node("h", "x", "c"), new GraphNode("Dropout", "y", ["h"], [Value("y"), Value(string.Empty)], Attributes(), From)));

    [Fact]
    public void Nodes_have_names_of_their_own() =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("y", "h") with { Name = "h" })).Should().Be("2 nodes are named 'h'");

    [Fact]
    public void The_output_is_computed() =>
        Verifying(Graph("z", Node("y", "x", "c"))).Should().Be("the output 'z' is computed by nothing; node 'y' is used by nothing");

    [Fact]
    public void An_output_is_given_once() =>
        Verifying(Graph("y", Node("y", "x", "c")) with { Outputs = [Value("y"), Value("y")] }).Should().Be("the output 'y' is given twice");

    [Fact]
    public void An_output_is_declared_as_it_is_computed() =>
        Verifying(Graph("y", Node("y", "x", "c")) with { Outputs = [Value("y") with { Type = DataType.Double }] })
            .Should().Be("the output y: double[N, 2] is computed as y: float[N, 2]");

    [Fact]
    public void Operators_are_those_of_ONNX() =>
        Verifying(Graph("y", Node("y", "x", "c") with { OpType = "Frobnicate" })).Should().Be("node 'y': 'Frobnicate' is no operator that we know");

    [Fact]
    public void Operators_of_other_domains_are_taken_as_they_are() =>
        GraphCheck.Verify(Graph("y", Node("y", "x", "c") with { OpType = "Frobnicate", Domain = "com.example" }));

    [Fact]
    public void Operators_exist_at_the_opset() =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("y", "h") with { OpType = "Gelu" })).Should().Be("node 'y': Gelu exists from opset 20 on, and this is opset 17");

    [Fact]
    public void Attributes_are_those_of_the_operator() =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("y", "h") with { OpType = "Softmax", Attributes = Attributes(("axis", 1)) }))
            .Should().Be("node 'y': Softmax of opset 17 wants the attribute 'axis' as int, and it is Int32");

    [Fact]
    public void Required_attributes_are_given() =>
        Verifying(Graph("y", Node("y", "x", "x", "c") with { OpType = "Concat" })).Should().Be("node 'y': Concat of opset 17 wants the attribute 'axis'");

    [Fact]
    public void Inputs_are_of_the_types_that_the_operator_takes() =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("y", "h") with { OpType = "Not" })).Should().Be("node 'y': Not of opset 17 takes X of type bool, and is given h: float[N, 2]");

    [Fact]
    public void Types_are_those_that_follow_from_the_inputs() =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("y", "h", "x") with { OpType = "Less" })).Should().Be("node 'y' declares y: float[N, 2], and Less gives bool[N, 2]");

    [Theory]
    [InlineData("N", "3")]
    [InlineData("N + 1", "2")]
    [InlineData("2*N", "2")]
    public void Shapes_are_those_that_follow_from_the_inputs(string first, string second)
    {
        GraphValue wrong = Value("y") with { Shape = [InferenceRow.Size(first), InferenceRow.Size(second)] };
        Verifying(Graph("y", Node("y", "x", "c") with { Outputs = [wrong] }) with { Outputs = [wrong] }).Should().Be($"node 'y' declares y: float[{first}, {second}], and Sum gives float[N, 2]");
    }

    [Fact]
    public void The_number_of_axes_is_that_which_follows_from_the_inputs()
    {
        GraphValue wrong = Value("y") with { Shape = [2] };
        Verifying(Graph("y", Node("y", "x", "c") with { Outputs = [wrong] }) with { Outputs = [wrong] }).Should().Be("node 'y' declares y: float[2], and Sum gives float[N, 2]");
    }

    [Fact]
    public void More_may_be_known_of_a_shape_than_follows_from_the_inputs()
    {
        GraphValue halved = Value("y") with { Shape = [Dimension.Of("M"), 2] };
        GraphNode slice = Node("y", "x", "from", "to") with { OpType = "Slice", Outputs = [halved] };
        GraphCheck.Verify(Graph("y", slice) with { Constants = [GraphConstant.Of("from", [0]), GraphConstant.Of("to", [7])], Outputs = [halved] });
    }

    [Fact]
    public void Sizes_are_followed_through_shape_arithmetic()
    {
        GraphNode[] nodes =
        [
            new("Shape", "shape", ["x"], [Sizes("shape", 1)], Attributes(("end", 1L)), From),
            new("Concat", "target", ["shape", "c"], [Sizes("target", 2)], Attributes(("axis", 0L)), From),
            new("Reshape", "y", ["x", "target"], [Value("y") with { Shape = [Dimension.Of("N"), 3] }], Attributes(), From),
        ];
        OnnxGraph graph = Graph("y", nodes) with { Constants = [GraphConstant.Of("c", [3])], Outputs = [Value("y") with { Shape = [Dimension.Of("N"), 3] }] };
        Verifying(graph).Should().Be("node 'y': Reshape of opset 17 cannot make x: float[N, 2] into [N, 3]");
    }

    [Fact]
    public void What_a_vector_of_sizes_is_said_to_hold_it_holds()
    {
        GraphValue wrong = Sizes("y", 2) with { Contents = [Dimension.Of("N"), 3] };
        Verifying(Graph("y", Node("y", "x") with { OpType = "Shape", Outputs = [wrong] }) with { Constants = [], Outputs = [wrong] })
            .Should().Be("node 'y' declares that y holds [N, 3], and it holds [N, 2]");
    }

    [Fact]
    public void Thirty_thousand_nodes_are_checked_in_less_than_a_tenth_of_a_second()
    {
        // Of the processor, not of the wall, and once the code is compiled: other programs run, too.
        OnnxGraph graph = Layers(10_000);
        Enumerable.Range(0, 40).Any(_ => Milliseconds() < 100).Should().BeTrue();

        double Milliseconds()
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            GraphCheck.Verify(graph);
            return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
        }
    }

    private static OnnxGraph Layers(int count)
    {
        List<GraphNode> nodes = [];
        List<GraphConstant> constants = [];
        string last = "x";
        float[] weight = new float[64];
        for (int i = 0; i < count; i++)
        {
            constants.Add(GraphConstant.Of($"w{i}", [8, 8], weight));
            constants.Add(GraphConstant.Of($"b{i}", [8], weight.AsSpan(0, 8)));
            Add("Gemm", $"gemm{i}", [last, $"w{i}", $"b{i}"], ("transB", 1L));
            Add("BatchNormalization", $"norm{i}", [last, $"b{i}", $"b{i}", $"b{i}", $"b{i}"], ("epsilon", 1e-5f), ("momentum", 0.9f));
            Add("Relu", $"relu{i}", [last]);
        }

        return Graph(last, [.. nodes]) with { Inputs = [Rows("x")], Constants = constants, Outputs = [Rows(last)] };

        void Add(string opType, string name, string[] inputs, params (string, object)[] attributes)
        {
            nodes.Add(new(opType, name, inputs, [Rows(name)], Attributes(attributes), From));
            last = name;
        }

        static GraphValue Rows(string name) => new(name, DataType.Float, [Dimension.Of("N"), 8]);
    }

    private static string Verifying(OnnxGraph graph)
    {
        const string Prefix = "The graph is malformed, which is a defect of the exporter: ";
        string message = FluentActions.Invoking(() => GraphCheck.Verify(graph)).Should().Throw<InvalidOperationException>().Which.Message;
        message.Should().StartWith(Prefix).And.EndWith(".");
        return message[Prefix.Length..^1];
    }

    private static Origin From => new(string.Empty, "test");

    private static OnnxGraph Graph(string output, params GraphNode[] nodes) => new("graph", [Value("x")], nodes, [GraphConstant.Of("c", [1], [1f])], [Value(output)]) { Opset = 17 };

    private static GraphNode Node(string name, params string[] inputs) => new("Sum", name, inputs, [Value(name)], Attributes(), From);

    private static GraphValue Value(string name) => new(name, DataType.Float, [Dimension.Of("N"), 2]);

    private static GraphValue Sizes(string name, long count) => new(name, DataType.Int64, [count]);

    private static Dictionary<string, object> Attributes(params (string Name, object Value)[] attributes) => attributes.ToDictionary(pair => pair.Name, pair => pair.Value);
}
