using OnnxInit.Contracts.Onnx;
using OnnxInit.Export.Graph;

namespace OnnxInit.Tests.Onnx;

public sealed class NodeOriginTests
{
    [Theory]
    [InlineData("layers.0.conv", "Conv2d", "ResNet.cs:42")]
    [InlineData("layers.0.conv", "Conv2d + BatchNorm2d", null)]
    [InlineData("", "normalization of pixels", null)]
    [InlineData("", "add", "My Model.cs:7")]
    public void The_text_that_the_exporter_writes_comes_back(string module, string operation, string? source)
    {
        string text = new Origin(module, operation, source).ToString();

        NodeOrigin? origin = NodeOrigin.Of(new NodeProto { DocString = text });

        origin.Should().Be(new NodeOrigin(module, operation, source));
        origin!.ToString().Should().Be(text);
    }

    [Fact]
    public void Metadata_of_a_node_says_it_too()
    {
        NodeProto node = new();
        node.MetadataProps.Add([new() { Key = "module", Value = "fc" }, new() { Key = "operation", Value = "Linear" }, new() { Key = "source", Value = "Net.cs:3" }]);

        NodeOrigin.Of(node).Should().Be(new NodeOrigin("fc", "Linear", "Net.cs:3"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/home/me/net.py(12): forward\n/usr/lib/python3/module.py(1538): _call_impl\n")]
    public void Other_texts_say_nothing(string text) => NodeOrigin.Of(new NodeProto { DocString = text }).Should().BeNull();
}
