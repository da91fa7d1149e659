using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export.Passes;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Serialization;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(21)]
    public void The_file_is_what_the_message_would_give(int opset)
    {
        ExportedModel model = Create(opset: opset);
        model.Save(_folder["model.onnx"]);

        File.ReadAllBytes(_folder["model.onnx"]).Should().Equal(model.Model.ToByteArray());
    }

    [Fact]
    public void External_data_is_aligned_and_small_tensors_stay_inside()
    {
        ExportedModel model = Create(options => options with { ExternalData = true });
        model.Save(_folder["model.onnx"]).Should().Equal(_folder["model.onnx"], _folder["model.onnx.data"]);

        byte[] data = File.ReadAllBytes(_folder["model.onnx.data"]);
        ModelProto read = OnnxFile.Load(_folder["model.onnx"]);
        read.Graph.Initializer.Select(tensor => tensor.Name).Should().Equal("big", "columns", "small", "empty");
        long end = 0;
        foreach ((TensorProto tensor, GraphConstant constant) in read.Graph.Initializer.Zip(model.Graph.Constants))
        {
            if (constant.Data.ByteCount < 1024)
            {
                tensor.DataLocation.Should().Be(DataLocation.Default);
                tensor.RawData.Span.SequenceEqual(constant.Data.Memory.Span).Should().BeTrue();
                continue;
            }

            tensor.DataLocation.Should().Be(DataLocation.External);
            Dictionary<string, string> place = tensor.ExternalData.ToDictionary(pair => pair.Key, pair => pair.Value);
            place["location"].Should().Be("model.onnx.data");
            int offset = int.Parse(place["offset"]);
            int length = int.Parse(place["length"]);
            (offset % 4096).Should().Be(0);
            offset.Should().BeGreaterThanOrEqualTo((int)end);
            data.AsSpan(offset, length).SequenceEqual(constant.Data.Memory.Span).Should().BeTrue();
            end = offset + length;
        }

        data.Length.Should().Be((int)end);
    }

    [Fact]
    public void No_data_file_is_written_for_small_tensors()
    {
        OnnxGraph graph = GraphText.Parse(
            """
            graph g(x: float[N]) -> y: float[N]
              const c: float[1] = [1]
              y: float[N] = Add(x, c)
            """);
        ExportedModel.Create(graph, new() { ExternalData = true }, new([])).Save(_folder["model.onnx"]).Should().Equal(_folder["model.onnx"]);

        Directory.GetFiles(_folder.Path).Should().Equal(_folder["model.onnx"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_weight_that_changed_since_the_export_is_not_written(bool external)
    {
        using Tensor weight = ones(1000);
        ExportedModel model = Create(options => options with { ExternalData = external }, weight);
        model.Save(_folder["model.onnx"]);
        byte[] before = File.ReadAllBytes(_folder["model.onnx"]);
        weight[999] = 2;

        FluentActions.Invoking(() => model.Save(_folder["model.onnx"])).Should().Throw<InvalidOperationException>()
            .WithMessage("The weight 'big' has changed since the export. Export again, or save before training on.");
        FluentActions.Invoking(() => model.Model).Should().Throw<InvalidOperationException>().WithMessage("The weight 'big' has changed*");

        Directory.GetFiles(_folder.Path).Should().HaveCount(external ? 2 : 1);
        File.ReadAllBytes(_folder["model.onnx"]).Should().Equal(before);
    }

    [Fact]
    public void A_transposed_weight_that_changed_is_not_written()
    {
        using Tensor weight = ones(1000, 2);
        OnnxGraph graph = Graph(ones(1000));
        graph = graph with { Constants = [graph.Constants[0], graph.Constants[1] with { Data = ConstantData.Of(weight.t()) }, .. graph.Constants.Skip(2)] };
        ExportedModel model = ExportedModel.Create(graph, new(), new([]));
        model.Save(_folder["model.onnx"]);
        weight[0, 1] = 2;

        FluentActions.Invoking(() => model.Save(_folder["model.onnx"])).Should().Throw<InvalidOperationException>().WithMessage("The weight 'columns' has changed*");
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.onnx.data")]
    public void A_failure_leaves_what_was_there(string folder)
    {
        Directory.CreateDirectory(_folder[folder]);
        string other = folder == "model.onnx" ? "model.onnx.data" : "model.onnx";
        File.WriteAllText(_folder[other], "old");

        FluentActions.Invoking(() => Create(options => options with { ExternalData = true }).Save(_folder["model.onnx"])).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot write '{_folder[folder]}': It is a folder. Nothing was changed there.*");

        Directory.GetFileSystemEntries(_folder.Path).Should().BeEquivalentTo(_folder[folder], _folder[other]);
        File.ReadAllText(_folder[other]).Should().Be("old");
    }

    [Fact]
    public void Old_files_are_replaced_together()
    {
        File.WriteAllText(_folder["model.onnx"], "old");
        File.WriteAllText(_folder["model.onnx.data"], "old");

        Create(options => options with { ExternalData = true }).Save(_folder["model.onnx"]);

        Directory.GetFiles(_folder.Path).Should().HaveCount(2);
        OnnxFile.Load(_folder["model.onnx"]).Graph.Initializer.Should().HaveCount(4);
        new FileInfo(_folder["model.onnx.data"]).Length.Should().BeGreaterThan(4096);
    }

    [Fact]
    public void Nodes_say_where_they_came_from()
    {
        OnnxGraph graph = Graph(ones(1000));
        graph = graph with { Nodes = [graph.Nodes[0] with { Origin = new("features.0", "Linear", "Net.cs:7") }, .. graph.Nodes.Skip(1)] };

        NodeProto old = ExportedModel.Create(graph, new(), new([])).Model.Graph.Node[0];
        NodeProto young = ExportedModel.Create(graph with { Opset = 21 }, new(), new([])).Model.Graph.Node[0];

        old.DocString.Should().Be("features.0 (Linear), Net.cs:7");
        old.MetadataProps.Should().BeEmpty();
        young.DocString.Should().Be(old.DocString);
        young.MetadataProps.Select(property => (property.Key, property.Value)).Should().Equal(("module", "features.0"), ("operation", "Linear"), ("source", "Net.cs:7"));
    }

    [Fact]
    public void Attributes_that_are_zero_or_empty_are_written()
    {
        OnnxGraph graph = Graph(ones(1000));
        graph = graph with { Nodes = [graph.Nodes[0] with { Attributes = new Dictionary<string, object> { ["axis"] = 0L, ["alpha"] = 0f, ["mode"] = "" } }, .. graph.Nodes.Skip(1)] };

        Google.Protobuf.Collections.RepeatedField<AttributeProto> attributes = ExportedModel.Create(graph, new(), new([])).Model.Graph.Node[0].Attribute;

        attributes.Should().SatisfyRespectively(alpha => alpha.HasF.Should().BeTrue(), axis => axis.HasI.Should().BeTrue(), mode => mode.HasS.Should().BeTrue());
    }

    [Fact]
    public void Operator_sets_of_others_are_imported()
    {
        OnnxGraph graph = Graph(ones(1000));
        graph = graph with { Nodes = [graph.Nodes[0] with { Domain = "z.example" }, graph.Nodes[1] with { Domain = "a.example" }, .. graph.Nodes.Skip(2)] };

        ExportedModel.Create(graph, new(), new([])).Model.OpsetImport.Select(import => (import.Domain, import.Version)).Should().Equal(("", 17L), ("a.example", 1L), ("z.example", 1L));
    }

    [Fact]
    public void A_model_above_2_GB_is_refused_without_external_data()
    {
        ConstantData data = ConstantData.Of(new ReadOnlyMemory<byte>(GC.AllocateUninitializedArray<byte>(600_000_000))); // never touched, four times
        OnnxGraph graph = Graph(ones(1000));
        graph = graph with { Constants = [.. Enumerable.Range(0, 4).Select(i => new GraphConstant($"w{i}", DataType.Uint8, [600_000_000], data))] };

        FluentActions.Invoking(() => ExportedModel.Create(graph, new() { ExternalData = false }, new([])).Save(_folder["model.onnx"])).Should().Throw<InvalidInputException>()
            .WithMessage("The model file would have 2,400,0*bytes, and an ONNX file without external data ends at 2,147,483,647. Leave ExportOptions.ExternalData at null, or set it to true*");
        FluentActions.Invoking(() => ExportedModel.Create(graph, new(), new([])).Model).Should().Throw<InvalidOperationException>()
            .WithMessage("The model is above 2 GB, and a protobuf message cannot hold it. Save it: the weights then go into a file beside the model.");
        Directory.GetFiles(_folder.Path).Should().BeEmpty();
    }

    private ExportedModel Create(Func<ExportOptions, ExportOptions>? configure = null, Tensor? weight = null, int opset = 17)
    {
        ExportOptions options = new() { Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "ä" }, Opset = opset };
        return ExportedModel.Create(Graph(weight ?? arange(1000, ScalarType.Float32)) with { Opset = opset }, configure?.Invoke(options) ?? options, new([]));
    }

    private static OnnxGraph Graph(Tensor weight) => GraphText.Parse(
        """
        graph g(x: float[N, 1000]) -> y: float[N, 1000]
          const small: float[1000] = [1]
          a: float[N, 1000] = Mul(x, big)
          b: float[N, 1000] = Mul(a, columns)
          c: float[N, 1000] = Add(b, small)
          y: float[N, 1000] = Concat(c, empty, axis=1)
        """) with
    {
        Constants =
        [
            new("big", DataType.Float, [1000], ConstantData.Of(weight)),
            new("columns", DataType.Float, [2, 1000], ConstantData.Of(arange(2000, ScalarType.Float32).reshape(1000, 2).t())),
            GraphConstant.Of("small", [1, 2], [1f, 2f]),
            new("empty", DataType.Float, [0, 3], ConstantData.Of(ReadOnlyMemory<byte>.Empty)),
        ],
    };
}
