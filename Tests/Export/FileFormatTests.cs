using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using OnnxInit.Export;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

public sealed class FileFormatTests
{
    [Fact]
    public void The_same_weights_give_the_same_bytes()
    {
        using nn.Module<Tensor, Tensor> model = PresetTests.Trained(ModelPresets.Cnn);
        using nn.Module<Tensor, Tensor> twin = PresetTests.Trained(ModelPresets.Cnn);
        byte[] bytes = Bytes(model);

        Bytes(model).Should().Equal(bytes);
        Bytes(twin).Should().Equal(bytes);
    }

    [Theory]
    [InlineData(13, 7)]
    [InlineData(14, 7)]
    [InlineData(15, 8)]
    [InlineData(16, 8)]
    [InlineData(17, 8)]
    [InlineData(18, 8)]
    [InlineData(19, 9)]
    [InlineData(20, 9)]
    [InlineData(21, 10)]
    public void Every_opset_has_its_file_format(int opset, int ir)
    {
        ExportedModel exported = Export(options => options with { Opset = opset });

        exported.Model.IrVersion.Should().Be(ir);
        exported.Model.OpsetImport.Should().ContainSingle().Which.Version.Should().Be(opset);
        exported.Model.ProducerName.Should().Be("OnnxInit");
        exported.Model.ProducerVersion.Should().NotBeEmpty();
        using InferenceSession session = ExportAssertions.Open(exported);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(22)]
    public void Other_opsets_are_refused(int opset) =>
        FluentActions.Invoking(() => Export(options => options with { Opset = opset })).Should().Throw<InvalidInputException>()
            .WithMessage($"Opset {opset} is not written; expected 13 to 21 (default 17).");

    [Fact]
    public void Metadata_stands_in_the_order_of_its_keys_and_ONNX_Runtime_reads_it()
    {
        Dictionary<string, string> metadata = new() { ["b"] = "2", ["a"] = "ä", ["B"] = "" };

        ExportedModel exported = Export(options => options with { Metadata = metadata });

        exported.Model.MetadataProps.Select(property => property.Key).Should().Equal("B", "a", "b");
        using InferenceSession session = ExportAssertions.Open(exported);
        session.ModelMetadata.CustomMetadataMap.Should().Equal(metadata);
    }

    [Fact]
    public void The_batch_axis_is_a_symbol_from_input_to_output()
    {
        using InferenceSession session = ExportAssertions.Open(Export(options => options));

        session.InputMetadata["input"].SymbolicDimensions.Should().Equal("N", "");
        session.InputMetadata["input"].Dimensions.Should().Equal(-1, 4);
        session.OutputMetadata["output"].SymbolicDimensions.Should().Equal("N", "");
        session.OutputMetadata["output"].Dimensions.Should().Equal(-1, 3);
    }

    private static byte[] Bytes(nn.Module<Tensor, Tensor> model)
    {
        using Tensor example = zeros(1, 3, 32, 32);
        return OnnxExporter.Export(model, example, options => options with { Metadata = new Dictionary<string, string> { ["k"] = "v" } }).Model.ToByteArray();
    }

    private static ExportedModel Export(Func<ExportOptions, ExportOptions> configure)
    {
        using TorchSharp.Modules.Sequential module = nn.Sequential(("linear", nn.Linear(4, 3)), ("norm", nn.BatchNorm1d(3)));
        using Tensor example = zeros(1, 4);
        return OnnxExporter.Export(module, example, configure);
    }
}
