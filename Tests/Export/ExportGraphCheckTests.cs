using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Export;

public sealed class ExportGraphCheckTests
{
    [Fact]
    public void A_graph_in_order_passes() => GraphCheck.Verify(Graph("y", Node("h", "x", "c"), Node("y", "h", "")));

    [Fact]
    public void A_value_is_computed_before_it_is_read() =>
        Verifying(Graph("y", Node("y", "h", "c"), Node("h", "x"))).Should().Be("node 'y' reads 'h' before it is computed");

    [Fact]
    public void A_value_that_nothing_computes_is_read_by_nothing() =>
        Verifying(Graph("y", Node("y", "x", "c", "z"))).Should().Be("node 'y' reads 'z' before it is computed");

    [Theory]
    [InlineData("x")]
    [InlineData("c")]
    [InlineData("h")]
    public void A_value_is_assigned_once(string name) =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("node", "h") with { Output = Value(name) }, Node("y", name, "h"))).Should().Be($"'{name}' is assigned twice");

    [Theory]
    [InlineData("")]
    [InlineData("1h")]
    [InlineData("h.weight")]
    [InlineData("h\n")]
    [InlineData("hö")]
    public void Names_are_identifiers(string name) =>
        Verifying(Graph(name, Node("node", "x", "c") with { Output = Value(name) })).Should().Be($"'{name}' is no identifier");

    [Fact]
    public void Nothing_is_left_over() =>
        Verifying(Graph("y", Node("h", "x"), Node("y", "x"))).Should().Be("'c' is used by nothing; 'h' is used by nothing");

    [Fact]
    public void Nodes_have_names_of_their_own() =>
        Verifying(Graph("y", Node("h", "x", "c"), Node("y", "h") with { Name = "h" })).Should().Be("2 nodes are named 'h'");

    [Fact]
    public void The_output_is_computed() =>
        Verifying(Graph("z", Node("y", "x", "c"))).Should().Be("'y' is used by nothing; the output 'z' is computed by nothing");

    [Fact]
    public void The_output_is_no_constant() =>
        Verifying(Graph("c", Node("y", "x"))).Should().Be("'y' is used by nothing; the output 'c' is computed by nothing");

    private static string Verifying(OnnxGraph graph)
    {
        const string Prefix = "The graph is malformed, which is a defect of the exporter: ";
        string message = FluentActions.Invoking(() => GraphCheck.Verify(graph)).Should().Throw<InvalidOperationException>().Which.Message;
        message.Should().StartWith(Prefix).And.EndWith(".");
        return message[Prefix.Length..^1];
    }

    private static OnnxGraph Graph(string output, params GraphNode[] nodes) => new("graph", Value("x"), nodes, [GraphConstant.Of("c", [1], [1f])], output);

    private static GraphNode Node(string name, params string[] inputs) => new("Sum", name, inputs, Value(name), new Dictionary<string, object>(), name);

    private static GraphValue Value(string name) => new(name, DataType.Float, [new Dimension(0, "N"), 2]);
}
