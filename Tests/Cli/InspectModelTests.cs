using System.Text.Json;
using Google.Protobuf;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export;
using OnnxInit.Tests.Export.Passes;
using static OnnxInit.Contracts.Onnx.AttributeProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Cli;

/// <summary>What <c>inspect</c> prints of an ONNX file.</summary>
public sealed class InspectModelTests : IDisposable
{
    private const string Small =
        """
        graph net(x: float[N, 3]) -> y: float[N, 5]
          const w: float[5, 3]
          z: float[N, 5] = Gemm(x, w, transB=1)
          y: float[N, 5] = Relu(z)
        """;

    private readonly TemporaryFolder _folder = new();

    private string ModelPath => _folder["net.onnx"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_node_is_shown_with_shapes_types_attributes_and_cost()
    {
        Save(Model(Small));

        string[] lines = [.. (await Tool.RunAsync("inspect", ModelPath)).Output.ReplaceLineEndings("\n").Split('\n').TakeWhile(line => !line.StartsWith('╭'))];

        lines[1].Should().MatchRegex("^IR 8, opset 17, by OnnxInit .*, graph net$");
        lines.Skip(2).Should().Equal(
            "2 nodes, 15 parameters, 1 constant of 60 bytes",
            "at batch 1: 30 FLOPs, activations of at most 40 bytes",
            "",
            "     in      x: float[N, 3]",
            "     out     y: float[N, 5]",
            "",
            $"1  Gemm  z{new string(' ', 82)}30 FLOPs",
            "     from    z (Gemm)",
            "     reads   x: float[N, 3]",
            "             w: float[5, 3], constant",
            "     gives   z: float[N, 5]",
            "     with    transB = 1",
            "",
            "2  Relu  y",
            "     from    y (Relu)",
            "     reads   z: float[N, 5]",
            "     gives   y: float[N, 5]",
            "");
    }

    [Fact]
    public async Task A_model_is_readable_in_100_columns()
    {
        OnnxExporter.Export(PresetTests.Trained(ModelPresets.Cnn), zeros(1, 3, 32, 32), options => options with { Metadata = new Dictionary<string, string> { ["a.long.key"] = new('x', 500) } }).Save(ModelPath);

        string output = (await Tool.RunAsync("inspect", ModelPath)).Output;

        output.ReplaceLineEndings("\n").Split('\n').Should().OnlyContain(line => line.Length <= 100);
        output.Should().Contain("     with    dilations = [1, 1], group = 1, kernel_shape = [3, 3], pads = [1, 1, 1, 1],\n             strides = [1, 1]\n").And.Contain("3,507,456 FLOPs");
    }

    [Fact]
    public async Task As_JSON_there_is_all_of_it()
    {
        ModelProto model = Model(Small);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        NodeProto node = model.Graph.Node[0];
        node.Attribute.Add([
            new() { Name = "beta", Type = AttributeType.Float, F = 0.5f },
            new() { Name = "limit", Type = AttributeType.Float, F = float.PositiveInfinity },
            new() { Name = "mode", Type = AttributeType.String, S = ByteString.CopyFromUtf8("linear") },
            new() { Name = "axes", Type = AttributeType.Ints, Ints = { 1, 2 } },
            new() { Name = "value", Type = AttributeType.Tensor, T = new() { DataType = 1, Dims = { 2, 3 } } },
            new() { Name = "body", Type = AttributeType.Graph, G = new() { Name = "loop", Node = { new NodeProto() } } },
        ]);
        Save(model);

        using JsonDocument document = JsonDocument.Parse((await Tool.RunAsync("inspect", ModelPath, "--json")).Output);

        JsonElement root = document.RootElement;
        root.GetProperty("opsets").GetRawText().Should().MatchRegex("""^\{\s*"ai.onnx": 17,\s*"com.microsoft": 1\s*\}$""");
        root.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(size => size.GetString()).Should().Equal("N", "3");
        root.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("name").GetString()).Should().Equal("z", "y");
        root.GetProperty("constants")[0].GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).Should().Equal(5, 3);
        root.GetProperty("cost").GetProperty("parameters").GetInt64().Should().Be(15);
        root.GetProperty("cost").GetProperty("flops").ValueKind.Should().Be(JsonValueKind.Number);
        root.GetProperty("nodes")[0].GetProperty("attributes").EnumerateObject()
            .Select(attribute => $"{attribute.Name}: {attribute.Value.GetRawText().ReplaceLineEndings(string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal)}").Should().Equal(
                "transB: 1", "beta: 0.5", "limit: \"Infinity\"", "mode: \"linear\"", "axes: [1,2]", "value: \"float[2,3]\"", "body: \"agraphof1nodes\"");
    }

    [Fact]
    public async Task Shapes_that_an_exporter_left_out_are_inferred()
    {
        ModelProto model = Model(Small);
        model.Graph.ValueInfo.Clear();
        Save(model);

        (await Tool.RunAsync("inspect", ModelPath)).Output.Should().Contain("     gives   z: float[N, 5]\n").And.Contain("at batch 1: 30 FLOPs, activations of at most 40 bytes");
    }

    [Fact]
    public async Task A_model_that_ONNX_Runtime_does_not_know_is_shown_as_far_as_it_says()
    {
        ModelProto model = Model(Small);
        model.Graph.ValueInfo.Clear();
        model.Graph.Node[0].OpType = "Fancy";
        model.Graph.Node[0].Domain = "my.domain";
        Save(model);

        ToolResult result = await Tool.RunAsync("inspect", ModelPath);

        result.ExitCode.Should().Be(0);
        result.Output.Should().Contain("1  my.domain.Fancy  z").And.Contain("FLOPs not known\n").And.Contain("     gives   z\n").And.Contain("at batch 1: FLOPs not known, activations of unknown size");
    }

    private static ModelProto Model(string text) => ExportedModel.Create(GraphText.Parse(text), new(), new([])).Model;

    private void Save(ModelProto model) => File.WriteAllBytes(ModelPath, model.ToByteArray());
}
