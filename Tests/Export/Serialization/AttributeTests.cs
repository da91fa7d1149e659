using Google.Protobuf;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Serialization;

public sealed class AttributeTests
{
    [Fact]
    public void An_attribute_that_is_0_is_written()
    {
        using nn.Module module = new Function(inputs => inputs[0].sort(0).Values, 1);
        ExportedModel exported = OnnxExporter.Export(module, zeros(2, 3));

        AttributeProto axis = ModelProto.Parser.ParseFrom(exported.Model.ToByteArray()).Graph.Node.Single(node => node.OpType == "TopK").Attribute.Single(attribute => attribute.Name == "axis");

        // onnx's shape inference takes an attribute without a number for absent, and the default of TopK's axis is -1.
        axis.HasI.Should().BeTrue();
    }
}
